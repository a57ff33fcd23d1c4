"""One posting, as an answer to what was asked of it: whether it is open, how to apply, what it pays, whom to ask."""

from datetime import datetime

from bot.core import addresses
from bot.core.message import BLANK, Button, Line, Message, Span, shortened
from bot.core.notice import Standing, standing
from bot.core.posting import Posting
from bot.core.wording import Wording
from bot.questions.intents import Intent

_MOST = 400  # characters of one thing


def reply(intent: Intent, posting: Posting, wording: Wording, now: datetime, timezone: str, details: Button) -> Message:
    """The answer. `details`: a button that shows the posting in full."""
    become = standing(posting, now)
    is_open = posting.is_open(now)
    told = {
        Intent.IS_OPEN: lambda: [_is_open(wording, become, is_open=is_open)],
        Intent.IS_OVER: lambda: [_is_over(wording, become, is_open=is_open)],
        Intent.DEADLINE: lambda: _become(wording, become, is_open=is_open),
        Intent.APPLY: lambda: _apply(wording, posting) if is_open else _become(wording, become, is_open=False),
        Intent.PAY: lambda: _pay(wording, posting),
        Intent.CONTACT: lambda: _contact(wording, posting),
        Intent.REQUIREMENTS: lambda: _requirements(wording, posting),
    }[intent]()
    title = Line.of(Span(shortened(posting.title, 200), bold=True, strike=not is_open))
    has_days = intent in {Intent.IS_OPEN, Intent.IS_OVER, Intent.DEADLINE, Intent.APPLY}
    days = wording.deadline(posting, now, timezone) if has_days else []
    is_status = intent in {Intent.IS_OPEN, Intent.IS_OVER}
    lines = (*told, *days, BLANK, title) if is_status else (title, *days, *told)
    links = wording.links(posting, is_open=is_open) if intent is Intent.APPLY else ()
    return Message(lines, (*links, (details,)))


def _is_open(wording: Wording, become: Standing, *, is_open: bool) -> Line:
    _ = wording._
    told = _("Yes: {what}.") if is_open else _("No: {what}.")
    return Line.of(Span(told.format(what=wording.become(become)), bold=True))


def _is_over(wording: Wording, become: Standing, *, is_open: bool) -> Line:
    """Who asks whether it is filled is not told yes where nobody has said more than that it is closed."""
    _ = wording._
    if is_open:
        told = _("No: {what}.")
    else:
        told = _("Yes: {what}.") if become is Standing.FILLED else _("No longer open: {what}.")
    return Line.of(Span(told.format(what=wording.become(become)), bold=True))


def _become(wording: Wording, become: Standing, *, is_open: bool) -> list[Line]:
    return [] if is_open else [Line.of(wording.over(become))]


def _apply(wording: Wording, posting: Posting) -> list[Line]:
    _ = wording._
    told = wording.how_to_apply(posting)
    if link := addresses.web(posting.apply or posting.url or ""):
        told = [Line.of(_("Apply:") + " ", Span(shortened(link, _MOST), url=link)), *told]
    if not told:
        told = [Line.of(_("The advert does not say."))]
    return [*told, *(_labelled(*row) for row in wording.requirements(posting))]


def _labelled(label: str, text: str) -> Line:
    return Line.of(Span(f"{label}: ", bold=True), shortened(text, _MOST))


def _pay(wording: Wording, posting: Posting) -> list[Line]:
    _ = wording._
    share = wording.share(posting)
    if posting.pay:
        return [_labelled(_("Pay"), wording.pay(posting) or posting.pay)]
    return [Line.of(_("The advert does not say.")), *([Line.of(share)] if share else [])]


def _contact(wording: Wording, posting: Posting) -> list[Line]:
    _ = wording._
    told = wording.contact(posting)
    if posting.supervisors:
        told = [*told, _labelled(_("Supervision"), ", ".join(posting.supervisors))]
    return told or [Line.of(_("The advert does not say."))]


def _requirements(wording: Wording, posting: Posting) -> list[Line]:
    rows = wording.requirements(posting)
    return [_labelled(*row) for row in rows] or [Line.of(wording._("The advert does not say."))]
