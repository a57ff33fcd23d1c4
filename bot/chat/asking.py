"""What a dialogue asks, as messages: questions with hints, and what can be pressed in place of an answer."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from bot.chat.context import Answer, Context
from bot.chat.effects import Remember
from bot.chat.fields import hints, in_use, names
from bot.domain.message import BLANK, Button, Line, Message, Span, shortened
from bot.domain.posting import Posting, Role
from bot.schema import Value
from bot.sources.files.values import FieldsError, checked

State = Mapping[str, Any]

KEYS = ("title", "role", "deadline", "location", "group", "apply", "url", "pay", "summary")
"""What is asked for, in this order."""

REQUIRED = frozenset(("title", "role"))
_HINTED = frozenset(("title", "location", "group", "url", "pay"))
_OFFERED, _MOST_OFFERED = frozenset(("location", "group")), 3
LEAVE_OUT, BACK, CANCEL, KEEP, KEY, ENOUGH = "-", "<", "!cancel", "!keep", "!key ", "!enough"
"""What buttons say in place of words."""


def token_of(state: State) -> str:
    """What a button carries to show which question it belongs to: a press on an older question is known by it."""
    return f"{state['token']}{state['turn']}"


def question(context: Context, state: State, remarks: Sequence[Line] = ()) -> Answer:
    """The question that a dialogue is at, below some remarks: with what is known so far, and buttons for what may be
    answered.
    """
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
    value = state["fields"].get(key)
    hint = hints(context)[key] if key in _HINTED else ""
    told_so_far = _as_text(context, state, key, value)
    now = [Line.of(_("So far: {value}").format(value=shortened(told_so_far, 200)))] if value else []
    rows: list[tuple[tuple[str, str], ...]] = []
    if value:
        rows.append(((_("Keep: {value}").format(value=shortened(told_so_far, 40)), KEEP),))
    elif key in _OFFERED:
        rows += [((name, name),) for name in in_use(context, key)[:_MOST_OFFERED]]
    if key == "role":
        roles = [(context.wording.role(role), str(role)) for role in Role]
        rows += [tuple(roles[at : at + 2]) for at in range(0, len(roles), 2)]
    last = [] if key in REQUIRED else [(_("No deadline") if key == "deadline" else _("Leave out"), LEAVE_OUT)]
    last += [(_("Back"), BACK)] if key != "title" and not state.get("single") else []
    rows.append((*last, (_("Cancel"), CANCEL)))
    if known_enough(state) and key not in REQUIRED and not state.get("single"):
        rows.append(((_("That is all"), ENOUGH),))
    asking = [Line.of(Span(text, bold=True)), *([Line.of(Span(hint, italic=True))] if hint else [])]
    lines = (*remarks, *([BLANK] if remarks else []), *asking, *now)
    return ask(context, state, lines, rows, asks=text)


def known_enough(state: State) -> bool:
    """Whether all that is needed is known."""
    return all(state["fields"].get(key) for key in REQUIRED)


def which_day(context: Context, state: State, written: str, values: Sequence[str]) -> Answer:
    """Asks which of several days (`values`, as posting files have them) is meant by what was written."""
    _ = context.wording._
    text = _("“{text}” can be several days. Which one do you mean?").format(text=shortened(written, 60))
    rows = [((_day(context, state, value), value),) for value in values]
    return ask(context, state, [Line.of(Span(text, bold=True))], [*rows, ((_("Cancel"), CANCEL),)], asks=text)


def alone(context: Context, state: State, key: str, value: Value) -> Posting:
    """A posting that says nothing but `value` under `key` (and its time zone), made to see whether the value holds up.
    Raises `FieldsError`.
    """
    zone = {"timezone": state["fields"]["timezone"]} if state["fields"].get("timezone") else {}
    return checked({"title": "x", "role": ["other"], **zone, key: value}, "new", context.timezone)


def _day(context: Context, state: State, value: str) -> str:
    posting = alone(context, state, "deadline", value)
    return context.wording.when(posting.deadline) if posting.deadline else value


def which_name(context: Context, state: State, written: str, known: Sequence[str]) -> Answer:
    """Asks whether a name that no posting has is right, or one of the `known` ones is meant."""
    _ = context.wording._
    text = _("No position has “{text}” so far. Which one do you mean?").format(text=shortened(written, 60))
    rows = [((name, name),) for name in known]
    rows += [((_("“{text}” is right").format(text=shortened(written, 40)), written),), ((_("Cancel"), CANCEL),)]
    return ask(context, {**state, "doubted": written}, [Line.of(Span(text, bold=True))], rows, asks=text)


def which_scheme(context: Context, state: State, written: str) -> Answer:
    """Asks whether an address without `https://` is one of the web."""
    address = f"https://{written}"
    text = context.wording._("Is it {address}?").format(address=shortened(address, 200))
    rows = [((address, address),), ((context.wording._("Leave out"), LEAVE_OUT), (context.wording._("Cancel"), CANCEL))]
    return ask(context, state, [Line.of(Span(text, bold=True))], rows, asks=text)


def meant(context: Context, state: State, reply: str) -> str:
    """What a reply stands for: the value of the button with that label, where somebody writes the label in place of
    pressing it; else the reply itself.
    """
    _ = context.wording._
    labels = {_("Cancel"): CANCEL, _("Back"): BACK, _("That is all"): ENOUGH}
    if state["step"] not in REQUIRED:
        labels |= dict.fromkeys((_("Leave out"), _("none"), "none"), LEAVE_OUT)
    if state["step"] == "deadline":
        labels |= dict.fromkeys((_("No deadline"), _("rolling")), LEAVE_OUT)
    if state["fields"].get(state["step"]):
        labels |= {_("Keep"): KEEP}
    return {label.casefold(): value for label, value in labels.items()}.get(reply.casefold().rstrip("."), reply)


def which_key(context: Context, state: State) -> Answer:
    """Asks which key of a posting shall change."""
    text = context.wording._("What shall change? Press it, or write lines such as pay: E13 (pay: - takes it away).")
    keys = [(names(context)[key], f"{KEY}{key}") for key in KEYS]
    rows = [tuple(keys[at : at + 3]) for at in range(0, len(keys), 3)]
    rows.append(((context.wording._("Cancel"), CANCEL),))
    return ask(context, {**state, "step": "change"}, [Line.of(Span(text, bold=True))], rows, asks=text)


def ask(
    context: Context,
    state: State,
    lines: Sequence[Line],
    rows: Sequence[Sequence[tuple[str, str]]],
    asks: str = "",
) -> Answer:
    """An answer that asks `lines`, with buttons below (rows of label and value), and keeps the state so that the reply
    is understood. `asks`: what stands in the empty field for the reply.
    """
    del context
    state = {**state, "turn": state["turn"] + 1}
    token = token_of(state)
    buttons = tuple(
        tuple(Button(shortened(label, 60), request=f"reply.1 {token} {value}") for label, value in row) for row in rows
    )
    return Answer(Message(tuple(lines), buttons, asks=asks), effects=(Remember(state),))


def _as_text(context: Context, state: State, key: str, value: Any) -> str:
    if key == "role":
        roles = [value] if isinstance(value, str) else value or ()
        return ", ".join(context.wording.role(role) for role in Role if role in roles)
    if key == "deadline" and value:
        with suppress(FieldsError):
            return _day(context, state, value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
