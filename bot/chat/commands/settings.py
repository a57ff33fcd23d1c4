"""`/settings [key value]`: how I want to hear: language, time zone, when to be reminded."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from babel import Locale
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.audiences.follower import Preferences
from bot.chat.command import Command, spoken
from bot.chat.context import Answer, Context
from bot.chat.effects import Prefer
from bot.chat.facts import Need
from bot.chat.request import Request
from bot.chat.rules import nobody_to_write_to
from bot.domain.form import FieldKind, Form, FormErrors, FormField, Option, Submission
from bot.domain.message import BLANK, Button, Line, Message, Span, shortened
from bot.domain.schedule import Lead, is_lead
from bot.domain.zones import zone_names
from bot.language import languages
from bot.wording.catalogue import wording

_MOST_LEADS = 10
_USUAL = ("14d 7d 1d", "7d 1d", "1d")


def _answer(context: Context, request: Request) -> Answer:
    key, _rest, value = request.argument.strip().partition(" ")
    key, value = key.casefold(), value.strip()
    if not key:
        shown = _shown(context, _known(context))
        return Answer(replace(shown, form=_form(context)) if context.facts.shows_forms else shown)
    change = _KEYS.get(key)
    if change is None:
        _ = context.wording._
        text = _("There is no setting “{key}”. There are: {keys}.")
        return _told(context, text.format(key=shortened(key, 40), keys=", ".join(_KEYS)))
    meant = change(context, value)
    return _told(context, meant) if isinstance(meant, str) else _changed(context, meant)


def _known(context: Context) -> Preferences:
    follower = context.facts.follower
    return follower.preferences if follower else Preferences()


# --- Keys


def _language(context: Context, value: str) -> Preferences | str:
    if value.casefold() in languages():
        return Preferences(language=value.casefold())
    return context.wording._("I speak {languages}; write one of these.").format(languages=", ".join(languages()))


def _timezone(context: Context, value: str) -> Preferences | str:
    names = {name.casefold(): name for name in zone_names()}
    if name := names.get(value.casefold().replace(" ", "_")):
        return Preferences(timezone=name)
    text = context.wording._("I know no time zone “{text}”. Write its name, such as {zone}.")
    return text.format(text=shortened(value, 40), zone=_near(value) or "Europe/Berlin")


def _remind(context: Context, value: str) -> Preferences | str:
    if value.casefold() in spoken("off"):
        return Preferences(reminders=())
    words = value.replace(",", " ").split()
    if all(map(is_lead, words)) and 0 < len(words) <= _MOST_LEADS:
        return Preferences(reminders=tuple(dict.fromkeys(map(Lead.parse, words))))
    return context.wording._(
        "Write when to remind you before a deadline, in days or hours: remind 7d 1d, or remind off."
    )


_KEYS: Mapping[str, Callable[[Context, str], Preferences | str]] = {
    "language": _language,
    "timezone": _timezone,
    "remind": _remind,
}
"""By key, what a value means; or why it is none, in words."""


def _near(said: str) -> str | None:
    """The zone that is meant: by its city, or with a slip."""
    names = sorted(zone_names())
    city = said.strip().replace(" ", "_").casefold()
    ending = (name for name in names if city and name.casefold().endswith(f"/{city}"))
    near = process.extractOne(said, names, scorer=OSA.normalized_similarity, processor=str.casefold, score_cutoff=0.6)
    return next(ending, near[0] if near else None)


# --- Words


def _changed(context: Context, own: Preferences) -> Answer:
    effect = Prefer(own)
    if own.language:
        context = replace(context, wording=wording(own.language))
    noted = Line.of(Span(context.wording._("That is noted."), bold=True))
    return Answer(_shown(context, effect.applied(_known(context)), noted), effects=(effect,))


def _told(context: Context, text: str) -> Answer:
    return Answer(_shown(context, _known(context), Line.of(text)))


def _shown(context: Context, own: Preferences, *above: Line) -> Message:
    _ = context.wording._
    common = context.facts.as_others
    schedule, language = common.schedule_with(own), common.language_with(own)
    reminders = " ".join(map(str, schedule.reminders))
    lines = [
        *above,
        *([BLANK] if above else []),
        Line.of(Span("language", code=True), f": {_own_name(language)}"),
        Line.of(Span("timezone", code=True), f": {schedule.timezone}"),
        Line.of(Span("remind", code=True), f": {reminders or _('never')}"),
        BLANK,
        Line.of(
            _("To change one, write for example: {text}").format(
                text=f"{context.syntax.of('settings', 'settings')} timezone Europe/Berlin"
            )
        ),
    ]
    return Message(tuple(lines), tuple(_rows(context, language, reminders)))


def _rows(context: Context, language: str, reminders: str) -> Iterator[tuple[Button, ...]]:
    yield tuple(_button(_own_name(code), f"language {code}", is_so=code == language) for code in languages())
    never = context.wording._("never")
    yield tuple(
        _button(leads or never, f"remind {leads or 'off'}", is_so=leads == reminders) for leads in (*_USUAL, "")
    )


def _own_name(language: str) -> str:
    """A language as it calls itself."""
    return str(Locale(language).get_display_name()).title()


def _button(label: str, argument: str, *, is_so: bool) -> Button:
    return Button(f"✓ {label}" if is_so else label, request=Request("settings", argument).text)


# --- As a form

FORM = "settings"
"""Its name."""


def _form(context: Context) -> Form:
    _ = context.wording._
    own, common = _known(context), context.facts.as_others
    schedule = common.schedule_with(own)
    options = tuple(Option(code, _own_name(code)) for code in languages())
    reminders = " ".join(map(str, schedule.reminders)) or "off"
    fields = (
        FormField("language", _("Language"), FieldKind.ONE_OF, options=options, value=common.language_with(own)),
        FormField("timezone", _("Time zone"), hint=_("A name such as Europe/Berlin."), value=schedule.timezone),
        FormField("remind", _("Remind me"), hint=_("Days or hours before a deadline: 7d 1d, or off."), value=reminders),
    )
    return Form(FORM, _("My settings"), _("Save"), _("Cancel"), fields)


def filled_in(context: Context, submission: Submission) -> Answer | FormErrors:
    """What becomes of the form: all of it is noted, or what does not hold up is said at its field."""
    own, errors = Preferences(), {}
    for key, change in _KEYS.items():
        value = submission.values.get(key, "")
        meant = change(context, value.strip() if isinstance(value, str) else "")
        if isinstance(meant, str):
            errors[key] = meant
        else:
            own = Prefer(meant).applied(own)
    return FormErrors(errors) if errors else _changed(context, own)


COMMAND = Command(
    name="settings",
    word="settings",
    place=45,
    usage=lambda w: w._("[key value]"),
    summary=lambda w: w._("language, time zone, when I am reminded"),
    takes=lambda rest: not rest or rest.split(" ")[0].casefold() in _KEYS or rest.startswith("["),
    may_begin=True,
    is_personal=True,
    needs=frozenset((Need.FOLLOWER,)),
    refusal=nobody_to_write_to,
    answer=_answer,
)
