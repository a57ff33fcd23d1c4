"""A deadline is moved: by a day that is said at once, or that is asked for. Earlier than it is now, it is moved when a
button says so.
"""

from collections.abc import Mapping
from typing import Any

from bot.chat.asking import token_of
from bot.chat.context import Answer, Context, short_answer
from bot.chat.dates import dates
from bot.chat.effects import ChangePosting, Claim, Remember
from bot.chat.forms import form_again
from bot.chat.naming import short
from bot.chat.request import Request
from bot.chat.rules import may_not_change
from bot.domain.draft import Action
from bot.domain.form import FieldKind, Form, FormErrors, FormField
from bot.domain.letters import trimmed
from bot.domain.message import Button, Line, Message, Span, shortened
from bot.domain.posting import Deadline
from bot.schema import Value
from bot.sources.files.values import FieldsError, checked, merged

COMMAND = FORM = "extend"
"""The command's name, and the form's."""

UNTIL = "until"
"""The kind of a dialogue that asks for the day."""

SURE = "!"  # before a day that was asked about
_AS_IT_IS = "-"


def moved(context: Context, name: str, day_written: str, *, is_sure: bool = False) -> Answer:
    """Moves it to the day that is said; or says, or asks, why not. Of the posting the facts have to be there."""
    _ = context.wording._
    if (refusal := may_not_change(context)) is not None:
        return short_answer(refusal)
    values = dates(day_written, context.wording.language, context.here)
    if not values:
        hint = _("I do not understand “{text}” as one day. Write it as 2027-05-31, or 31 May 2027, 12:00.")
        return short_answer(hint.format(text=shortened(day_written, 60)))
    try:
        if len(values) > 1:
            text = _("“{text}” can be several days. Which one do you mean?").format(text=shortened(day_written, 60))
            buttons = tuple((_button(name, _day(context, name, value), value),) for value in values)
            return Answer(Message((Line.of(text),), buttons))
        return _moved(context, name, values[0], is_sure=is_sure)
    except FieldsError as error:
        return Answer(Message(tuple(Line.of(str(problem)) for problem in error.problems)))


def asked_until(context: Context, name: str) -> Answer:
    """Asks for the day: by a form where one can be shown."""
    _ = context.wording._
    if (refusal := may_not_change(context)) is not None:
        return short_answer(refusal)
    if context.facts.shows_forms:
        message = form_again(context, Request(COMMAND, short(name)))
        return Answer(Message(message.lines, message.buttons, form=_form(context, name), is_beside=True))
    state = {"kind": UNTIL, "name": name, "token": context.facts.token, "turn": 0}
    posting = context.index.get(name)
    title = [Line.of(Span(shortened(posting.title, 200), bold=True))] if posting else []
    text = _("Until when can one apply? For example 31 May 2027, or in 4 weeks.")
    button = Button(_("Leave it as it is"), request=Request("reply", f"{token_of(state)} {_AS_IT_IS}").text)
    buttons = ((button,),) if context.facts.is_private else ()  # a reply is asked for, where the bot hears no other
    message = Message((*title, Line.of(text)), buttons, asks=_("Until when?"), is_beside=True)
    return Answer(message, effects=(Remember(state),))


def answered(context: Context, state: Mapping[str, Any], text: str) -> Answer:
    """What follows what was said to that question."""
    _, reply = context.wording._, trimmed(text)
    if context.facts.fields is None:
        return short_answer(_("there is no such position or draft any more"), Claim(state))
    if reply == _AS_IT_IS:
        return short_answer(_("It stays as it is."), Claim(state))
    answer = moved(context, state["name"], reply)
    return Answer(answer.message, effects=(Claim(state), *answer.effects)) if answer.effects else answer


def filled_in(context: Context, name: str, values: Mapping[str, str | tuple[str, ...]]) -> Answer | FormErrors:
    """The same by a form."""
    day, time = (str(values.get(key, "")) for key in ("deadline", "deadline_time"))
    if context.facts.fields is None:
        return FormErrors({"deadline": context.wording._("there is no such position or draft any more")})
    answer = moved(context, name, f"{day} {time}".strip())
    return answer if answer.effects or answer.message.buttons else FormErrors({"deadline": answer.message.text})


def _form(context: Context, name: str) -> Form:
    _ = context.wording._
    deadline = _deadline(context, name)
    day = deadline.at.date().isoformat() if deadline else ""
    return Form(
        name=FORM,
        title=_("Extend") if deadline else _("Set a deadline"),
        submit=_("Save"),
        close=_("Cancel"),
        fields=(
            FormField("deadline", _("Deadline"), FieldKind.DATE, value=day),
            FormField("deadline_time", _("Time"), FieldKind.TIME, is_optional=True),
        ),
        state=name,
    )


def _moved(context: Context, name: str, value: str, *, is_sure: bool) -> Answer:
    _, before, after = context.wording._, _deadline(context, name), _deadline(context, name, value)
    day = context.wording.when(after) if after else value
    if after and after.at <= context.now:
        return short_answer(_("{day} has passed.").format(day=day))
    if before and after and before.at == after.at:
        return short_answer(_("That is its deadline already: {day}.").format(day=day))
    if before and after and after.at < before.at and not is_sure:
        text = _("{day} is earlier than its deadline, {before}. Shall it be moved there?")
        question = Line.of(text.format(day=day, before=context.wording.when(before)))
        return Answer(Message((question,), ((_button(name, _("Move it earlier"), f"{SURE}{value}"),),)))
    changes: dict[str, Value | None] = {"deadline": value}
    if (context.facts.fields or {}).get("deadline_kind") == "rolling":  # it is so no more
        changes["deadline_kind"] = None
    return Answer(Message(()), effects=(ChangePosting(name, changes, Action.EXTENDED, at_once=True),))


def _deadline(context: Context, name: str, value: str | None = None) -> Deadline | None:
    """The deadline by the file, or as it will be. Raises `FieldsError`."""
    changes = {} if value is None else {"deadline": value}
    return checked(merged(context.facts.fields or {}, changes), name, context.timezone).deadline


def _day(context: Context, name: str, value: str) -> str:
    deadline = _deadline(context, name, value)
    return context.wording.when(deadline) if deadline else value


def _button(name: str, label: str, value: str) -> Button:
    return Button(label, request=Request(COMMAND, f"{short(name)} {value}").text)
