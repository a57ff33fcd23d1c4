"""Whoever hears notices: channels of the config, and people who follow."""
