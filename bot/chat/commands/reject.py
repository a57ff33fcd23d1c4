"""Rejects a draft: asks why."""

from dataclasses import replace

from bot.chat.asking import token_of
from bot.chat.command import Command
from bot.chat.context import Answer, Context, beside
from bot.chat.effects import Remember
from bot.chat.facts import Need
from bot.chat.forms import form_again
from bot.chat.request import Request
from bot.chat.reviewing import state_in_words
from bot.chat.rules import no_admin
from bot.domain.draft import DraftState
from bot.domain.form import FieldKind, Form, FormField
from bot.domain.message import Button, Line, Message


def _answer(context: Context, request: Request) -> Answer:
    _, draft = context.wording._, context.facts.draft
    if draft is None:
        return beside(_("There is no draft “{name}”.").format(name=request.argument[:20]))
    if draft.state is not DraftState.WAITING:
        return beside(state_in_words(context, draft))
    state = {"kind": "why", "draft": draft.id, "token": context.facts.token, "turn": 0}
    text = _("Why is “{title}” rejected? Whoever handed it in is told; write - for no reason.")
    title = str(draft.changes.get("title") or draft.posting)
    button = Button(_("No reason"), request=Request("reply", f"{token_of(state)} -").text)
    if context.facts.shows_forms:  # who closes it has not said why, and what they say next is no reason
        return Answer(replace(form_again(context, Request(COMMAND.name, draft.id)), form=_form(context, draft.id)))
    message = Message((Line.of(text.format(title=title)),), ((button,),), asks=_("Why?"), is_beside=True)
    return Answer(message, effects=(Remember(state),))


def _form(context: Context, draft: str) -> Form:
    _ = context.wording._
    return Form(
        name=COMMAND.name,
        title=_("Reject"),
        submit=_("Reject"),
        close=_("Cancel"),
        fields=(FormField("reason", _("Why?"), FieldKind.LINES, is_optional=True, most=1000),),
        state=draft,
    )


COMMAND = Command(
    name="reject",
    word="reject",
    place=104,
    is_hidden=True,
    summary=lambda _: "",
    needs=frozenset((Need.DRAFT,)),
    refusal=no_admin,
    answer=_answer,
)
