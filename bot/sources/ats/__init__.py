"""Applicant-tracking systems, by their public endpoints: a module each."""
