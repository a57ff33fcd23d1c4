"""Audiences beside the channels of the config: whoever follows."""
