"""The calls in comments: what a page no longer shows, or not yet."""

from collections.abc import Iterable, Iterator

from bot.sources.pages.blocks import Block, BlockKind
from bot.sources.pages.call import Call, CallContext
from bot.sources.pages.calls import calls
from bot.sources.pages.days import DateStyle
from bot.sources.pages.deadlines import sentences
from bot.sources.pages.html import html_blocks
from bot.sources.pages.links import advert_link
from bot.sources.pages.markdown import MarkdownPage, markdown_page
from bot.sources.pages.sections import sections
from bot.sources.pages.status import Sign, sign_of
from bot.sources.pages.titles import is_kind
from bot.sources.pages.words import roles_in

_MOST_NAMED = 60  # characters in which a template names what is to stand there
_ALL = 7
"""Deeper than any heading."""


def commented_calls(
    blocks: Iterable[Block], page: MarkdownPage | None, shown: Iterable[Call], calendar: DateStyle
) -> Iterator[Call]:
    """The calls in comments. `page`: where it is Markdown, which keeps what stands in its comments apart. `shown`: the
    calls that the page shows. What stands above a comment says what it is about, but for a heading that is an open call
    itself: then a comment in it only remarks something, or says what it is.
    """
    heads = {call.heading.text for call in shown if call.heading and not call.is_speculative}
    above: list[Block] = []
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            while above and above[-1].level >= block.level:
                above.pop()
            above.append(block)
        if block.kind is not BlockKind.COMMENT:
            continue
        inner = _blocks(block, page)
        if not any(roles_in(inside.text) or above for inside in inner):
            continue
        level = inner[0].level if inner and inner[0].kind is BlockKind.HEADING else _ALL
        over = [head for head in above if head.level < level and head.text not in heads]
        roles = next((tuple(named) for head in reversed(over) if (named := roles_in(head.text))), ())
        context = CallContext(
            roles=roles,
            is_vacancies=bool(roles),
            is_comment=True,
            offers=True,
            headings=tuple(head.text for head in over),
        )
        yield from (call for call in calls(sections(inner), context, calendar) if _names_one(call))


def _blocks(comment: Block, page: MarkdownPage | None) -> list[Block]:
    """What stands in a comment."""
    text = comment.text
    if page is None:
        return html_blocks(text)
    if not text.isdigit() or int(text) >= len(page.comments):
        return []
    inner = markdown_page(page.comments[int(text)])
    return html_blocks(inner.html, inner)


def _names_one(call: Call) -> bool:
    """Whether a call has a role, and a title that is more than an address or an invitation in passing."""
    is_named = bool(call.title and call.roles) and "://" not in call.title
    if not is_named or (call.is_speculative and call.is_composed):
        return False
    return not is_kind(call.title) or bool(call.due.words) or any(map(_tells, call.blocks))


def _tells(block: Block) -> bool:
    """Whether a block says more than what a template has in each place."""
    if len(block.text) > _MOST_NAMED:
        return True
    return advert_link([block], "") is not None or any(sign_of(said) is Sign.OFFER for said in sentences(block.text))
