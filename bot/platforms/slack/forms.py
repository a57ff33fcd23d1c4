"""Forms as modal views, and what was filled in as neutral data.

https://docs.slack.dev/reference/views/modal-views, /reference/block-kit/blocks/input-block and
/reference/interaction-payloads/view-interactions-payload. A field's key is its `block_id` and its `action_id`.
"""

import json
from collections.abc import Mapping
from typing import Any

from bot.domain.form import FieldKind, Form, FormErrors, FormField, Submission
from bot.domain.message import Message
from bot.platforms.slack import rendering

MAX_TITLE = 24  # and of the buttons' labels
MAX_LABEL = MAX_HINT = 2000
MAX_TEXT = 3000
MAX_OPTIONS, MAX_OPTION, MAX_VALUE = 100, 75, 150
MAX_METADATA = 3000
MAX_ERROR = 2000

_SELECTED = {
    "plain_text_input": "value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "static_select": "selected_option",
    "multi_static_select": "selected_options",
}
"""Where the state of a view has what was filled in, by the element's type."""


def view(form: Form, channel: str) -> dict[str, Any]:
    """A form as a modal, opened from a channel, which comes back with the submission. Raises `ValueError` for a state
    that is too long.
    """
    metadata = json.dumps([channel, form.state])
    if len(metadata) > MAX_METADATA:
        raise ValueError("the form's state is too long for Slack")
    above = rendering.content(form.about)["blocks"] if form.about else []
    return {
        "type": "modal",
        "callback_id": form.name,
        "title": _plain(form.title, MAX_TITLE),
        "submit": _plain(form.submit, MAX_TITLE),
        "close": _plain(form.close, MAX_TITLE),
        "private_metadata": metadata,
        "blocks": [*above, *map(_input, form.fields)],
    }


TOLD = "told"
"""The name of a view that only says something, and may have buttons."""

_NAME = "Callboard"


def text_view(message: Message, channel: str) -> dict[str, Any]:
    """A message as a modal, with nothing to fill in."""
    return {
        "type": "modal",
        "callback_id": TOLD,
        "title": _plain(_NAME, MAX_TITLE),
        "private_metadata": json.dumps([channel, ""]),
        "blocks": rendering.content(message)["blocks"],
    }


def modal(message: Message, channel: str) -> dict[str, Any]:
    """The form that a message brings along, or else what it says. Raises as `view` does."""
    return view(message.form, channel) if message.form else text_view(message, channel)


def opened_from(shown: Mapping[str, Any]) -> str:
    """The channel from which a modal was opened. Raises as `submission` does."""
    channel, _state = json.loads(shown["private_metadata"])
    return str(channel)


def submission(payload: Mapping[str, Any]) -> tuple[Submission, str]:
    """What was filled in, and the channel from which the form was opened. Raises `LookupError`, `TypeError` or
    `ValueError` for what is no submission of ours.
    """
    shown = payload["view"]
    channel, state = json.loads(shown["private_metadata"])
    values = {key: _value(actions[key]) for key, actions in shown["state"]["values"].items() if key in actions}
    filled = {key: value for key, value in values.items() if value}
    return Submission(str(shown["callback_id"]), filled, str(state)), str(channel)


def errors(invalid: FormErrors) -> dict[str, str]:
    """What does not hold up, by block."""
    return {key: text[:MAX_ERROR] for key, text in invalid.texts.items()}


def _value(state: Mapping[str, Any]) -> str | tuple[str, ...]:
    selected = state.get(_SELECTED.get(state["type"], ""))
    if isinstance(selected, list):
        return tuple(str(option["value"]) for option in selected)
    if isinstance(selected, Mapping):
        return str(selected["value"])
    return str(selected or "").strip()


def _input(field: FormField) -> dict[str, Any]:
    block = {
        "type": "input",
        "block_id": field.key,
        "label": _plain(field.label, MAX_LABEL),
        "optional": field.is_optional,
        "element": {"action_id": field.key, **_element(field)},
    }
    return {**block, "hint": _plain(field.hint, MAX_HINT)} if field.hint else block


def _element(field: FormField) -> dict[str, Any]:
    value, options = field.value, [_option(option.value, option.label) for option in field.options[:MAX_OPTIONS]]
    chosen = [option for option in options if option["value"] in ({value} if isinstance(value, str) else set(value))]
    match field.kind:
        case FieldKind.DATE:
            return {"type": "datepicker", **({"initial_date": value} if value else {})}
        case FieldKind.TIME:
            return {"type": "timepicker", **({"initial_time": value} if value else {})}
        case FieldKind.ONE_OF:
            return {"type": "static_select", "options": options, **({"initial_option": chosen[0]} if chosen else {})}
        case FieldKind.SOME_OF:
            return {
                "type": "multi_static_select",
                "options": options,
                **({"initial_options": chosen} if chosen else {}),
            }
    most = min(field.most or MAX_TEXT, MAX_TEXT)
    text = {"type": "plain_text_input", "multiline": field.kind is FieldKind.LINES, "max_length": most}
    return {**text, "initial_value": str(value)[:most]} if value else text


def _option(value: str, label: str) -> dict[str, Any]:
    return {"text": _plain(label, MAX_OPTION), "value": value[:MAX_VALUE]}


def _plain(text: str, most: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": text if len(text) <= most else text[: most - 1] + "…", "emoji": True}
