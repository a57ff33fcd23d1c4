"""The platforms: each a folder or file that turns the neutral message into its own, sends it, and hears questions."""
