"""Modals as people see them in the emulated Slack: three at most on top of each other, and what is filled in.

/surfaces/modals, /reference/interaction-payloads/view-interactions-payload, /reference/methods/views.open, views.push
and views.update.
"""

import hashlib
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.emulators import slack_rules
from tests.emulators.slack_model import Json, Refused

MOST_VIEWS = 3  # "the view stack can contain up to three views"
_SELECTED = {
    "plain_text_input": "value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "static_select": "selected_option",
    "multi_static_select": "selected_options",
}


@dataclass(eq=False)
class Modal:
    """One view on somebody's screen."""

    id: str
    hash: str
    user: str
    view: Json
    root: str
    before: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    """What the bot has said is wrong, by block."""
    is_open: bool = True

    @property
    def title(self) -> str:
        return str(self.view["title"]["text"])

    @property
    def text(self) -> str:
        """What is read above the fields."""
        return "\n".join(slack_rules.shown(None, [block]) for block in self.view["blocks"] if block["type"] != "input")

    @property
    def fields(self) -> dict[str, Json]:
        """The input blocks by their ids."""
        return {block["block_id"]: block for block in self.view["blocks"] if block["type"] == "input"}


class Modals:
    """All modals. `ids`: what every view says of the app."""

    def __init__(self, ids: Json) -> None:
        self._ids = ids
        self._count = itertools.count(1)
        self._stacks: dict[str, list[Modal]] = {}
        self.all: list[Modal] = []

    def judged(self, view: Any, kind: str = "modal") -> Json:
        """The view as it is kept, if Slack would take it. Slack gives names to blocks that have none."""
        if details := slack_rules.judge_view(view):
            raise Refused("invalid_arguments", *details)
        if view["type"] != kind:
            raise Refused("invalid_arguments", f"must be a {kind} view [json-pointer:/view/type]")
        named = ({"block_id": f"b{next(self._count)}"} if block["type"] == "input" else {} for block in view["blocks"])
        return {**view, "blocks": [{**name, **block} for name, block in zip(named, view["blocks"], strict=True)]}

    def open(self, user: str, view: Any) -> Modal:
        """In the place of whatever is open: views.open."""
        kept = self.judged(view)
        for modal in self._stacks.pop(user, ()):
            modal.is_open = False
        return self._put(user, kept)

    def push(self, user: str, view: Any) -> Modal:
        kept = self.judged(view)
        if not self._stacks.get(user):
            raise Refused("not_found")
        if len(self._stacks[user]) >= MOST_VIEWS:
            raise Refused("push_limit_reached")
        return self._put(user, kept)

    def _put(self, user: str, view: Json) -> Modal:
        stack = self._stacks.setdefault(user, [])
        name = f"V{next(self._count):09d}"
        before = stack[-1] if stack else None
        modal = Modal(name, self._hash(), user, view, before.root if before else name, before.id if before else None)
        stack.append(modal)
        self.all.append(modal)
        return modal

    def update(self, view: Any, *, view_id: str | None, external_id: str | None, hash: str | None) -> Modal:  # noqa: A002
        """views.update, by the id of either kind; with a hash, only if nobody has changed it since."""
        open_ones = [modal for stack in self._stacks.values() for modal in stack]
        named = [
            modal
            for modal in open_ones
            if modal.id == view_id or (external_id and modal.view.get("external_id") == external_id)
        ]
        if not named:
            raise Refused("not_found")
        if hash is not None and hash != named[0].hash:
            raise Refused("hash_conflict")
        return self.change(named[0], self.judged(view))

    def change(self, modal: Modal, view: Json) -> Modal:
        modal.view, modal.hash, modal.errors = view, self._hash(), {}
        return modal

    def clear(self, user: str) -> None:
        """Closes all views of somebody."""
        for modal in self._stacks.pop(user, ()):
            modal.is_open = False

    def close(self, modal: Modal) -> None:
        """Closes that one; the one below is seen again."""
        modal.is_open = False
        self._stacks[modal.user].remove(modal)

    def top(self, user: str) -> Modal | None:
        """What somebody has on the screen."""
        stack = self._stacks.get(user)
        return stack[-1] if stack else None

    def _hash(self) -> str:
        return f"1700000000.{hashlib.sha256(str(next(self._count)).encode()).hexdigest()[:8]}"

    def as_json(self, modal: Modal, filled: Mapping[str, Any] | None = None) -> Json:
        """A view as it stands in answers and submissions, with what is filled in."""
        state = {"values": {} if filled is None else _state(modal, filled)}
        texts = {"private_metadata": "", "callback_id": "", "external_id": "", "clear_on_close": False}
        return {
            "id": modal.id,
            "hash": modal.hash,
            "root_view_id": modal.root,
            "previous_view_id": modal.before,
            "state": state,
            **self._ids,
            **texts,
            **modal.view,
        }

    def take(self, modal: Modal, ack: Any) -> str:
        """What a submission's acknowledgement does to the screen; what is wrong with it, if anything."""
        if not ack:
            self.close(modal)
            return ""
        if not isinstance(ack, dict) or set(ack) - {"response_action", "errors", "view"}:
            return f"no answer to a submission: {ack!r:.200}"
        try:
            match ack.get("response_action"):
                case "errors":
                    errors = ack.get("errors")
                    if not errors or not isinstance(errors, dict) or set(errors) - set(modal.fields):
                        return f"errors are for input blocks of the view, not {errors!r:.200}"
                    if not all(isinstance(text, str) and text.strip() for text in errors.values()):
                        return "an error says nothing"
                    modal.errors = errors
                case "update":
                    self.change(modal, self.judged(ack.get("view")))
                case "push":
                    self.push(modal.user, ack.get("view"))
                case "clear":
                    self.clear(modal.user)
                case other:
                    return f"response_action {other!r}"
        except Refused as refused:
            return f"{ack['response_action']}: {refused.body}"
        return ""


def _state(modal: Modal, filled: Mapping[str, Any]) -> Json:
    """What Slack's own program lets people fill in. Raises `AssertionError` where it would not."""
    unknown = set(filled) - set(modal.fields)
    assert not unknown, f"no fields {sorted(unknown)} among {sorted(modal.fields)}"
    values: Json = {}
    for name, block in modal.fields.items():
        element = block["element"]
        given = filled.get(name, _initial(element))
        assert given or block.get("optional"), f"{name} is required"
        action = element.get("action_id", "a")
        values[name] = {action: {"type": element["type"], _SELECTED[element["type"]]: _chosen(name, element, given)}}
    return values


def _initial(element: Json) -> Any:
    match element["type"]:
        case "plain_text_input":
            return element.get("initial_value")
        case "static_select":
            return (element.get("initial_option") or {}).get("value")
        case "multi_static_select":
            return [option["value"] for option in element.get("initial_options", ())]
        case "datepicker":
            return element.get("initial_date")
    return element.get("initial_time")


def _chosen(name: str, element: Json, given: Any) -> Any:
    kind = element["type"]
    if kind == "multi_static_select":
        return [_offered(name, element, value) for value in given or ()]
    if not given:
        return None
    if kind == "static_select":
        return _offered(name, element, given)
    if kind == "plain_text_input":
        assert len(given) <= element.get("max_length", 3000), f"{name} is too long to be typed"
        assert "\n" not in given or element.get("multiline"), f"{name} has one line"
    else:
        like = r"\d{4}-\d\d-\d\d" if kind == "datepicker" else r"\d\d:\d\d"
        assert re.fullmatch(like, given), f"{name} cannot be picked"
    return given


def _offered(name: str, element: Json, value: str) -> Json:
    found: list[Json] = [option for option in element["options"] if option["value"] == value]
    assert found, f"{name} offers no {value!r}"
    return found[0]
