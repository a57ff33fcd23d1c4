"""Changes a draft that waits."""

from dataclasses import replace

from bot.chat.command import Command
from bot.chat.context import Answer, Context, beside
from bot.chat.facts import Need
from bot.chat.forms import opened
from bot.chat.handing_in import begun, previewed
from bot.chat.request import Request
from bot.chat.reviewing import state_in_words
from bot.chat.rules import no_admin
from bot.domain.draft import DraftState
from bot.sources.files.values import merged


def _answer(context: Context, request: Request) -> Answer:
    draft = context.facts.draft
    if draft is None:
        return beside(context.wording._("There is no draft “{name}”.").format(name=request.argument[:20]))
    if draft.state is not DraftState.WAITING:
        return beside(state_in_words(context, draft))
    fields = merged(context.facts.fields or {}, draft.changes)
    state = begun(context, draft=draft.id, name=draft.posting, fields=fields, original=fields)
    if context.facts.shows_forms:
        return opened(context, state)
    answer = previewed(context, state)
    return replace(answer, message=replace(answer.message, is_beside=True))


COMMAND = Command(
    name="revise",
    word="revise",
    place=103,
    is_hidden=True,
    summary=lambda _: "",
    needs=frozenset((Need.DRAFT,)),
    refusal=no_admin,
    answer=_answer,
)
