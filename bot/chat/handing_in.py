"""The dialogue in which a posting is handed in or changed, as data: a state and what was said in, an answer and the
next state out.

A state is JSON: `token` and `turn` name the question, so that a button of an older one is known; `step` is the key that
is asked for, `preview` or `change`; `fields` is what is known so far. `name`: the posting that is changed; `draft`: the
draft; `original`: what either said before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time
from typing import Any

from bot.audiences.audience import Audience
from bot.chat.context import Answer, Context
from bot.chat.dates import dates
from bot.chat.effects import ChangePosting, Claim, Forget, HandIn, Remember, Revise
from bot.domain.draft import Action
from bot.domain.letters import trimmed
from bot.domain.message import BLANK, Button, Line, Message, Span, shortened
from bot.domain.notice import Notice
from bot.domain.posting import Posting, Role, Status
from bot.domain.schedule import Destination, Schedule
from bot.planning.wanted import announcement
from bot.schema import Value
from bot.sources.files.lines import read_lines
from bot.sources.files.values import FieldsError, checked, differing, from_text, merged

State = Mapping[str, Any]

KEYS = ("title", "role", "deadline", "location", "group", "apply", "url", "pay", "summary")
REQUIRED = frozenset(("title", "role"))
_LEAVE_OUT, _BACK = "-", "<"
_SEND, _CHANGE, _CANCEL, _KEY = "!send", "!change", "!cancel", "!key "


# --- Beginning


def begun(context: Context, **given: Any) -> State:
    """A state at its beginning."""
    empty: dict[str, Any] = {"fields": {}, "name": None, "draft": None, "original": {}, "step": "title"}
    return {**empty, **given, "kind": "posting", "token": context.facts.token, "turn": 0}


def asked_first(context: Context) -> Answer:
    """The first question for a new posting."""
    return _question(context, begun(context))


def with_lines(context: Context, state: State, text: str) -> Answer:
    """The preview of what lines say, below what is known."""
    try:
        fields, lines, left_out = known_with(context, state, text)
        checked(fields, state["name"] or "new", context.timezone, lines)
    except FieldsError as error:
        return does_not_hold_up(context, error)
    return previewed(context, {**state, "fields": fields}, left_out)


def known_with(context: Context, state: State, text: str) -> tuple[dict[str, Value], Mapping[str, int], Sequence[Line]]:
    """What is known with what lines say as well, which may not hold up; in which line each key stands; and what is
    told of those that are not taken. Raises `FieldsError` for lines that are none.
    """
    lines = read_lines(text, by_editor=context.rights.is_editor)
    left_out = Line.of(context.wording._("Not taken: {keys}").format(keys=", ".join(lines.left_out)))
    return merged(state["fields"], lines.changes), lines.lines, [left_out] if lines.left_out else ()


def does_not_hold_up(context: Context, error: FieldsError) -> Answer:
    """What is wrong with lines, in the words of `callboard check`."""
    found = [Line.of(str(problem)) for problem in error.problems]
    return Answer(Message((Line.of(context.wording._("That does not hold up yet:")), *found)))


# --- Going on


def token_of(state: State) -> str:
    """By which a button is known to belong to the question that is open."""
    return f"{state['token']}{state['turn']}"


def advanced(context: Context, state: State, text: str) -> Answer:
    """What follows what was said."""
    said, step = trimmed(text), state["step"]
    if said == _CANCEL:
        return cancelled(context)
    if step in {"preview", "change"}:
        return _at_the_end(context, state, said, text)
    if said == _BACK:
        keys = KEYS[: KEYS.index(step)]
        return _question(context, {**state, "step": keys[-1] if keys else step})
    if said == _LEAVE_OUT or (step == "deadline" and said.casefold() in {"none", context.wording._("none").casefold()}):
        if step in REQUIRED:
            return _question(context, state, [Line.of(context.wording._("This is needed."))])
        return _next(context, {**state, "fields": {key: v for key, v in state["fields"].items() if key != step}})
    return _filled_in(context, state, step, said)


def cancelled(context: Context) -> Answer:
    """The end of it, with nothing done."""
    return Answer(Message((Line.of(context.wording._("Left; nothing was handed in.")),)), effects=(Forget(),))


def _at_the_end(context: Context, state: State, said: str, text: str) -> Answer:
    if state["step"] == "preview":
        labels = {label.casefold(): value for label, value in _choices(context, state)}
        said = labels.get(said.casefold(), said)
    if said == _CANCEL:
        return cancelled(context)
    if said == _SEND and state["step"] == "preview":
        return sent(context, state)
    if said == _CHANGE:
        return _which_key(context, state)
    key = said.removeprefix(_KEY).casefold()
    if key in KEYS:
        return _question(context, {**state, "step": key, "single": True})
    if ":" in said:
        return with_lines(context, state, text)
    return previewed(context, state, [Line.of(context.wording._("Press a button, or write lines such as pay: E13."))])


def _filled_in(context: Context, state: State, step: str, said: str) -> Answer:
    _ = context.wording._
    value: Any
    if step == "role":
        query = context.index.parse(said)
        value = [str(role) for role in Role if role in query.roles]
        if not value or query.terms:
            roles = ", ".join(context.wording.role(role) for role in Role)
            return _question(context, state, [Line.of(_("I know these roles: {roles}.").format(roles=roles))])
    elif step == "deadline":
        values = dates(said, context.wording.language, context.here)
        if len(values) > 1:
            return _which_day(context, state, said, values)
        if not values:
            hint = _("I do not understand “{text}” as one day. Write it as 2027-05-31, or 31 May 2027, 12:00.")
            return _question(context, state, [Line.of(hint.format(text=shortened(said, 60)))])
        value = values[0]
    else:
        try:
            value = from_text(step, said)
        except FieldsError as error:
            return _question(context, state, [Line.of(str(problem)) for problem in error.problems])
    try:
        posting = checked({"title": "x", "role": ["other"], step: value}, "new", context.timezone)
    except FieldsError as error:
        return _question(context, state, [Line.of(str(problem)) for problem in error.problems])
    told: Sequence[Line] = ()
    if step == "deadline" and posting.deadline:
        if posting.deadline.at <= context.now:
            passed = _("{day} has passed.").format(day=context.wording.when(posting.deadline))
            return _question(context, state, [Line.of(passed)])
        told = context.wording.deadline(posting, context.now, context.timezone)
    return _next(context, {**state, "fields": merged(state["fields"], {step: value})}, told)


def _next(context: Context, state: State, told: Sequence[Line] = ()) -> Answer:
    place = KEYS.index(state["step"]) + 1
    if state.get("single") or place == len(KEYS):
        return previewed(context, state, told)
    return _question(context, {**state, "step": KEYS[place]}, told)


# --- What is asked


def _question(context: Context, state: State, told: Sequence[Line] = ()) -> Answer:
    _ = context.wording._
    key = state["step"]
    text = {
        "title": _("What is the title of the position?"),
        "role": _("Which role is it? Press it, or write one or several."),
        "deadline": _("Until when can one apply? For example 31 May 2027, or in 4 weeks."),
        "location": _("Where is it?"),
        "group": _("In which group?"),
        "apply": _("How does one apply: an address of the web, an e-mail address, or words?"),
        "url": _("Where is the full advert on the web?"),
        "pay": _("What does it pay?"),
        "summary": _("What is it about, in a few sentences?"),
    }[key]
    said = state["fields"].get(key)
    now = [Line.of(_("So far: {value}").format(value=shortened(_as_text(said), 200)))] if said else []
    rows: list[tuple[tuple[str, str], ...]] = []
    if key == "role":
        roles = [(context.wording.role(role), str(role)) for role in Role]
        rows += [tuple(roles[at : at + 2]) for at in range(0, len(roles), 2)]
    last = [] if key in REQUIRED else [(_("No deadline") if key == "deadline" else _("Leave out"), _LEAVE_OUT)]
    last += [(_("Back"), _BACK)] if key != "title" and not state.get("single") else []
    rows.append((*last, (_("Cancel"), _CANCEL)))
    lines = (*told, *([BLANK] if told else []), Line.of(Span(text, bold=True)), *now)
    return _asked(context, state, lines, rows, asks=text)


def _which_day(context: Context, state: State, said: str, values: Sequence[str]) -> Answer:
    _ = context.wording._
    text = _("“{text}” can be several days. Which one do you mean?").format(text=shortened(said, 60))
    rows = [((_day(context, value), value),) for value in values]
    return _asked(context, state, [Line.of(Span(text, bold=True))], [*rows, ((_("Cancel"), _CANCEL),)], asks=text)


def _day(context: Context, value: str) -> str:
    posting = checked({"title": "x", "role": ["other"], "deadline": value}, "new", context.timezone)
    return context.wording.when(posting.deadline) if posting.deadline else value


def _which_key(context: Context, state: State) -> Answer:
    text = context.wording._("What shall change? Press it, or write lines such as pay: E13 (pay: - takes it away).")
    keys = [(key, f"{_KEY}{key}") for key in KEYS]
    rows = [tuple(keys[at : at + 3]) for at in range(0, len(keys), 3)]
    return _asked(context, {**state, "step": "change"}, [Line.of(Span(text, bold=True))], rows, asks=text)


def previewed(context: Context, state: State, told: Sequence[Line] = ()) -> Answer:
    """The posting as it will look, and what can be done with it."""
    _ = context.wording._
    state = {**state, "step": "preview", "single": False}
    try:
        posting = checked(state["fields"], state["name"] or "new", context.timezone)
    except FieldsError as error:
        answer = _which_key(context, state)
        problems = tuple(Line.of(str(problem)) for problem in error.problems)
        return replace(answer, message=replace(answer.message, lines=(*problems, BLANK, *answer.message.lines)))
    heading = Line.of(Span(_("This is how it will look:"), italic=True))
    lines = (*told, *([BLANK] if told else []), heading, BLANK, *looks(context, posting))
    return _asked(context, state, lines, [(choice,) for choice in _choices(context, state)])


def _choices(context: Context, state: State) -> list[tuple[str, str]]:
    """What can be done with a preview: labels, and what they say."""
    _ = context.wording._
    return [(sent_label(context, state), _SEND), (_("Change"), _CHANGE), (_("Cancel"), _CANCEL)]


def sent_label(context: Context, state: State) -> str:
    """What a preview's first button says."""
    _ = context.wording._
    if state["draft"]:
        return _("Save")
    if context.rights.is_editor:
        return _("Change it") if state["name"] else _("Publish")
    return _("Hand in")


def looks(context: Context, posting: Posting) -> tuple[Line, ...]:
    """What its announcement says."""
    schedule = Schedule(context.timezone, time(9), ())
    posting = replace(posting, status=Status.OPEN) if posting.status is Status.DRAFT else posting
    audience = Audience("preview", Destination("", ""), schedule, context.wording.language)
    notice = Notice(announcement(posting, schedule), audience.name)
    return context.wording.notice([notice], context.now, audience).lines


def _asked(
    context: Context,
    state: State,
    lines: Sequence[Line],
    rows: Sequence[Sequence[tuple[str, str]]],
    asks: str = "",
) -> Answer:
    """A question, whose state is kept."""
    del context
    state = {**state, "turn": state["turn"] + 1}
    token = token_of(state)
    buttons = tuple(
        tuple(Button(shortened(label, 60), request=f"reply.1 {token} {value}") for label, value in row) for row in rows
    )
    return Answer(Message(tuple(lines), buttons, asks=asks), effects=(Remember(state),))


def sent(context: Context, state: State) -> Answer:
    """What is done with what is known in the end."""
    fields = state["fields"]
    changes = differing(state["original"], fields)
    if state["draft"]:
        return Answer(Message(()), effects=(Claim(state), Revise(state["draft"], changes)))
    at_once = context.rights.is_editor
    if state["name"]:
        change = ChangePosting(state["name"], changes, Action.CHANGED, at_once)
        return Answer(Message(()), effects=(Claim(state), change))
    return Answer(Message(()), effects=(Claim(state), HandIn(fields, at_once)))


def _as_text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
