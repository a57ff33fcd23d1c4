"""The pages of `callboard init --web`: what is asked, drawn as forms that need no script. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import chain
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element

from bot.pictures.markup import Page, element, style_of
from bot.platforms.kinds import kinds
from bot.setup.interview import AnswerProblem
from bot.setup.placing import what_stays
from bot.setup.steps import YES, AnswerKind, Progress, SetupField, SetupForm
from bot.setup.writing import SetupOutcome
from bot.wording.wording import Wording

OTHER = ".other"
"""Behind the name of a field with choices: the field for what is none of them."""

_MOST_AT_ONCE = 12  # choices that are shown side by side

_ADDRESS = re.compile(r"(https?://[^\s()]+)")
_ALLOWED = "img-src data:; connect-src 'self'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class SetupView:
    """Where somebody is. `token` is what their next form has to bring; `problems`, by the name of a field, what did
    not hold up, and `typed` what was written there (no secret); `remark`, what became of the last answer; `present`:
    files of the folder that are there already. `waits`: it is looked for channels, and none is known.
    """

    wording: Wording
    folder: Path
    token: str
    problems: Mapping[str, Sequence[AnswerProblem]] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""
    present: Sequence[str] = ()
    zones: Sequence[str] = ()
    is_first: bool = False
    waits: bool = False


def asked(form: SetupForm, view: SetupView) -> Page:
    """The questions of a step."""
    _ = view.wording._
    [*others, last] = form.fields
    is_offer = not others and last.kind is AnswerKind.YES_OR_NO
    heading = last.question if is_offer or last.is_open else form.title
    content = [
        *_problems(view),
        *([_present(view)] if view.is_first and view.present else []),
        *(element("p", *_linked(paragraph), class_="lead") for paragraph in form.lead.splitlines()),
    ]
    if view.waits:
        news = _("There is one now: “Look again” shows it.")
        content.append(element("p", _("No channel so far."), class_="waits", role="status", data_found=news))
    if is_offer:
        fields: list[Element] = []
        actions = [_button(_("Yes"), YES, last.name, is_main=True), _button(_("No"), "no", last.name)]
    else:
        fields = [drawn for question in form.fields for drawn in _field(question, view)]
        actions = [_button(_("Go on"), "next", is_main=True)]
        if view.waits or any(question.choices and question.is_open for question in form.fields):
            actions.append(_button(_("Look again"), "look"))
        if form.without:
            actions.append(_button(form.without, "without"))
    if not view.is_first:
        actions.append(_button(_("Back"), "back"))
    return _page(view, form.title, heading, [*content, _form(view, *fields, actions=actions)])


def review(progress: Progress, names: Sequence[str], view: SetupView) -> Page:
    """All that was answered, and the files that are made of it, before they are written."""
    _, lab = view.wording._, progress.lab
    rows = [(_("The lab"), lab.name), (_("Place"), lab.place), (_("Time zone"), lab.timezone)]
    rows += [(kinds()[asked.kind].title, progress.called(asked) or _("no channel yet")) for asked in lab.platforms]
    rows += [] if lab.platforms else [(_("Where it announces"), _("at the terminal alone"))]
    results = {name: _("is there already, and stays as it is") for name in view.present}
    listed = [
        element("li", element("code", name), f" – {results[name]}" if name in results else None) for name in names
    ]
    content = [
        *_problems(view),
        element("dl", *(element("div", element("dt", name), element("dd", value)) for name, value in rows if value)),
        element("h2", _("Files in {folder}").format(folder=view.folder)),
        element("ul", *listed),
        _form(view, actions=[_button(_("Write them"), "write", is_main=True), _button(_("Back"), "back")]),
    ]
    return _page(view, "", _("Is that right?"), content)


def last_page(outcome: SetupOutcome, view: SetupView) -> Page:
    """What was written, and the command that starts the bot."""
    _ = view.wording._
    written, stayed = _("written"), _("was there already, and stays as it was")
    listed = [
        element("li", element("code", name), f" – {written if is_new else stayed}")
        for name, is_new in outcome.placed.items()
    ]
    content = [
        *_left_to_do(outcome, view),
        element("p", _("This command, typed in a terminal, starts it:"), class_="lead"),
        element("pre", element("code", outcome.command), tabindex="0", aria_label=_("The command")),
        element("h2", _("Files in {folder}").format(folder=view.folder)),
        element("ul", *listed),
        element("p", _("Each position is a file in the folder postings; _template.yaml there shows how.")),
        element("p", _("This page has done its work, and its server has ended: it can be closed.")),
    ]
    return _page(view, "", _("All is set up"), content)


def _left_to_do(outcome: SetupOutcome, view: SetupView) -> Iterator[Element]:
    if outcome.to_do:
        yield element("p", view.wording._("First, what is left to do by hand:"), class_="lead")
        yield element("ol", *(element("li", *_linked(step)) for step in outcome.to_do))


def refused(wording: Wording, text: str) -> Page:
    """For who may not be here."""
    main = element("main", element("h1", "Callboard"), element("p", text, class_="lead"))
    return Page("Callboard", style(), main, _ALLOWED, wording.language, head=[_icon()])


def _page(view: SetupView, about: str, heading: str, content: Sequence[Element]) -> Page:
    """`about`: what the heading is about, where it does not say that itself."""
    _ = view.wording._
    name = f"{about}: {heading}" if about not in {"", heading} else heading
    above = [element("p", about, class_="about")] if name != heading else []
    trouble = _("Not yet") + ": " if view.problems else ""
    remark = [element("p", view.remark, class_="remark", role="status")] if view.remark else []
    body = element(
        "div",
        element("a", _("Skip to the content"), class_="skip", href="#main"),
        element("header", element("p", "Callboard"), class_="small"),
        element("main", *remark, *above, element("h1", heading), *content, id="main"),
        element(
            "footer",
            element(
                "p", _("Only this computer has this page. What is typed here goes to the platforms and into the files.")
            ),
            element("p", _("Folder: {folder}").format(folder=view.folder)),
        ),
        class_="setup",
    )
    return Page(
        f"{trouble}{name} – Callboard",
        style(),
        body,
        _ALLOWED,
        view.wording.language,
        files(__package__).joinpath("drawing.js").read_text("utf-8"),
        [_icon()],
        "'self'",
    )


def style() -> str:
    return style_of("bot.publish.pages.static", "board") + style_of(__package__, "drawing")


def _icon() -> Element:
    drawing = files("bot.publish.pages").joinpath("static", "icon.svg").read_text("utf-8")
    return element("link", rel="icon", href=f"data:image/svg+xml,{quote(drawing)}")


def _form(view: SetupView, *fields: Element, actions: Sequence[Element]) -> Element:
    return element(
        "form",
        element("input", type="hidden", name="token", value=view.token),
        *fields,
        element("div", *actions, class_="actions"),
        element("p", class_="busy", role="status", data_busy=view.wording._("That is being tried …")),
        method="post",
        action="/",
        autocomplete="off",
    )


def _button(text: str, value: str, name: str = "do", *, is_main: bool = False) -> Element:
    return element("button", text, type="submit", name=name, value=value, class_="button main" if is_main else "button")


def _problems(view: SetupView) -> Iterator[Element]:
    """What did not hold up."""
    if view.problems:
        lines = []
        for problem in chain.from_iterable(view.problems.values()):
            other = problem.language if problem.language != view.wording.language else None
            lines += [element("p", *_linked(line), lang=other) for line in problem.text.splitlines()]
        yield element("div", *lines, class_="notice", role="alert", id="problems")


def _present(view: SetupView) -> Element:
    return element("p", what_stays(view.folder, view.present, view.wording), class_="remark")


def _linked(text: str) -> Iterator[Element | str]:
    """The text with addresses of the web as links, called by their host, for some are pages long."""
    for part in _ADDRESS.split(text):
        if _ADDRESS.fullmatch(part):
            yield element("a", urlsplit(part).hostname or part, href=part, target="_blank", rel="noopener noreferrer")
        else:
            yield part


def _field(question: SetupField, view: SetupView) -> Iterator[Element]:
    if question.kind is AnswerKind.YES_OR_NO:
        ticked = "checked" if view.typed.get(question.name) == YES else None
        box = element("input", type="checkbox", name=question.name, value=YES, checked=ticked)
        yield element("label", box, element("span", question.label or question.question), class_="choice")
    elif question.kind is AnswerKind.CHOICE:
        yield from _choices(question, view)
    else:
        yield _input(question, view)


def _input(question: SetupField, view: SetupView) -> Element:
    name, is_secret = question.name, question.kind is AnswerKind.SECRET
    is_zone = name == "timezone"
    may_stay_empty = view.wording._("may stay empty")
    label = f"{question.question} ({may_stay_empty})" if question.may_stay_empty else question.question
    return element(
        "label",
        element("span", label),
        element(
            "input",
            type="password" if is_secret else "text",
            name=name,
            value=None if is_secret else view.typed.get(name, question.default),
            maxlength="500",
            autocomplete="off",
            autocapitalize="off" if is_secret or is_zone else None,
            spellcheck="false",
            dir="auto",
            list="zones" if is_zone else None,
            aria_invalid="true" if name in view.problems else None,
            aria_describedby="problems" if name in view.problems else None,
        ),
        element("datalist", *(element("option", value=zone) for zone in view.zones), id="zones") if is_zone else None,
        class_="text",
    )


def _select(question: SetupField, chosen: str, view: SetupView) -> Element:
    """Of many: a browser finds one by the letters that are typed."""
    listed = [element("option", view.wording._("Choose one"), value="")]
    for name, title in question.choices:
        listed.append(element("option", title, value=name, selected="selected" if name == chosen else None))
    select = element("select", *listed, name=question.name)
    return element("label", element("span", question.question, class_="unseen"), select, class_="text")


def _choices(question: SetupField, view: SetupView) -> Iterator[Element]:
    chosen = view.typed.get(question.name, question.default)
    if len(question.choices) > _MOST_AT_ONCE:
        yield _select(question, chosen, view)
    elif question.choices:
        listed = []
        for name, title in question.choices:
            ticked = "checked" if name == chosen else None
            box = element("input", type="radio", name=question.name, value=name, checked=ticked)
            beside = element("small", f" {name}") if question.is_open else None
            listed.append(element("label", box, element("span", title, beside), class_="choice"))
        legend = element("legend", question.question, class_="unseen" if question.is_open else None)
        yield element("fieldset", legend, *listed)
    if question.is_open:
        text = view.wording._("Another address") if question.choices else view.wording._("Or write its address")
        other = SetupField(question.name + OTHER, text, default="" if question.choices else chosen)
        yield _input(other, view)
