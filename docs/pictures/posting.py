# ruff: noqa: INP001  # a script beside the pictures that it makes, no part of a package
"""Makes the README's picture of posting from chat: form, preview and approval in Slack. Run it by `make pictures`.

The form, its preview and the message to the reviewers are what the bot sends to Slack for an advert that is pasted.
They are drawn as Slack shows them.
"""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from make import LAB, picture

from bot.chat.context import Answer, Context
from bot.chat.effects import Remember
from bot.chat.facts import Facts
from bot.chat.forms import filled_in, form_with_lines
from bot.chat.handing_in import State, begun
from bot.chat.request import SUBCOMMANDS
from bot.chat.reviewing import shown
from bot.domain.draft import Action, Contributor, Draft
from bot.domain.form import Form, FormErrors
from bot.domain.person import Person, Rank, Rights
from bot.pictures.markup import add, element
from bot.pictures.viewer import Viewer
from bot.platforms.kinds import kinds
from bot.platforms.slack import forms, rendering
from bot.questions.index import Index
from bot.sources.files.values import checked
from bot.wording.catalogue import wording

NOW = datetime(2027, 3, 1, 10, tzinfo=UTC)
VIEWER = Viewer(NOW, ZoneInfo(LAB))
MIA = Person("slack", "U1")
DEFAULTS = {"organization": "Example University", "location": "Tübingen, Germany"}
ADVERT = """PhD position in Robust Medical Imaging (m/f/d)

The Medical Imaging Group is looking for a PhD student. We offer TV-L E13, 75%.

Please send your application to jobs@lab.example by 2 May 2027.
"""
_STYLE = """
body { display: flex; gap: 20px; align-items: flex-start; padding: 16px; background: #f4f4f4; }
.modal, .slack { border: 1px solid #ccc; border-radius: 12px; background: #fff; flex: 1 1 0; min-width: 0; }
.modal { font: 14px/1.45 "Noto Sans", "Liberation Sans", system-ui, "Noto Color Emoji", sans-serif; color: #1d1c1d; }
.modal h1 { font-size: 19px; margin: 0; padding: 14px 18px; border-bottom: 1px solid #ddd; }
.modal .body { padding: 12px 18px 0; height: 590px; overflow: hidden; }
.modal.short .body { height: auto; padding-bottom: 14px; }
.modal label { display: block; font-weight: 700; margin: 12px 0 4px; }
.modal label small { font-weight: 400; color: #616061; font-size: 14px; }
.modal .field { border: 1px solid #999; border-radius: 6px; padding: 6px 10px; min-height: 34px; }
.modal .hint { color: #616061; font-size: 13px; margin-top: 3px; }
.modal .foot { border-top: 1px solid #ddd; padding: 12px 18px; display: flex; justify-content: flex-end; gap: 10px; }
.modal .foot span { border: 1px solid #bbb; border-radius: 6px; padding: 5px 14px; font-weight: 700; }
.modal .foot span:last-child { background: #007a5a; border-color: #007a5a; color: #fff; }
.modal .slack { border: 0; padding: 0; display: block; }
.modal .slack .who, .modal .slack .head { display: none; }
"""


def context(rank: Rank) -> Context:
    facts = Facts(takes_from="members", is_member=True, shows_forms=True, defaults=DEFAULTS)
    return Context(Index(), NOW, LAB, "", wording("en"), SUBCOMMANDS, Rights(rank, frozenset((MIA,))), facts)


def state_of(answer: Answer) -> State:
    return next(effect.state for effect in answer.effects if isinstance(effect, Remember))


def modal(form: Form, *, short: bool = False) -> Element:
    """A view as Slack shows it."""
    view = forms.view(form, "C1")
    above = [block for block in view["blocks"] if block["type"] != "input"]
    body = element("div", kinds()["slack"].preview().draw({"blocks": above}, VIEWER), class_="body")
    for block in view["blocks"]:
        if block["type"] == "input":
            add(body, field(block))
    foot = element("div", (element("span", view[key]["text"]) for key in ("close", "submit")), class_="foot")
    return element("div", element("h1", view["title"]["text"]), body, foot, class_="modal short" if short else "modal")


def field(block: dict[str, Any]) -> Element:
    given = block["element"]
    chosen = [option["text"]["text"] for option in given.get("initial_options", ())]
    value = next((given[key] for key in ("initial_value", "initial_date", "initial_time") if key in given), "")
    optional = element("small", " (optional)") if block["optional"] else None
    label, shown_value = element("label", block["label"]["text"], optional), ", ".join(chosen) or value or "\u00a0"
    hint = element("div", block["hint"]["text"], class_="hint") if "hint" in block else None
    return element("div", label, element("div", shown_value, class_="field"), hint)


def panels() -> Element:
    member = context(Rank.MEMBER)
    first = form_with_lines(member, begun(member), ADVERT)
    form = first.message.form
    assert form  # noqa: S101
    values = {field.key: field.value for field in form.fields if field.value}
    second = filled_in(member, state_of(first), {**values, "group": "Medical Imaging Group", "deadline_time": "12:00"})
    assert not isinstance(second, FormErrors)  # noqa: S101
    assert second.message.form  # noqa: S101
    fields = state_of(second)["fields"]
    draft = Draft(id="abc", at=NOW, by=Contributor(MIA, "Mia"), action=Action.PUBLISHED, changes=fields)
    asks = shown(context(Rank.ADMIN), draft, checked(fields, "new", LAB), to_reviewer=True)
    message = kinds()["slack"].preview().draw(rendering.content(asks), VIEWER)
    return element("main", modal(form), modal(second.message.form, short=True), message)


if __name__ == "__main__":
    sheets = kinds()["slack"].preview().style + _STYLE.replace("body {", "main {", 1)
    with tempfile.TemporaryDirectory() as place:
        print(picture("posting", panels(), "1380px", Path(place), sheets))
