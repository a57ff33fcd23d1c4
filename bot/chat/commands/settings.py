"""`/settings [key value]`: how I want to hear: language, time zone, when to be reminded, quiet hours, a digest."""

from collections.abc import Iterator
from dataclasses import replace

from bot.audiences.follower import Preferences
from bot.chat.command import Command
from bot.chat.context import Answer, Context
from bot.chat.effects import Prefer
from bot.chat.facts import Need
from bot.chat.request import Request
from bot.chat.rules import nobody_to_write_to
from bot.chat.setting import OF_PERSONS, Heard, Setting, named
from bot.domain.form import FieldKind, Form, FormErrors, FormField, Option, Submission
from bot.domain.message import BLANK, Button, Line, Message, Span, shortened
from bot.wording.catalogue import wording


def _answer(context: Context, request: Request) -> Answer:
    key, _rest, value = request.argument.strip().partition(" ")
    if not key:
        shown = _shown(context, _known(context))
        return Answer(replace(shown, form=_form(context)) if context.facts.shows_forms else shown)
    setting = named(key, OF_PERSONS)
    if setting is None:
        text = context.wording._("There is no setting “{key}”. There are: {keys}.")
        return _told(context, Message((Line.of(text.format(key=shortened(key, 40), keys=", ".join(OF_PERSONS))),)))
    meant = setting.read(context, value.strip())
    return _told(context, meant) if isinstance(meant, Message) else _changed(context, meant)


def _known(context: Context) -> Preferences:
    follower = context.facts.follower
    return follower.preferences if follower else Preferences()


# --- Words


def _changed(context: Context, own: Preferences) -> Answer:
    effect = Prefer(own)
    if own.language:
        context = replace(context, wording=wording(own.language))
    noted = Line.of(Span(context.wording._("That is noted."), bold=True))
    return Answer(_shown(context, effect.applied(_known(context)), noted), effects=(effect,))


def _told(context: Context, problem: Message) -> Answer:
    return Answer(_shown(context, _known(context), *problem.lines))


def _shown(context: Context, own: Preferences, *above: Line) -> Message:
    _ = context.wording._
    heard = _heard(context, own)
    lines = [
        *above,
        *([BLANK] if above else []),
        *(_line(context, setting, setting.written(heard)) for setting in OF_PERSONS.values()),
        BLANK,
        Line.of(
            _("To change one, write for example: {text}").format(
                text=f"{context.syntax.of('settings', 'settings')} timezone Europe/Berlin"
            )
        ),
    ]
    return Message(tuple(lines), tuple(_rows(context, heard)))


def _heard(context: Context, own: Preferences) -> Heard:
    common = context.facts.as_others
    return Heard(common.schedule_with(own), common.language_with(own))


def _line(context: Context, setting: Setting, written: str) -> Line:
    return Line.of(Span(setting.name, code=True), f": {setting.in_words(context.wording, written)}")


def _rows(context: Context, heard: Heard) -> Iterator[tuple[Button, ...]]:
    """A row for each setting that has usual values; the one that is so bears a sign."""
    for setting in OF_PERSONS.values():
        label, now = setting.on_button or setting.in_words, setting.written(heard)
        buttons = []
        for value in setting.usual:
            said = label(context.wording, value)
            request = Request("settings", f"{setting.name} {value}")
            buttons.append(Button(f"✓ {said}" if value == now else said, request=request.text))
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
            own = Prefer(meant).applied(own)
    return FormErrors(errors) if errors else _changed(context, own)


COMMAND = Command(
    name="settings",
    word="settings",
    place=45,
    usage=lambda w: w._("[key value]"),
    summary=lambda w: w._("language, time zone, reminders, quiet hours, digest"),
    takes=lambda rest: not rest or named(rest.split(" ")[0], OF_PERSONS) is not None or rest.startswith("["),
    may_begin=True,
    is_personal=True,
    needs=frozenset((Need.FOLLOWER,)),
    refusal=nobody_to_write_to,
    answer=_answer,
)
