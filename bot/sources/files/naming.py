"""An id for a new posting, made from its title."""

import re
import unicodedata
from collections.abc import Collection

from bot.domain.genders import without_gender
from bot.sources.files.names import is_no_posting

MOST = 60
"""Characters."""

# How letters are spelt out where the marks over them may not stand: German umlauts, and letters that Unicode does not
# take apart (https://www.unicode.org/reports/tr15/).
_SPELT_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa", "œ": "oe", "ł": "l", "đ": "d"}
    | {"ð": "d", "þ": "th", "ı": "i", "&": " and ", "+": " plus "}
)
_WITHOUT_A_NAME = "position"  # for a title in a script that has no letters from a to z


def new_id(title: str, taken: Collection[str]) -> str:
    """An id that none of those `taken` is: of lower-case letters, digits and hyphens, at most 60 characters, with `-2`
    and so on behind it where it has to be.
    """
    composed = unicodedata.normalize("NFC", without_gender(title).casefold()).translate(_SPELT_OUT)
    plain = unicodedata.normalize("NFKD", composed).encode("ascii", "ignore").decode()
    stem = _cut(re.sub(r"[^a-z0-9]+", "-", plain).strip("-"), MOST) or _WITHOUT_A_NAME
    if is_no_posting(stem):
        stem = f"{_WITHOUT_A_NAME}-{stem}"
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{_cut(stem, MOST - len(str(number)) - 1)}-{number}"
    return name


def _cut(text: str, most: int) -> str:
    """At most so long, and where possible not in the midst of a word."""
    if len(text) <= most:
        return text
    at = text.rfind("-", most // 2, most + 1)
    return text[: at if at > 0 else most].strip("-")
