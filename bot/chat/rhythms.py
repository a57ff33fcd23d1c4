"""Quiet hours and digests as people write them, in any language."""

import re
from collections.abc import Mapping
from datetime import time
from functools import cache

from bot.domain.rhythm import WEEKDAYS, DigestTimes, Off, QuietHours
from bot.language import languages, phrases, read, time_words

_PIECES = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?:h\b)?|([^\W\d_]+)|([-–])|(\S)")


def quiet_hours(text: str) -> QuietHours | Off | None:
    """`22:00-08:00`, `from 22 to 8`, `off`; None for what are none."""
    if (pieces := _pieces(text)) == ["off"]:
        return Off.OFF
    try:
        return QuietHours.parse("".join(pieces))
    except ValueError:
        return None


def digest_times(text: str, usual: time) -> DigestTimes | Off | None:
    """`daily 09:00`, `weekly mon 09:00`, `every Monday at 9`, `off`; None for what are none. What is left out is
    Monday, and the `usual` time of day.
    """
    pieces = _pieces(text)
    if pieces == ["off"]:
        return Off.OFF
    days = [piece for piece in pieces if piece in WEEKDAYS]
    words, clocks = (
        [piece for piece in pieces if piece in {"daily", "weekly"}],
        [piece for piece in pieces if ":" in piece],
    )
    is_all = len(days) + len(words) + len(clocks) == len(pieces)
    if not is_all or not (days or words) or max(map(len, (days, words, clocks))) > 1 or (days and "daily" in words):
        return None
    when = "daily" if "daily" in words else f"weekly {days[0] if days else WEEKDAYS[0]}"
    try:
        return DigestTimes.parse(f"{when} {clocks[0] if clocks else f'{usual:%H:%M}'}")
    except ValueError:
        return None


def _pieces(text: str) -> list[str]:
    """What it is made of, each as `bot.domain.rhythm` writes it; what is no such thing, as it is."""
    meanings, pieces = _meanings(), []
    for hour, minute, word, dash, other in _PIECES.findall(re.sub("['’]", "", text.casefold())):
        if hour:
            pieces.append(f"{int(hour):02}:{minute or '00'}")
        else:
            pieces.append(meanings.get(word, word) if word else "-" if dash else other)
    return [piece for piece in pieces if piece]


@cache
def _meanings() -> Mapping[str, str]:
    """What words mean, in any language: nothing, for those that say nothing more."""
    meanings: dict[str, str] = {}
    for language in languages():
        commands = read(language, "commands")
        rhythm, days = commands["rhythm"], time_words(language)["words"]
        listed = [(rhythm["beside"], ""), (rhythm["to"], "-"), (commands["words"]["off"], "off")]
        listed += [(rhythm[word], word) for word in ("daily", "weekly")]
        listed += [(days[of][str(at)], name) for of in ("weekday", "weekdays") for at, name in enumerate(WEEKDAYS)]
        meanings |= {word: meaning for words, meaning in listed for word in phrases(language, words)}
    return meanings
