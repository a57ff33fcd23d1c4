"""Puts the parts together: the running bot, and one round by hand."""
