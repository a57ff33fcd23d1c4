"""The catalogues: `bot/language/de/callboard.po` and so on. The code's own language needs none.

The `.po` files are read as they are, so there is nothing to compile and nothing to forget.
"""

import gettext
import io
from functools import cache

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.language import SOURCE, folder, languages, pack
from bot.wording.wording import Wording


@cache
def wording(language: str | None) -> Wording:
    """The bot's sentences in a language, given as `de` or as a locale such as `de-AT`; in English, the language of the
    code, where it does not speak that language.
    """
    code = (language or "").replace("_", "-").partition("-")[0].casefold()
    if code not in languages() or code == SOURCE:
        return Wording(SOURCE, gettext.NullTranslations())
    compiled = io.BytesIO()
    with folder(code).joinpath("callboard.po").open("rb") as catalogue:
        write_mo(compiled, read_po(catalogue, locale=pack(code)["locale"]))
    compiled.seek(0)
    return Wording(code, gettext.GNUTranslations(compiled))
