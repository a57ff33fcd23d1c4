"""The form in which a posting is handed in or changed, and its preview, as data: for platforms that show forms.

A form's state in the database is that of a dialogue (see `handing_in`) of the kind `form`; the form itself carries the
token by which it is found. What a person has not touched in it stays as it was, also where a form has no room for it.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.chat import adverts
from bot.chat.asking import State
from bot.chat.context import Answer, Context
from bot.chat.effects import Remember
from bot.chat.fields import hints, may_mean, names, values_in_use
from bot.chat.handing_in import has_passed, known_with, looks, sent_label, told_problems
from bot.chat.request import Request
from bot.chat.rules import may_not_change, may_not_hand_in, no_admin
from bot.domain.form import FieldKind, Form, FormErrors, FormField, Option
from bot.domain.message import BLANK, Button, Line, Message, Span, joined
from bot.domain.posting import DeadlineKind, Posting, Role, Workplace
from bot.schema import Text
from bot.sources.files.fields import FIELDS
from bot.sources.files.values import FieldsError, checked, from_text, merged

POSTING, PREVIEW = "posting", "preview"
"""The forms' names."""

_MOST = 3000  # characters of a text: https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
_KINDS = {
    "role": FieldKind.SOME_OF,
    "deadline": FieldKind.DATE,
    "deadline_time": FieldKind.TIME,
    "deadline_kind": FieldKind.ONE_OF,
    "workplace": FieldKind.ONE_OF,
}
_REQUIRED = ("title", "role")
_DEADLINE = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)(?:[ Tt](?P<time>\d\d:\d\d)(?P<seconds>:[\d.]+)? ?(?P<offset>.*))?")

Values = Mapping[str, str | tuple[str, ...]]


def opened(context: Context, state: State, remarks: tuple[Line, ...] = ()) -> Answer:
    """The form for what a state knows. Where it cannot be shown in time, the message leads to it once more.
    `remarks`: what is said above the fields.
    """
    state = {**state, "kind": "form", "step": "preview"}
    message = replace(form_again(context, Request("form", state["token"])), form=_form(context, state, remarks))
    return Answer(message, effects=(Remember(state),))


def form_again(context: Context, request: Request) -> Message:
    """What is said where a form could not be shown, with a button for another try."""
    _ = context.wording._
    late = Line.of(_("The form did not open in time. Press the button for another try."))
    return Message((late,), ((Button(_("Open the form"), request=request.text),),), is_beside=True)


def reopening(context: Context, state: State | None) -> tuple[tuple[Button, ...], ...]:
    """A button that opens a form once more; none where the state is no form's."""
    if state is None or state["kind"] != "form":
        return ()
    return ((Button(context.wording._("Open the form"), request=Request("form", state["token"]).text),),)


def form_with_lines(context: Context, state: State, text: str) -> Answer:
    """The form, filled in with what lines or an advert say; what does not hold up stands above, and is not in it."""
    if adverts.is_advert(text):
        fields, lines = adverts.read(context, text)
        return opened(context, {**state, "fields": merged(state["fields"], fields)}, tuple(lines))
    try:
        fields, numbers, remarks = known_with(context, state, text)
    except FieldsError as error:
        return told_problems(context, error)
    try:
        checked(fields, state["name"] or "new", context.timezone, numbers)
    except FieldsError as error:
        wrong = [problem for problem in error.problems if problem.key in fields]
        remarks = [*remarks, *(Line.of(str(problem)) for problem in wrong)]
        fields = {key: value for key, value in fields.items() if key not in {problem.key for problem in wrong}}
    return opened(context, {**state, "fields": fields}, tuple(remarks))


def refused(context: Context, state: State) -> str | None:
    """Why who asks may not hand in, or change, what a form is about; None where they may. For a posting that is
    changed, the facts must have its owners.
    """
    if state["draft"]:
        return no_admin(context)
    return may_not_change(context) if state["name"] else may_not_hand_in(context)


def filled_in(context: Context, state: State, values: Values) -> Answer | FormErrors:
    """The form's preview, which takes its place; or errors by field, where something does not hold up."""
    shown = _form(context, state, ())
    fields: dict[str, Any] = dict(state["fields"])
    errors: dict[str, str] = {}
    for key in (field.key for field in shown.fields if field.key not in {"deadline", "deadline_time"}):
        before, value = _shown(key, fields.get(key)), values.get(key, "")
        if value == before:
            continue
        try:
            fields[key] = from_text(key, value) if isinstance(value, str) else list(value)
        except FieldsError as error:
            errors[key] = str(error)
    try:
        fields["deadline"] = _deadline(fields.get("deadline"), values)
        posting = checked(merged({}, fields), state["name"] or "new", context.timezone)
    except _TimeAloneError:
        errors["deadline_time"] = context.wording._("There is a time, but no day.")
    except FieldsError as error:
        offered = {field.key for field in shown.fields}
        for problem in error.problems:
            key = problem.key if problem.key in offered else "title"
            errors.setdefault(key, str(problem))
    else:
        if passed := _passed(context, state, fields, posting):
            errors.setdefault("deadline", passed)
        if not errors:
            state = {**state, "fields": merged({}, fields)}
            preview = Message((), form=_preview(context, state, posting))
            return Answer(preview, effects=(Remember(state),))
    return FormErrors(errors)


def _passed(context: Context, state: State, fields: Mapping[str, Any], posting: Posting) -> str | None:
    """For a deadline that has passed, unless it did so before."""
    is_new = (fields.get("deadline"), fields.get("timezone")) != tuple(
        state["original"].get(key) for key in ("deadline", "timezone")
    )
    return has_passed(context, posting) if is_new else None


# --- The fields


def _form(context: Context, state: State, remarks: tuple[Line, ...]) -> Form:
    _ = context.wording._
    fields = state["fields"]
    without_room = [key for key in names(context) if not _fits(key, fields.get(key))]
    if without_room:
        left = _("No room for it in a form, so it stays as it is: {keys}")
        remarks = (*remarks, Line.of(left.format(keys=", ".join(names(context)[key] for key in without_room))))
    return Form(
        name=POSTING,
        title=_("Change position") if state["name"] or state["draft"] else _("New position"),
        submit=_("Preview"),
        close=_("Cancel"),
        fields=tuple(_field(context, key, fields) for key in names(context) if key not in without_room),
        about=Message(remarks) if remarks else None,
        state=state["token"],
    )


def _field(context: Context, key: str, fields: Mapping[str, Any]) -> FormField:
    text = FIELDS[key].kind if key in FIELDS else None
    value: str | tuple[str, ...]
    if key in {"deadline", "deadline_time"}:
        value = _day_and_time(fields.get("deadline"))[key == "deadline_time"]
    else:
        value = _shown(key, fields.get(key))
    return FormField(
        key,
        names(context)[key],
        _kind(key),
        joined((hints(context)[key], values_in_use(context, key)), " "),
        _options(context, key),
        value,
        is_optional=key not in _REQUIRED,
        most=min(text.most, _MOST) if isinstance(text, Text) else None,
    )


def _kind(key: str) -> FieldKind:
    kind = FIELDS[key].kind if key in FIELDS else None
    otherwise = FieldKind.LINES if isinstance(kind, Text) and kind.lines else FieldKind.LINE
    return _KINDS.get(key, otherwise)


def _options(context: Context, key: str) -> tuple[Option, ...]:
    _ = context.wording._
    match key:
        case "role":
            return tuple(Option(str(role), context.wording.role(role)) for role in Role)
        case "workplace":
            return tuple(Option(str(place), context.wording.workplace_name(place)) for place in Workplace)
        case "deadline_kind":
            labels = {
                DeadlineKind.FIXED: _("fixed: nobody applies after it"),
                DeadlineKind.REVIEW_BEGINS: _("the review begins; still open after it"),
                DeadlineKind.ROLLING: _("open-ended"),
            }
            return tuple(Option(str(kind), label) for kind, label in labels.items())
    return ()


def _shown(key: str, value: Any) -> str | tuple[str, ...]:
    """What a field shows of a value."""
    if key == "role":
        return tuple([value] if isinstance(value, str) else value or ())
    return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def _fits(key: str, value: Any) -> bool:
    """Whether a field can show all of a value, and give it back as it is."""
    shown = _shown(key, value)
    if not isinstance(shown, str) or key in {"deadline", "deadline_time"}:
        return True
    has_commas = isinstance(value, list) and any("," in item for item in value)
    return len(shown) <= _MOST and not has_commas and not (_kind(key) is not FieldKind.LINES and "\n" in shown)


def _day_and_time(deadline: Any) -> tuple[str, str]:
    written = _DEADLINE.fullmatch(str(deadline or ""))
    return (written["day"], written["time"] or "") if written else ("", "")


class _TimeAloneError(Exception):
    """A time of day without a day."""


def _deadline(before: Any, values: Values) -> str | None:
    """The deadline as a posting file has it; as it was, where day and time are the same."""
    day, time = str(values.get("deadline", "")), str(values.get("deadline_time", ""))
    if (day, time) == _day_and_time(before):
        return before if before is None else str(before)
    if not day:
        if time:
            raise _TimeAloneError
        return None
    written = _DEADLINE.fullmatch(str(before or ""))
    offset = written["offset"] or "" if written and time else ""
    return f"{day} {time}{offset}".rstrip()


# --- The preview


def _preview(context: Context, state: State, posting: Posting) -> Form:
    _ = context.wording._
    change = Button(_("Change"), request=Request("form", state["token"]).text)
    heading = Line.of(Span(_("This is how it will look:"), italic=True))
    remarks = may_mean(context, state)
    return Form(
        name=PREVIEW,
        title=_("Preview"),
        submit=sent_label(context, state),
        close=_("Cancel"),
        about=Message((*remarks, *([BLANK] if remarks else []), heading, *looks(context, posting)), ((change,),)),
        state=state["token"],
    )
