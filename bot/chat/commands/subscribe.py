"""Asks what to follow: by a form where one can be shown, else how that is written. Buttons ask for it."""

from bot.chat.command import Command
from bot.chat.commands import follow
from bot.chat.context import Answer, Context, short_answer
from bot.chat.request import Request
from bot.chat.rules import nobody_to_write_to
from bot.chat.saving import LONGEST_QUERY, why_not
from bot.domain.form import Form, FormErrors, FormField, Submission
from bot.domain.message import Line, Message

FORM = "follow"
"""The name of the form."""


def _answer(context: Context, _request: Request) -> Answer:
    _ = context.wording._
    command = context.syntax.of("follow", "follow")
    how = _("Write {command} phd, for example, and I write to you when a PhD position opens.").format(command=command)
    return Answer(Message((Line.of(how),), form=_form(context) if context.facts.shows_forms else None))


def _form(context: Context) -> Form:
    _ = context.wording._
    hint = _("As in a question, without days: PhD in Berlin, postdoc robotics. Nothing at all: every position.")
    query = FormField("query", _("What to follow"), hint=hint, is_optional=True, most=LONGEST_QUERY)
    return Form(FORM, _("Follow a search"), _("Follow"), _("Cancel"), (query,))


def filled_in(context: Context, submission: Submission) -> Answer | FormErrors:
    """What becomes of the form: it is followed from now on; or why it cannot be, at the field."""
    query = " ".join(str(submission.values.get("query", "")).split())
    if refusal := COMMAND.refusal(context):
        return short_answer(refusal)
    if (refused := why_not(context, query)) is not None and context.index.get(query.casefold()) is None:
        return FormErrors({"query": refused.message.text})
    return follow.COMMAND.answer(context, Request(follow.COMMAND.name, query))


COMMAND = Command(
    name="subscribe",
    word="subscribe",
    place=117,
    is_hidden=True,
    summary=lambda _: "",
    takes=lambda rest: not rest,
    is_personal=True,
    needs=follow.COMMAND.needs,
    refusal=nobody_to_write_to,
    answer=_answer,
)
