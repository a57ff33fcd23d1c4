"""A text without a part of it."""


def without(text: str, start: int, end: int) -> str:
    """The text with a space in the place of a part. A hyphen that joined it to the next word goes as well, for alone it
    would negate: `Vollzeit-Postdoc`.
    """
    return f"{text[:start]} {text[end:].lstrip(_HYPHENS)}"


_HYPHENS = "-\u2010\u2011\u2012\u2013\u2212"
