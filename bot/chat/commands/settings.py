"""`/settings [key value]`: how I want to hear, or how a group or channel does: language, time zone, reminders, quiet
hours, a digest; of a place also which positions, and what is announced of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.audiences.follower import Preferences
from bot.audiences.place import PlaceSettings, heard_at
from bot.chat.arranging import FILTER, OF_PLACES
from bot.chat.command import Command, spoken
from bot.chat.context import Answer, Context
from bot.chat.effects import Arrange, Prefer
from bot.chat.facts import Need, PlaceFacts
from bot.chat.request import Request
from bot.chat.rules import may_not_arrange, nobody_to_write_to
from bot.chat.saving import count_in_words, query_label
from bot.chat.setting import OF_PERSONS, Heard, Setting, is_slip, setting_named
from bot.domain.form import FieldKind, Form, FormErrors, FormField, Option, Submission
from bot.domain.message import BLANK, Button, Line, Message, Span, shortened
from bot.wording.catalogue import wording


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whose settings they are: how it hears, and what there is to set. `written`: what stands in front of a key;
    `is_set`: whether anything is otherwise than the config says.
    """

    heard: Heard
    settings: Mapping[str, Setting]
    written: str = ""
    is_locked: bool = False
    is_set: bool = False


def _answer(context: Context, request: Request) -> Answer:
    place = context.facts.place
    if place is not None:
        return _of_place(context, place, request)
    subject = _Subject(_heard(context, _known(context)), OF_PERSONS)
    key, _rest, value = request.argument.strip().partition(" ")
    if not key:
        shown = _shown(context, subject)
        return Answer(replace(shown, form=_form(context)) if context.facts.shows_forms else shown)
    meant = _meant(context, subject, key, value)
    return _told(context, subject, meant) if isinstance(meant, Message) else _changed(context, meant)


def _meant(context: Context, subject: _Subject, key: str, value: str) -> Preferences | Message:
    """What is to be set; or why that is nothing, to be told."""
    setting = setting_named(key, subject.settings)
    if setting is None:
        text = context.wording._("There is no setting “{key}”. There are: {keys}.")
        return Message((Line.of(text.format(key=shortened(key, 40), keys=", ".join(subject.settings))),))
    return setting.read(context, value.strip())


def _known(context: Context) -> Preferences:
    follower = context.facts.follower
    return follower.preferences if follower else Preferences()


def _heard(context: Context, own: Preferences) -> Heard:
    common = context.facts.as_others
    return Heard(common.schedule_with(own), common.language_with(own))


# --- Of a group or channel


def _of_place(context: Context, place: PlaceFacts, request: Request) -> Answer:
    _ = context.wording._
    if not place.is_known:
        text = _("I know no group or channel {name}. Add me to it first; to a channel, as an administrator.")
        return Answer(Message((Line.of(text.format(name=shortened(place.written.strip(), 40))),)))
    if refusal := may_not_arrange(context):
        lines = [Line.of(refusal)]
        if not place.invitation:
            return Answer(Message(tuple(lines), is_beside=True))
        lines.append(Line.of(_("What I tell you yourself, you set in private.")))
        button = Button(_("Open the private chat"), url=place.invitation)
        return Answer(Message(tuple(lines), ((button,),), is_beside=True))
    if place.audience is None:
        return Answer(
            Message((Line.of(_("That is not clear here: write it in the chat, or the topic, that it is about.")),))
        )
    subject = _subject_of(place, place.own)
    key, _rest, value = request.argument.strip().partition(" ")
    if not key:
        return Answer(_shown(context, subject))
    if place.audience.locked:
        text = _("Whoever runs me has fixed that in the config (locked): nothing of it is changed from chat.")
        return _told(context, subject, Message((Line.of(text),)))
    if key.casefold() in spoken("default") and not value:
        return _as_before(context, place)
    meant = _meant(context, subject, key, value)
    if isinstance(meant, Message):
        return _told(context, subject, meant)
    own = PlaceSettings().changed(meant)
    if own.announce and place.is_full and not place.is_heard and not context.rights.is_admin:
        text = _("I announce in as many places as I can already. Please ask whoever runs me.")
        return _told(context, subject, Message((Line.of(text),)))
    if own.language:
        context = replace(context, wording=wording(own.language))
    noted = Line.of(Span(context.wording._("That is noted."), bold=True))
    after = _subject_of(replace(place, is_heard=place.is_heard or own.announce is not None), place.own.changed(own))
    return Answer(_shown(context, after, noted), effects=(Arrange(place.name, place.destination, own),))


def _as_before(context: Context, place: PlaceFacts) -> Answer:
    """The config counts again; whether anything is announced where it names no place is for that place to say."""
    own = PlaceSettings(announce=None if place.is_configured else place.own.announce)
    noted = Line.of(Span(context.wording._("That is noted."), bold=True))
    effect = Arrange(place.name, place.destination, own, anew=True)
    return Answer(_shown(context, _subject_of(place, own), noted), effects=(effect,))


def _subject_of(place: PlaceFacts, own: PlaceSettings) -> _Subject:
    assert place.audience  # noqa: S101  # looked at before
    if not place.is_heard:
        own = replace(own, announce=frozenset())
    is_set = replace(own, announce=own.announce if place.is_configured else None) != PlaceSettings()
    heard = heard_at(place.audience, own, ())
    return _Subject(Heard(heard.schedule, heard.language, heard.filter), OF_PLACES, place.written, heard.locked, is_set)


# --- Words


def _changed(context: Context, own: Preferences) -> Answer:
    effect = Prefer(own)
    if own.language:
        context = replace(context, wording=wording(own.language))
    noted = Line.of(Span(context.wording._("That is noted."), bold=True))
    after = _Subject(_heard(context, effect.applied(_known(context))), OF_PERSONS)
    return Answer(_shown(context, after, noted), effects=(effect,))


def _told(context: Context, subject: _Subject, problem: Message) -> Answer:
    """What is wrong, with how it stands; or, where something is asked back, that alone."""
    return Answer(problem if problem.buttons else _shown(context, subject, *problem.lines))


def _shown(context: Context, subject: _Subject, *above: Line) -> Message:
    _ = context.wording._
    lines = [
        *above,
        *([BLANK] if above else []),
        *(_line(context, setting, subject.heard) for setting in subject.settings.values()),
        BLANK,
    ]
    if subject.is_locked:
        lines.append(Line.of(_("Whoever runs me has fixed that in the config (locked).")))
        return Message(tuple(lines))
    command = context.syntax.of("settings", "settings")
    example = "timezone Europe/Berlin" if FILTER.name not in subject.settings else "filter phd postdoc"
    lines.append(
        Line.of(_("To change one, write for example: {text}").format(text=f"{command} {subject.written}{example}"))
    )
    if subject.is_set:
        default = f"{command} {subject.written}default"
        lines.append(Line.of(_("As the config says again: {text}").format(text=default)))
    return Message(tuple(lines), tuple(_rows(context, subject)))


def _line(context: Context, setting: Setting, heard: Heard) -> Line:
    if setting is FILTER:
        value = f"{query_label(context, heard.filter)}: {count_in_words(context, heard.filter)}"
    else:
        value = setting.in_words(context.wording, setting.written(heard))
    return Line.of(Span(setting.name, code=True), f": {value}")


def _rows(context: Context, subject: _Subject) -> Iterator[tuple[Button, ...]]:
    """A row for each setting that has usual values; the one that is so bears a sign."""
    for setting in subject.settings.values():
        label, now = setting.on_button or setting.in_words, setting.written(subject.heard)
        buttons = []
        for value in setting.usual:
            value_label = label(context.wording, value)
            request = Request("settings", f"{subject.written}{setting.name} {value}")
            buttons.append(Button(f"✓ {value_label}" if value == now else value_label, request=request.text))
        if buttons:
            yield tuple(buttons)


# --- As a form

FORM = "settings"
"""Its name."""


def _form(context: Context) -> Form:
    _ = context.wording._
    heard = _heard(context, _known(context))
    fields = tuple(_field(context, setting, setting.written(heard)) for setting in OF_PERSONS.values())
    return Form(FORM, _("My settings"), _("Save"), _("Cancel"), fields)


def _field(context: Context, setting: Setting, written: str) -> FormField:
    words = context.wording
    if setting.hint(words):
        return FormField(setting.name, setting.label(words), hint=setting.hint(words), value=written)
    options = tuple(Option(value, setting.in_words(words, value)) for value in setting.usual)
    return FormField(setting.name, setting.label(words), FieldKind.ONE_OF, options=options, value=written)


def filled_in(context: Context, submission: Submission) -> Answer | FormErrors:
    """What becomes of the form: all of it is noted, or what does not hold up is said at its field."""
    own, errors = Preferences(), {}
    for key, setting in OF_PERSONS.items():
        value = submission.values.get(key, "")
        meant = setting.read(context, value.strip() if isinstance(value, str) else "")
        if isinstance(meant, Message):
            errors[key] = meant.text
        else:
            own = own.changed(meant)
    return FormErrors(errors) if errors else _changed(context, own)


def _takes(rest: str) -> bool:
    first = rest.partition(" ")[0]
    if not rest or first[0] in "[@" or first.casefold() in spoken("place"):
        return True
    return setting_named(first, OF_PLACES) is not None or is_slip(first, OF_PLACES)


COMMAND = Command(
    name="settings",
    word="settings",
    place=45,
    usage=lambda w: w._("[key value]"),
    summary=lambda w: w._("language, time zone, reminders, quiet hours, digest"),
    takes=_takes,
    may_begin=True,
    is_personal=True,
    is_of_places=True,
    needs=frozenset((Need.FOLLOWER,)),
    refusal=lambda context: None if context.facts.place else nobody_to_write_to(context),
    answer=_answer,
)
