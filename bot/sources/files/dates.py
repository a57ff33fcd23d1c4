"""Kinds of values that are dates: a day, a deadline, a day or words."""

import re
from datetime import date, datetime

from bot.domain.letters import EDGES, UNSEEN
from bot.domain.zones import DAY_END
from bot.schema import Node, Text, ValueKind, around, invalid, misfit, scalar, shown, whole
from bot.sources.files.hints import day_hint, deadline_hint

# A Gregorian date from 1970 to 2999, as a pattern that knows every month's length and the leap years, so that an
# editor with the schema refuses 30 February just as the loader does.
# The digits are spelt out, for `\d` is also ٣ in Python.
_YEAR = r"(?:19[7-9][0-9]|2[0-9]{3})"
_LEAP = r"(?:19(?:7[26]|8[048]|9[26])|2[0-9](?:0[48]|[2468][048]|[13579][26])|2[048]00)"
_DATE = (
    rf"(?:{_YEAR}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
    rf"|{_LEAP}-02-29)"
)
_FRACTION = r"\.[0-9]{1,9}"  # as web editors write it; RFC 3339, 5.6
_CLOCK = rf"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:{_FRACTION})?)?"
_OFFSET = r"[Zz]|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?"
_DEADLINE = rf"{_DATE}(?:[ Tt]{_CLOCK}(?: ?(?:{_OFFSET}))?)?"
# What looks like a day is one, also for people who do not see all that stands in it.
_WORDS = rf"(?![{EDGES}{UNSEEN}]*[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}[{EDGES}{UNSEEN}]*$)"


_NEARLY_DAY = re.compile(r"[0-9]{4}-(?:[0-9]-[0-9]{1,2}|[0-9]{1,2}-[0-9])")


def _out_of_reach(text: str) -> bool:
    """Whether it begins with a date that there is, before 1970 or after 2999."""
    try:
        return date.fromisoformat(text[:10]).year not in range(1970, 3000)
    except ValueError:
        return False


_YEARS = "lies outside the years 1970 to 2999; check the year"


class Day(ValueKind):
    """A calendar day."""

    schema = {"type": "string", "pattern": whole(around(_DATE))}  # noqa: RUF012  # read only

    def read(self, node: Node, name: str) -> date:
        text, _ = scalar(node, name)
        if not re.fullmatch(_DATE, text):
            is_far = len(text) == 10 and _out_of_reach(text)
            wrong = _YEARS if is_far else f"is no date{day_hint(text) or '; write YYYY-MM-DD'}"
            raise misfit(node, name, text, f'"{shown(text)}" {wrong}')
        return date.fromisoformat(text)


class LastInstant(ValueKind):
    """A deadline as written: a day, a day and time, or those with an offset (RFC 3339, less its fraction of a second).
    Gives a naive or an aware `datetime`; a day alone ends at 23:59:59.
    """

    schema = {"type": "string", "pattern": whole(around(_DEADLINE))}  # noqa: RUF012  # read only

    def read(self, node: Node, name: str) -> datetime:
        text, _ = scalar(node, name)
        if re.fullmatch(_DATE, text):
            return datetime.combine(date.fromisoformat(text), DAY_END)
        if re.fullmatch(_DEADLINE, text):
            text = re.sub(_FRACTION, "", text.upper())
            return datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))
        if re.fullmatch(_DATE, text[:10]):
            hint = deadline_hint(text) or "; write YYYY-MM-DD HH:MM, and the zone under timezone"
            raise misfit(node, name, text, f'"{shown(text)}" has no such time of day{hint}')
        hint = deadline_hint(text) or "; write YYYY-MM-DD or YYYY-MM-DD HH:MM"
        wrong = _YEARS if _out_of_reach(text) else f"is no date{hint}"
        raise misfit(node, name, text, f'"{shown(text)}" {wrong}')


class DayOrWords(Text):
    """A calendar day, or words."""

    def __init__(self) -> None:
        super().__init__(rf"{_DATE}|{_WORDS}[^\n]*", "is no date; write YYYY-MM-DD, or words", dates=True)
        # Both parts end a text that may have more around it: to say so once is linear, to match it twice is not.
        line, _ = self.schema["allOf"]
        self.schema = {**self.schema, "allOf": [line, {"pattern": rf"{whole(around(_DATE))}|^{_WORDS}"}]}

    def read(self, node: Node, name: str) -> str:
        text = scalar(node, name)[0]
        if len(text) == 10 and _out_of_reach(text):
            raise invalid(node, f'{name}: "{text}" {_YEARS}')
        if _NEARLY_DAY.fullmatch(text) and (hint := day_hint(text)):
            raise invalid(node, f'{name}: "{text}" is no date{hint}, or words')
        return super().read(node, name)
