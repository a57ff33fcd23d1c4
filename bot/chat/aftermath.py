"""What is said with a change that was made, or need not be: what keeps the posting from being open all the same."""

from bot.chat.context import Context
from bot.domain.posting import Posting
from bot.domain.version import Standing, standing_of


def not_open(context: Context, posting: Posting) -> str | None:
    """Why a posting that was extended or reopened is not open, and what to do about it; None where it is."""
    _, standing = context.wording._, standing_of(posting, context.now)
    if standing is Standing.OPEN:
        return None
    if standing is Standing.PASSED and posting.deadline:
        usage = f"{context.syntax.of('extend', 'extend')} {posting.id} "
        usage += _("DATE")
        text = _("But its deadline has passed: {day}. {usage} moves it.")
        return text.format(day=context.wording.when(posting.deadline), usage=usage)
    usage = f"{context.syntax.of('reopen', 'reopen')} {posting.id}"
    return _("But it is not open: {usage} opens it again.").format(usage=usage)
