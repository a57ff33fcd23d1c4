"""Pictures of what the registry holds and the bot says: share images (PNG), timelines (SVG) and previews (HTML).

Each is a function of data and `now`: none of them reads a file but the fonts, and no text of a posting is ever markup.
"""
