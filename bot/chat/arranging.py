"""Settings of groups and channels: which place is meant, and what its administrators can set beside what all can."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from bot.audiences.audience import Audience
from bot.audiences.place import PlaceSettings
from bot.chat.command import spoken
from bot.chat.context import Context
from bot.chat.request import Request, Syntax
from bot.chat.saving import objection_to
from bot.chat.setting import OF_PERSONS, OFF, Setting, problem
from bot.domain.message import Button, Line, Message, shortened
from bot.domain.schedule import EVERYTHING_ANNOUNCED, USUALLY_ANNOUNCED, Announced, Schedule
from bot.language import languages, phrases, read
from bot.questions.filters import read_filter
from bot.questions.matching import matches
from bot.wording.wording import Wording

MOST_PLACES = 500
"""In so many places that no config names the bot announces at most; whoever runs it may take in more."""

_ADDRESS = re.compile(r"@\w{4,32}|-\d{5,20}")
"""How a chat is named in a private one: https://core.telegram.org/bots/api#getchat"""


@dataclass(frozen=True, slots=True)
class Meant:
    """A place that settings are about: its `address`, empty for the chat where they are written. `written`: what stands
    in front of a key; `rest`: what else there is.
    """

    address: str
    written: str
    rest: str


def place_meant(request: Request, syntax: Syntax, *, is_private: bool) -> Meant | None:
    """The group or channel whose settings a request is about; None where they are those of who asks. A link, which
    others may have made, leads there and changes nothing.
    """
    first, _, rest = request.argument.strip().partition(" ")
    rest = "" if request.written.startswith("/start") else rest.strip()
    if syntax.of_place:
        is_place = first.casefold() in spoken("place")
        return Meant("", f"{syntax.of_place} ", rest) if is_place else None
    if is_private:
        return Meant(first, f"{first} ", rest) if _ADDRESS.fullmatch(first) else None
    return None if _ADDRESS.fullmatch(first) else Meant("", "", request.argument.strip())


# --- What is announced


def _announce(context: Context, value: str) -> PlaceSettings | Message:
    words, place = _announced(), context.facts.place
    kinds_named = value.casefold().replace(",", " ").split()
    meant = {words.get(word) for word in kinds_named}
    if kinds_named and meant <= {*Announced}:
        return PlaceSettings(announce=frozenset(map(Announced, filter(None, meant))))
    if meant == {"on"}:
        return PlaceSettings(
            announce=wished(place.audience).announce if place and place.audience else USUALLY_ANNOUNCED
        )
    if meant == {"all"}:
        return PlaceSettings(announce=EVERYTHING_ANNOUNCED)
    if meant == {OFF}:
        return PlaceSettings(announce=frozenset())
    return problem(
        context.wording._(
            "Write what I am to announce: announce on, announce off, or some of opened, moved, closed, reminders."
        )
    )


def wished(usual: Audience) -> Schedule:
    """When a place is spoken to that wants to hear; where the config says nothing is announced, of what is usual."""
    return replace(usual.schedule, announce=usual.schedule.announce or USUALLY_ANNOUNCED)


@cache
def _announced() -> Mapping[str, str]:
    """What words mean, in any language."""
    meanings: dict[str, str] = {}
    for language in languages():
        words = read(language, "commands")
        listed = [*words["announced"].items(), *((name, words["words"][name]) for name in ("all", OFF))]
        meanings |= {word: name for name, written in listed for word in phrases(language, written)}
    return meanings


def announced_in_words(words: Wording, value: str) -> str:
    """What is announced, as it is written."""
    _ = words._
    labels = {
        Announced.OPENED: _("new positions"),
        Announced.MOVED: _("moved deadlines"),
        Announced.CLOSED: _("what is over"),
        Announced.REMINDERS: _("reminders"),
    }
    return _("nothing") if value == OFF else ", ".join(labels[Announced(kind)] for kind in value.split())


def _written(announced: frozenset[Announced]) -> str:
    return " ".join(kind for kind in Announced if kind in announced) or OFF


# --- Which positions


def _filter(context: Context, value: str) -> PlaceSettings | Message:
    """A filter that means nothing for sure, lets everything through or nothing at all is asked about."""
    _ = context.wording._
    if not value:
        return problem(
            _("Write which positions, as you would ask for them: filter phd postdoc; or filter off for all.")
        )
    if value.casefold() in spoken("all") | spoken("off"):
        return PlaceSettings(filter="")
    first, _space, rest = value.partition(" ")
    is_sure = bool(rest) and first.casefold() in spoken("yes")
    text = rest.strip() if is_sure else value
    if why := objection_to(context, text):
        label = _("Take “{text}”") if why.instead else _("Take every position")
        return _asked_back(context, why.reason, label, why.instead, why.instead or OFF)
    wide = context.index.widened(read_filter(text).query)
    if not is_sure and len(context.index) and not any(matches(wide, posting) for posting in context.index):
        doubt = _("No position that I know, open or over, matches “{text}”: nothing would be announced. Is it right?")
        return _asked_back(context, doubt.format(text=shortened(text, 60)), _("Take “{text}”"), text, f"yes {text}")
    return PlaceSettings(filter=text)


def _asked_back(context: Context, doubt: str, label: str, text: str | None, value: str) -> Message:
    place = context.facts.place
    if text is None:
        return problem(doubt)
    request = Request("settings", f"{place.written if place else ''}filter {value}")
    return Message((Line.of(doubt),), ((Button(label.format(text=shortened(text, 40)), request=request.text),),))


FILTER = Setting(name="filter", read=_filter, written=lambda _: "")
ANNOUNCE = Setting(
    name="announce",
    read=_announce,
    written=lambda heard: _written(heard.schedule.announce),
    in_words=announced_in_words,
    on_button=lambda w, value: {
        _written(EVERYTHING_ANNOUNCED): w._("announce everything"),
        _written(USUALLY_ANNOUNCED): w._("announce as usual"),
        OFF: w._("announce nothing"),
    }[value],
    usual=(_written(USUALLY_ANNOUNCED), _written(EVERYTHING_ANNOUNCED), OFF),
)

OF_PLACES = {**OF_PERSONS, FILTER.name: FILTER, ANNOUNCE.name: ANNOUNCE}
"""What administrators can set for a group or channel, by key."""
