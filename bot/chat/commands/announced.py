"""What a message told of that somebody points at, in order to be reminded of it; of several postings, of which one.

Which postings those are, the ledger says, by the platform's reference of the message: never its text, which anybody can
write.
"""

from collections.abc import Sequence

from bot.chat import offering
from bot.chat.command import Command
from bot.chat.commands import remind
from bot.chat.context import Answer, Context, short_answer
from bot.chat.facts import Need
from bot.chat.naming import short
from bot.chat.request import Request
from bot.chat.rules import nobody_to_write_to
from bot.domain.form import FieldKind, Form, FormErrors, FormField, Option, Submission
from bot.domain.message import Button, Message
from bot.domain.posting import Posting

FORM = "announced"
"""The name of the form that asks which one."""

_MOST = 20  # a digest names no more


def _answer(context: Context, _request: Request) -> Answer:
    _ = context.wording._
    if not context.facts.announced:
        return short_answer(
            _("I know nothing of that message. Point at one in which I announce a position, or remind of it.")
        )
    announced = filter(None, map(context.posting, context.facts.announced))
    postings = list({posting.id: posting for posting in announced if posting.is_listed(context.now)}.values())
    is_open = [posting for posting in postings if posting.is_open(context.now)]
    if len(is_open) > 1:
        return _which(context, is_open[:_MOST])
    if not postings:
        return short_answer(_("What that message told of is no longer on the board."))
    if len(postings) > 1 and not is_open:
        return short_answer(_("Nothing that this message told of is open any more."))
    [posting] = is_open or postings
    return remind.COMMAND.answer(context, Request("remind", posting.id))


def _which(context: Context, postings: Sequence[Posting]) -> Answer:
    """Asks of which one: by a form where one can be shown, else by buttons."""
    wording = context.wording
    lines = wording.listing(wording._("Of which one shall I remind you?"), postings, context.now, context.timezone)
    requests = (offering.reminder(wording, posting).request for posting in postings)
    numbered = (Button(str(number), request=request) for number, request in enumerate(requests, 1))
    form = _form(context, postings) if context.facts.shows_forms else None
    return Answer(Message(tuple(lines), (tuple(numbered),), form=form))


def _form(context: Context, postings: Sequence[Posting]) -> Form:
    _ = context.wording._
    options = tuple(Option(short(posting.id), posting.title) for posting in postings)
    leads = " ".join(map(str, remind.own_schedule(context).reminders))
    fields = (
        FormField("posting", _("Position"), FieldKind.ONE_OF, options=options),
        FormField("leads", _("Remind me"), hint=_("Days or hours before the deadline: 3d 2h."), value=leads),
    )
    return Form(FORM, _("Remind me"), _("Remind me"), _("Cancel"), fields)


def filled_in(context: Context, submission: Submission) -> Answer | FormErrors:
    """What becomes of the form: a reminder, or what does not hold up, at its field."""
    name, leads_written = (str(submission.values.get(key, "")).strip() for key in ("posting", "leads"))
    leads = remind.read_leads(context, leads_written)
    if isinstance(leads, str):
        return FormErrors({"leads": leads})
    if refusal := COMMAND.refusal(context):
        return short_answer(refusal)
    return remind.COMMAND.answer(context, Request("remind", " ".join((name, *map(str, leads)))))


COMMAND = Command(
    name="announced",
    word="announced",
    place=118,
    is_hidden=True,
    summary=lambda _: "",
    is_personal=True,
    needs=frozenset((Need.FOLLOWER, Need.ANNOUNCED)),
    refusal=nobody_to_write_to,
    answer=_answer,
)
