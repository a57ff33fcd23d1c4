"""Figures that the project promises, each measured in one run against a named baseline: `make bench`."""
