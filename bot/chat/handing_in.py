"""The dialogue in which a posting is handed in or changed, as data: a state and what was said in, an answer and the
next state out.

A state is JSON: `token` and `turn` name the question, so that a button of an older one is known; `step` is the key that
is asked for, `preview` or `change`; `fields` is what is known so far. `name`: the posting that is changed; `draft`: the
draft; `original`: what either said before.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time
from typing import Any

from bot.audiences.audience import Audience
from bot.chat import adverts
from bot.chat.asking import (
    BACK,
    CANCEL,
    ENOUGH,
    KEEP,
    KEY,
    KEYS,
    LEAVE_OUT,
    REQUIRED,
    State,
    alone,
    ask,
    known_enough,
    meant,
    question,
    which_day,
    which_key,
    which_name,
    which_scheme,
)
from bot.chat.context import Answer, Context
from bot.chat.dates import dates
from bot.chat.effects import ChangePosting, Claim, Forget, HandIn, Revise
from bot.chat.fields import may_mean, names, near
from bot.domain.draft import Action
from bot.domain.letters import trimmed
from bot.domain.message import BLANK, Line, Message, Span, shortened
from bot.domain.notice import Notice
from bot.domain.posting import Posting, Role, Status
from bot.domain.schedule import Destination, Schedule
from bot.planning.wanted import announcement
from bot.schema import Value
from bot.sources.files.lines import read_lines
from bot.sources.files.values import FieldsError, checked, differing, from_text, merged

_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,10}[a-z]{2,24}(?:[/?#]\S{0,2000})?", re.IGNORECASE)
_SEND, _CHANGE = "!send", "!change"


# --- Beginning


def begun(context: Context, **known: Any) -> State:
    """A state at its beginning."""
    fields = dict(context.facts.defaults)
    empty: dict[str, Any] = {"fields": fields, "name": None, "draft": None, "original": {}, "step": "title"}
    return {**empty, **known, "kind": "posting", "token": context.facts.token, "turn": 0}


def asked_first(context: Context) -> Answer:
    """The first question for a new posting."""
    return question(context, begun(context))


def with_text(context: Context, state: State, text: str) -> Answer:
    """The answer to a long text in place of a reply: for lines (`pay: E13`) the preview; for an advert what was read
    from it, and the question for the first key that is missing.
    """
    if not adverts.is_advert(text):
        return with_lines(context, state, text)
    fields, remarks = adverts.read(context, text)
    return _from(context, {**state, "fields": merged(state["fields"], fields), "only_missing": True}, KEYS, remarks)


def with_lines(context: Context, state: State, text: str) -> Answer:
    """The preview of what lines say, below what is known."""
    try:
        fields, lines, left_out = known_with(context, state, text)
        checked(fields, state["name"] or "new", context.timezone, lines)
    except FieldsError as error:
        return told_problems(context, error)
    return previewed(context, {**state, "fields": fields}, left_out)


def known_with(context: Context, state: State, text: str) -> tuple[dict[str, Value], Mapping[str, int], Sequence[Line]]:
    """What is known with what lines say as well, which may not hold up; in which line each key stands; and what is
    told of those that are not taken. Raises `FieldsError` for lines that are none.
    """
    lines = read_lines(text, by_editor=context.rights.is_editor)
    left_out = Line.of(context.wording._("Not taken: {keys}").format(keys=", ".join(lines.left_out)))
    return merged(state["fields"], lines.changes), lines.lines, [left_out] if lines.left_out else ()


def told_problems(context: Context, error: FieldsError) -> Answer:
    """What is wrong with lines, in the words of `callboard check`."""
    lines = [Line.of(str(problem)) for problem in error.problems]
    return Answer(Message((Line.of(context.wording._("That does not hold up yet:")), *lines)))


# --- Going on


def advanced(context: Context, state: State, text: str) -> Answer:
    """The answer to a reply: the next question, the same one again with what is wrong, or the preview."""
    reply, step = trimmed(text), state["step"]
    if step in {"preview", "change"}:
        return _at_the_end(context, state, reply, text)
    if step == "title" and (adverts.is_no_title(text) or adverts.begins_with_key(text)):
        return with_text(context, state, text)
    if step == "title":
        reply = " ".join(reply.split())
    reply = meant(context, state, reply)
    if reply == ENOUGH and known_enough(state):
        return previewed(context, state)
    if reply == CANCEL:
        return cancelled(context)
    if reply == KEEP:
        return _next(context, state)
    if reply == BACK:
        keys = KEYS[: KEYS.index(step)]
        return question(context, {**state, "step": keys[-1] if keys else step})
    if reply == LEAVE_OUT:
        if step in REQUIRED:
            return question(context, state, [Line.of(context.wording._("This is needed."))])
        return _next(context, {**state, "fields": {key: v for key, v in state["fields"].items() if key != step}})
    return _filled_in(context, state, step, reply)


def cancelled(context: Context) -> Answer:
    """The answer that ends the dialogue, with nothing done."""
    return Answer(Message((Line.of(context.wording._("Left; nothing was handed in.")),)), effects=(Forget(),))


def _at_the_end(context: Context, state: State, reply: str, text: str) -> Answer:
    if state["step"] == "preview":
        labels = {label.casefold(): value for label, value in _choices(context, state)}
        reply = labels.get(reply.casefold(), reply)
    elif reply.casefold() == context.wording._("Cancel").casefold():
        reply = CANCEL
    if reply == CANCEL:
        return cancelled(context)
    if reply == _SEND and state["step"] == "preview":
        return sent(context, state)
    if reply == _CHANGE:
        return which_key(context, state)
    labels = {label.casefold(): key for key, label in names(context).items()}
    key = labels.get(reply.casefold(), reply.removeprefix(KEY).casefold())
    if key in KEYS:
        return question(context, {**state, "step": key, "single": True})
    if ":" in reply:
        return with_lines(context, state, text)
    hint = context.wording._("Press a button, or write lines such as pay: E13. Cancel ends this.")
    return previewed(context, state, [Line.of(hint)])


def _filled_in(context: Context, state: State, step: str, reply: str) -> Answer:
    _ = context.wording._
    value: Any
    if step == "role":
        query = context.index.parse(reply)
        value = [str(role) for role in Role if role in query.roles]
        if not value or query.terms:
            roles = ", ".join(context.wording.role(role) for role in Role)
            return question(context, state, [Line.of(_("I know these roles: {roles}.").format(roles=roles))])
    elif step == "deadline":
        values = dates(reply, context.wording.language, context.here)
        if len(values) > 1:
            return which_day(context, state, reply, values)
        if not values:
            hint = _("I do not understand “{text}” as one day. Write it as 2027-05-31, or 31 May 2027, 12:00.")
            return question(context, state, [Line.of(hint.format(text=shortened(reply, 60)))])
        value = values[0]
    elif step in {"location", "group"} and not any(map(str.isalpha, reply)):
        names_none = _("“{text}” has no letters. Write a name.")
        return question(context, state, [Line.of(names_none.format(text=shortened(reply, 60)))])
    else:
        try:
            value = from_text(step, reply)
        except FieldsError as error:
            return question(context, state, [Line.of(str(problem)) for problem in error.problems])
    try:
        posting = alone(context, state, step, value)
    except FieldsError as error:
        if step == "url" and _HOST.fullmatch(reply):
            return which_scheme(context, state, reply)
        return question(context, state, [Line.of(str(problem)) for problem in error.problems])
    known = near(context, step, reply) if isinstance(value, str) else []
    if known and reply != state.get("doubted"):
        return which_name(context, state, reply, known)
    remarks: Sequence[Line] = ()
    if step == "deadline" and posting.deadline:
        if passed := has_passed(context, posting):
            return question(context, state, [Line.of(passed)])
        remarks = context.wording.deadline(posting, context.now, context.timezone)
    return _next(context, {**state, "fields": merged(state["fields"], {step: value})}, remarks)


def _next(context: Context, state: State, remarks: Sequence[Line] = ()) -> Answer:
    place = KEYS.index(state["step"]) + 1
    if state.get("single") or place == len(KEYS):
        return previewed(context, state, remarks)
    return _from(context, state, KEYS[place:], remarks)


def _from(context: Context, state: State, keys: Sequence[str], remarks: Sequence[Line]) -> Answer:
    """The question for the first of these keys; where an advert has said some, of those that are missing."""
    if state.get("only_missing"):
        keys = [key for key in keys if not state["fields"].get(key)]
    return question(context, {**state, "step": keys[0]}, remarks) if keys else previewed(context, state, remarks)


# --- The preview


def previewed(context: Context, state: State, remarks: Sequence[Line] = ()) -> Answer:
    """The posting as it will look, and what can be done with it."""
    _ = context.wording._
    state = {**state, "step": "preview", "single": False}
    try:
        posting = checked(state["fields"], state["name"] or "new", context.timezone)
    except FieldsError as error:
        answer = which_key(context, state)
        problems = tuple(Line.of(str(problem)) for problem in error.problems)
        return replace(answer, message=replace(answer.message, lines=(*problems, BLANK, *answer.message.lines)))
    is_moved = state["fields"].get("deadline") != state["original"].get("deadline")
    if is_moved and (passed := has_passed(context, posting)):
        remarks = [*remarks, Line.of(passed)]
    remarks = [*remarks, *may_mean(context, state, but=("location", "group"))]
    heading = Line.of(Span(_("This is how it will look:"), italic=True))
    lines = (*remarks, *([BLANK] if remarks else []), heading, BLANK, *looks(context, posting))
    return ask(context, state, lines, [(choice,) for choice in _choices(context, state)])


def has_passed(context: Context, posting: Posting) -> str | None:
    """For a deadline that has passed."""
    if posting.deadline is None or posting.deadline.at > context.now:
        return None
    return context.wording._("{day} has passed.").format(day=context.wording.when(posting.deadline))


def _choices(context: Context, state: State) -> list[tuple[str, str]]:
    """What can be done with a preview: labels, and what they say."""
    _ = context.wording._
    return [(sent_label(context, state), _SEND), (_("Change"), _CHANGE), (_("Cancel"), CANCEL)]


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


def sent(context: Context, state: State) -> Answer:
    """The answer to the preview's first button: its effects hand the posting in, change it or
    revise its draft, once.
    """
    fields = state["fields"]
    changes = differing(state["original"], fields)
    if state["draft"]:
        return Answer(Message(()), effects=(Claim(state), Revise(state["draft"], changes)))
    at_once = context.rights.is_editor
    if state["name"]:
        change = ChangePosting(state["name"], changes, Action.CHANGED, at_once)
        return Answer(Message(()), effects=(Claim(state), change))
    return Answer(Message(()), effects=(Claim(state), HandIn(fields, at_once)))
