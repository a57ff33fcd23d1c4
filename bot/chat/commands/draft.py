"""One draft, as a button of `/drafts` shows it."""

from bot.chat.command import Command
from bot.chat.context import Answer, Context, beside
from bot.chat.facts import Need
from bot.chat.request import Request
from bot.chat.reviewing import shown, state_in_words
from bot.domain.draft import DraftState
from bot.sources.files.values import FieldsError, checked, merged


def _answer(context: Context, request: Request) -> Answer:
    draft = context.facts.draft
    if draft is None or not (context.rights.is_editor or draft.by.person in context.rights.selves):
        return beside(context.wording._("There is no draft “{name}”.").format(name=request.argument[:20]))
    if draft.state is not DraftState.WAITING:
        return beside(state_in_words(context, draft))
    try:
        posting = checked(merged(context.facts.fields or {}, draft.changes), draft.posting or "new", context.timezone)
    except FieldsError:
        posting = None
    return Answer(shown(context, draft, posting, to_reviewer=context.rights.is_admin))


COMMAND = Command(
    name="draft",
    word="draft",
    place=101,
    is_hidden=True,
    summary=lambda _: "",
    needs=frozenset((Need.DRAFT,)),
    answer=_answer,
)
