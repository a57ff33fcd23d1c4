"""The catalogues: `de/callboard.po` and so on. English needs none; it is what the code says.

The `.po` files are read as they are, so there is nothing to compile and nothing to forget.
"""

import gettext
import io
from functools import cache
from importlib.resources import files

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.core.wording import LANGUAGES, Wording


@cache
def wording(language: str | None) -> Wording:
    """The bot's sentences in a language: `de`, or a locale such as `de-AT`; English for one that is not spoken."""
    code = (language or "").replace("_", "-").partition("-")[0].casefold()
    if code not in LANGUAGES or code == "en":
        return Wording("en", gettext.NullTranslations())
    compiled = io.BytesIO()
    with (files(__name__) / code / "callboard.po").open("rb") as catalogue:
        write_mo(compiled, read_po(catalogue, locale=code))
    compiled.seek(0)
    return Wording(code, gettext.GNUTranslations(compiled))
