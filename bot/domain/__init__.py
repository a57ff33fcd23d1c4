"""The pure core: what is said, when and in which words. No I/O, no clock, no platform, no database."""
