"""One posting, as an answer to what was asked of it: whether it is open, how to apply, what it pays, whom to ask."""

from datetime import datetime

from bot.domain import addresses
from bot.domain.message import BLANK, Button, Line, Message, Span, shortened
from bot.domain.posting import Posting, Workplace
from bot.domain.version import Standing, standing_of
from bot.questions.intents import WHETHER, Intent
from bot.questions.languages import translated
from bot.questions.query import words
from bot.wording.wording import Wording

_MOST = 400  # characters of one thing


def reply(
    intent: Intent,
    posting: Posting,
    wording: Wording,
    now: datetime,
    timezone: str,
    details: Button,
    language: str | None = None,
) -> Message:
    """The answer. `details`: a button that shows the posting in full. `language`: of which it is asked whether it is
    needed, folded.
    """
    standing = standing_of(posting, now)
    is_open = posting.is_open(now)
    answer_lines = {
        Intent.IS_OPEN: lambda: [_is_open(wording, standing, is_open=is_open)],
        Intent.IS_OVER: lambda: [_is_over(wording, standing, is_open=is_open)],
        Intent.DEADLINE: lambda: _become(wording, standing, is_open=is_open),
        Intent.APPLY: lambda: _apply(wording, posting) if is_open else _become(wording, standing, is_open=False),
        Intent.PAY: lambda: _pay(wording, posting),
        Intent.CONTACT: lambda: _contact(wording, posting),
        Intent.REQUIREMENTS: lambda: _requirements(wording, posting),
        Intent.NEEDS_LANGUAGE: lambda: _needs_language(wording, posting, language or ""),
        Intent.IS_REMOTE: lambda: _is_remote(wording, posting),
        Intent.IS_FULL_TIME: lambda: _is_full_time(wording, posting),
        Intent.IS_PAID: lambda: _is_paid(wording, posting),
    }[intent]()
    title = Line.of(Span(shortened(posting.title, 200), bold=True, strike=not is_open))
    has_days = intent in {Intent.IS_OPEN, Intent.IS_OVER, Intent.DEADLINE, Intent.APPLY}
    days = wording.deadline(posting, now, timezone) if has_days else []
    is_yes_or_no = intent in {Intent.IS_OPEN, Intent.IS_OVER} | WHETHER
    lines = (*answer_lines, *days, BLANK, title) if is_yes_or_no else (title, *days, *answer_lines)
    links = wording.links(posting, is_open=is_open) if intent is Intent.APPLY else ()
    return Message(lines, (*links, (details,)))


def _is_open(wording: Wording, standing: Standing, *, is_open: bool) -> Line:
    _ = wording._
    template = _("Yes: {what}.") if is_open else _("No: {what}.")
    return Line.of(Span(template.format(what=wording.standing_name(standing)), bold=True))


def _is_over(wording: Wording, standing: Standing, *, is_open: bool) -> Line:
    """Who asks whether it is filled is not told yes where nobody has said more than that it is closed."""
    _ = wording._
    if is_open:
        template = _("No: {what}.")
    else:
        template = _("Yes: {what}.") if standing is Standing.FILLED else _("No longer open: {what}.")
    return Line.of(Span(template.format(what=wording.standing_name(standing)), bold=True))


def _become(wording: Wording, standing: Standing, *, is_open: bool) -> list[Line]:
    return [] if is_open else [Line.of(wording.over(standing))]


def _apply(wording: Wording, posting: Posting) -> list[Line]:
    _ = wording._
    lines = wording.how_to_apply(posting)
    if link := addresses.web(posting.apply or posting.url or ""):
        lines = [Line.of(_("Apply:") + " ", Span(shortened(link, _MOST), url=link)), *lines]
    if not lines:
        lines = [Line.of(_("The advert does not say."))]
    return [*lines, *(_labelled(*row) for row in wording.requirements(posting))]


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
    lines = wording.contact(posting)
    if posting.supervisors:
        lines = [*lines, _labelled(_("Supervision"), ", ".join(posting.supervisors))]
    return lines or [Line.of(_("The advert does not say."))]


def _requirements(wording: Wording, posting: Posting) -> list[Line]:
    rows = wording.requirements(posting)
    return [_labelled(*row) for row in rows] or [Line.of(wording._("The advert does not say."))]


# --- Yes or no, by what the advert says; else that it does not say


def _not_said(wording: Wording) -> list[Line]:
    return [Line.of(Span(wording._("The advert does not say."), bold=True))]


def _yes(wording: Wording, what: str) -> list[Line]:
    return [Line.of(Span(wording._("Yes: {what}.").format(what=shortened(what, _MOST)), bold=True))]


def _no(wording: Wording, what: str) -> list[Line]:
    return [Line.of(Span(wording._("No: {what}.").format(what=shortened(what, _MOST)), bold=True))]


def _needs_language(wording: Wording, posting: Posting, language: str) -> list[Line]:
    """Which languages it asks for; who names none has not said that there is none."""
    if not posting.languages:
        return _not_said(wording)
    names = {language, *translated(language)}
    is_needed = any(names.intersection(words(name)) for name in posting.languages)
    listed = ", ".join(posting.languages)
    return _yes(wording, listed) if is_needed else _no(wording, listed)


def _is_remote(wording: Wording, posting: Posting) -> list[Line]:
    place_of_work = wording.workplace(posting)
    if posting.workplace is None or place_of_work is None:
        return _not_said(wording)
    match posting.workplace:
        case Workplace.REMOTE:
            return _yes(wording, place_of_work)
        case Workplace.HYBRID:
            return [Line.of(Span(wording._("In part: {what}.").format(what=place_of_work), bold=True))]
        case Workplace.ON_SITE:
            return _no(wording, place_of_work)


def _is_full_time(wording: Wording, posting: Posting) -> list[Line]:
    share = wording.share(posting)
    if posting.fte is None or share is None:
        return _not_said(wording)
    return _yes(wording, share) if posting.fte >= 100 else _no(wording, share)


def _is_paid(wording: Wording, posting: Posting) -> list[Line]:
    pay = wording.pay(posting)
    return _yes(wording, pay) if posting.pay and pay else _not_said(wording)
