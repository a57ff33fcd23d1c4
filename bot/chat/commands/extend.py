"""`/extend ID DATE [TIME]`: moves the deadline. Earlier than it is now, it is moved when a button says so."""

from bot.chat.command import Command
from bot.chat.context import Answer, Context, told
from bot.chat.dates import dates
from bot.chat.effects import ChangePosting
from bot.chat.facts import Need
from bot.chat.naming import named, unknown
from bot.chat.request import Request
from bot.chat.rules import is_offered, may_not_change, nobody_known
from bot.domain.draft import Action
from bot.domain.message import Button, Line, Message, shortened
from bot.domain.posting import Deadline
from bot.schema import Value
from bot.sources.files.values import FieldsError, checked, merged

_SURE = "!"  # before a day that was asked about


def _answer(context: Context, request: Request) -> Answer:
    _ = context.wording._
    name, said = named(request)
    if context.facts.fields is None or not said:
        return unknown(context, COMMAND, name if context.facts.fields is None else "")
    if (refusal := may_not_change(context)) is not None:
        return told(refusal)
    is_sure = request.is_pressed and said.startswith(_SURE)
    said = said.removeprefix(_SURE) if is_sure else said
    values = dates(said, context.wording.language, context.here)
    if not values:
        hint = _("I do not understand “{text}” as one day. Write it as 2027-05-31, or 31 May 2027, 12:00.")
        return told(hint.format(text=shortened(said, 60)))
    try:
        if len(values) > 1:
            text = _("“{text}” can be several days. Which one do you mean?").format(text=shortened(said, 60))
            buttons = tuple((_button(name, _day(context, name, value), value),) for value in values)
            return Answer(Message((Line.of(text),), buttons))
        return _moved(context, name, values[0], is_sure=is_sure)
    except FieldsError as error:
        return Answer(Message(tuple(Line.of(str(problem)) for problem in error.problems)))


def _moved(context: Context, name: str, value: str, *, is_sure: bool) -> Answer:
    """Moves it; or says, or asks, why not."""
    _, before, after = context.wording._, _deadline(context, name), _deadline(context, name, value)
    day = context.wording.when(after) if after else value
    if after and after.at <= context.now:
        return told(_("{day} has passed.").format(day=day))
    if before and after and before.at == after.at:
        return told(_("That is its deadline already: {day}.").format(day=day))
    if before and after and after.at < before.at and not is_sure:
        text = _("{day} is earlier than its deadline, {before}. Shall it be moved there?")
        question = Line.of(text.format(day=day, before=context.wording.when(before)))
        return Answer(Message((question,), ((_button(name, _("Move it earlier"), f"{_SURE}{value}"),),)))
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
    return Button(label, request=Request(COMMAND.name, f"{name} {value}").text)


COMMAND = Command(
    name="extend",
    word="extend",
    place=60,
    usage=lambda w: w._("ID DATE [TIME]"),
    summary=lambda w: w._("moves the deadline"),
    takes=lambda rest: " " in rest,
    is_for_all=False,
    needs=frozenset((Need.MEMBERSHIP, Need.POSTING)),
    is_offered=is_offered,
    refusal=nobody_known,
    answer=_answer,
)
