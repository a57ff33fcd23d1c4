"""What can be set, by key: what is written and what it means, how it stands, and how that is said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from babel import Locale

from bot.audiences.follower import Preferences
from bot.chat.command import spoken
from bot.chat.context import Context
from bot.chat.rhythms import digest_times, quiet_hours
from bot.domain.likeness import most_alike
from bot.domain.message import Line, Message, shortened
from bot.domain.rhythm import DigestTimes
from bot.domain.schedule import Lead, Schedule, is_lead
from bot.domain.zones import zone_names
from bot.language import languages, phrases
from bot.language import read as read_pack
from bot.language.cldr import locale_of
from bot.questions.query import EVERYTHING, Query
from bot.wording.wording import Wording

OFF = "off"
"""How it is written that something is not wanted."""

_MOST_LEADS = 10

_SLIP = 0.75
"""So like a word for a setting is one that was meant: one slip in four letters."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How an audience hears, as it stands."""

    schedule: Schedule
    language: str
    filter: Query = EVERYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One of them. `read`: what a value means; or why it is none, to be told. `written`: how it stands, as one writes
    it. `in_words`: that said. `usual`: values that buttons offer, beside that one. `label` and `hint` stand in a form.
    """

    name: str
    read: Callable[[Context, str], Preferences | Message]
    written: Callable[[Heard], str]
    in_words: Callable[[Wording, str], str] = lambda _wording, value: value
    on_button: Callable[[Wording, str], str] | None = None
    usual: tuple[str, ...] = ()
    label: Callable[[Wording], str] = lambda _: ""
    hint: Callable[[Wording], str] = lambda _: ""


def setting_named(word: str, settings: Mapping[str, Setting]) -> Setting | None:
    """The setting that a word means, in any language."""
    return settings.get(_keys().get(word.casefold(), word.casefold()))


def is_slip(word: str, settings: Mapping[str, Setting]) -> bool:
    """Whether a word is one for a setting, in any language, with a slip."""
    words = [*settings, *_keys()]
    return bool(most_alike(word.casefold(), words, _SLIP))


@cache
def _keys() -> Mapping[str, str]:
    """By other words for them, the names of settings."""
    names = ((language, read_pack(language, "commands")["settings"]) for language in languages())
    return {
        word: key for language, listed in names for key, words in listed.items() for word in phrases(language, words)
    }


# --- What is written, and what it means


def _language(context: Context, value: str) -> Preferences | Message:
    folded = value.casefold()
    for code in languages():
        if folded in {code, own_name(code).casefold()}:
            return Preferences(language=code)
    return problem(
        context.wording._("I speak {languages}; write one of these.").format(languages=", ".join(languages()))
    )


def _timezone(context: Context, value: str) -> Preferences | Message:
    names = {name.casefold(): name for name in zone_names()}
    if name := names.get(value.casefold().replace(" ", "_")):
        return Preferences(timezone=name)
    text = context.wording._("I know no time zone “{text}”. Write its name, such as {zone}.")
    return problem(text.format(text=shortened(value, 40), zone=near_zone(value) or "Europe/Berlin"))


def near_zone(written: str) -> str | None:
    """The zone that is meant: by its city, or with a slip."""
    names = sorted(zone_names())
    city = written.strip().replace(" ", "_").casefold()
    ending = (name for name in names if city and name.casefold().endswith(f"/{city}"))
    return next(iter((*ending, *most_alike(written, names, 0.6, in_any_case=True))), None)


def _remind(context: Context, value: str) -> Preferences | Message:
    if value.casefold() in spoken("off"):
        return Preferences(reminders=())
    words = value.replace(",", " ").split()
    if all(map(is_lead, words)) and 0 < len(words) <= _MOST_LEADS:
        return Preferences(reminders=tuple(dict.fromkeys(map(Lead.parse, words))))
    return problem(
        context.wording._("Write when to remind you before a deadline, in days or hours: remind 7d 1d, or remind off.")
    )


def _quiet(context: Context, value: str) -> Preferences | Message:
    if hours := quiet_hours(value):
        return Preferences(quiet=hours)
    return problem(
        context.wording._("Write from when to when I am to be silent: quiet 22:00-08:00, for example, or quiet off.")
    )


def _digest(context: Context, value: str) -> Preferences | Message:
    if times := digest_times(value, context.facts.as_others.schedule.remind_at):
        return Preferences(digest=times)
    return problem(
        context.wording._("Write when a digest is to come: digest daily 09:00, digest weekly mon 09:00, or digest off.")
    )


def problem(text: str) -> Message:
    """Why a value is none."""
    return Message((Line.of(text),))


# --- How it is said


def own_name(language: str) -> str:
    """A language as it calls itself."""
    return str(Locale(language).get_display_name()).title()


def digest_in_words(words: Wording, value: str) -> str:
    """When digests come, as `DigestTimes` writes it."""
    if value == OFF:
        return words._("off")
    times = DigestTimes.parse(value)
    clock = f"{times.at:%H:%M}"
    if times.weekday is None:
        return words._("daily at {time}").format(time=clock)
    day = locale_of(words.language).days["stand-alone"]["wide"][times.weekday]
    return words._("every {day} at {time}").format(day=day, time=clock)


def _off(words: Wording, value: str) -> str:
    return words._("off") if value == OFF else value


LANGUAGE = Setting(
    name="language",
    read=_language,
    written=lambda heard: heard.language,
    in_words=lambda _, code: own_name(code),
    usual=languages(),
    label=lambda w: w._("Language"),
)
TIMEZONE = Setting(
    name="timezone",
    read=_timezone,
    written=lambda heard: heard.schedule.timezone,
    label=lambda w: w._("Time zone"),
    hint=lambda w: w._("A name such as Europe/Berlin."),
)
REMIND = Setting(
    name="remind",
    read=_remind,
    written=lambda heard: " ".join(map(str, heard.schedule.reminders)) or OFF,
    in_words=lambda w, value: w._("never") if value == OFF else value,
    usual=("14d 7d 1d", "7d 1d", "1d", OFF),
    label=lambda w: w._("Remind me"),
    hint=lambda w: w._("Days or hours before a deadline: 7d 1d, or off."),
)
QUIET = Setting(
    name="quiet",
    read=_quiet,
    written=lambda heard: str(heard.schedule.quiet or OFF),
    in_words=_off,
    on_button=lambda w, value: w._("no quiet hours") if value == OFF else value,
    usual=("22:00-08:00", "20:00-09:00", OFF),
    label=lambda w: w._("Quiet hours"),
    hint=lambda w: w._("From when to when nothing is sent: 22:00-08:00, or off."),
)
DIGEST = Setting(
    name="digest",
    read=_digest,
    written=lambda heard: str(heard.schedule.digest or OFF),
    in_words=digest_in_words,
    on_button=lambda w, value: w._("no digest") if value == OFF else digest_in_words(w, value),
    usual=("daily 09:00", "weekly mon 09:00", OFF),
    label=lambda w: w._("Digest"),
    hint=lambda w: w._("All at once: daily 09:00, weekly mon 09:00, or off."),
)

OF_PERSONS = {setting.name: setting for setting in (LANGUAGE, TIMEZONE, REMIND, QUIET, DIGEST)}
"""What everybody can set for themselves, by key."""
