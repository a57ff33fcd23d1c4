"""A page -> its reading: what is there, with the page's own words, and why what is missing is missing."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import islice

from bot.domain.posting import DeadlineKind
from bot.schema import Value
from bot.sources.base import AsFound, FoundPosting, Reading
from bot.sources.pages.belonging import tell_apart
from bot.sources.pages.blocks import Block, BlockKind, PageLink
from bot.sources.pages.call import Call, CallContext
from bot.sources.pages.calls import calls
from bot.sources.pages.commented import commented_calls
from bot.sources.pages.counting import openings
from bot.sources.pages.days import DateStyle, is_older, written_before, written_on
from bot.sources.pages.deadlines import deadline, is_without_year, labelled, sentences
from bot.sources.pages.details import emails
from bot.sources.pages.front import with_front_matter
from bot.sources.pages.html import Walker, html_blocks, main_content, meta, parsed
from bot.sources.pages.links import advert_link, apply_link, resolved
from bot.sources.pages.markdown import SOFT_BREAK, MarkdownPage, html_page, markdown_page
from bot.sources.pages.paying import pay, share
from bot.sources.pages.repeats import without_repeats
from bot.sources.pages.sections import Section, sections
from bot.sources.pages.sharing import about, addresses_beside, due_beside, only_address
from bot.sources.pages.status import begins_past, is_closed, may_say_none, says_none
from bot.sources.pages.titles import title_of_page
from bot.sources.pages.whole import topic_of_record, whole_call
from bot.sources.pages.words import HIRING, VACANCIES, roles_in

_MOST_POSTINGS = 1000
_SLASHES = re.compile(r"/[0-9]{1,2}/[0-9]")
_LEADS = re.compile(r"\W{0,3}(?:(?:for|as|für|als)\s{1,2})?", re.IGNORECASE)
"""What stands in front of the words in bold by which a paragraph says whom it is about."""
_MOST_TOLD = 600  # characters
_NOT_YET = "it can be read as closed, and names a day to apply by that is still to come"
_US = re.compile(r"\.edu(?![\w.])|\bU\.?S\.?A\b|United States|\bstipend of \$", re.IGNORECASE)
_NOT_US = re.compile(
    r"https?://[^\s/\"'<>]{1,100}\.(?:de|at|ch|uk|fr|it|es|nl|be|se|no|dk|fi|ie|pt|pl|cz|eu|au|nz|sg|in|br|co|mx|"
    r"ar|cl)(?![\w.])|€|£|\bEUR\b|TV-?L",
    re.IGNORECASE,
)


def read_page(text: str, *, url: str | None, now: datetime, is_markdown: bool) -> Reading:
    """The calls of a page. `url`: where it stands, for links within its site; `now`: when it was read."""
    page = _Page(text, url, now, is_markdown=is_markdown)
    return Reading(tuple(page.postings()[:_MOST_POSTINGS]))


class _Page:
    def __init__(self, text: str, url: str | None, now: datetime, *, is_markdown: bool) -> None:
        self._now = now
        self._markdown: MarkdownPage | None = None
        self._title = ""
        self._summary = ""
        self._count = 0  # calls
        written: date | None = None
        if is_markdown:
            self._markdown = markdown_page(text)
            front = self._markdown.front
            self._front: Mapping[str, Value] = front
            self._blocks = html_blocks(self._markdown.html, self._markdown)
            self._title = _text(front.get("title"))
            self._summary = _text(front.get("description")) or _text(front.get("excerpt"))
            url = url or next((_text(front.get(key)) for key in ("canonical_url",) if _text(front.get(key))), None)
            written = _day_of(front.get("date")) or _day_of(front.get("last_modified_at"))
        else:
            self._front, body = html_page(text)
            self._title = _text(self._front.get("title"))
            tree = parsed(body)
            self._blocks = [] if tree is None else Walker().blocks(main_content(tree))
            for name, value in meta(tree) if tree is not None else ():
                if name in {"og:title", "title"} and not self._title:
                    self._title = value
                if name in {"article:published_time", "datepublished", "dc.date", "date"}:
                    written = written or _day_of(value[:10])
        if not self._blocks and (summary := self._summary or _text(self._front.get("summary"))):
            self._blocks = html_blocks(markdown_page(summary).html)  # all that the page says stands below its title
        self._url = url
        if written and is_older(written, (block.text for block in self._blocks)):
            written = None
        self._calendar = DateStyle(self._month_first(text), written)

    def _month_first(self, text: str) -> bool | None:
        """Whether the page writes the month first: in the US alone. Another date on it may tell, too."""
        if not _SLASHES.search(text):
            return None  # nothing is written so
        for found in re.finditer(r"(?<![\w/])(\d\d?)/(\d\d?)/(?:20)?\d\d(?![\w/])", text):
            if int(found[1]) > 12:
                return False
            if int(found[2]) > 12:
                return True
        host = self._url or ""
        if _NOT_US.search(text) or _NOT_US.search(host):
            return None if _US.search(text) and not _NOT_US.search(host) else False
        return True if _US.search(text) or _US.search(host) else None

    def postings(self) -> list[FoundPosting]:
        found: list[FoundPosting] = []
        root = sections(block for block in self._blocks if block.kind is not BlockKind.COMMENT)
        calls_found = without_repeats(self._calls(root, self._context()))[:_MOST_POSTINGS]
        if len(calls_found) == 1 and (title := self._title_of(calls_found[0])):
            calls_found[0].title = title
        tell_apart(calls_found)
        self._count = len(calls_found) or 1
        found += [self._posting(call) for call in calls_found]
        if not found and (whole := whole_call(root, self._title, self._front, self._calendar, self._headings())):
            found.append(self._posting(whole))
        offered = [place for place, posting in enumerate(found) if posting.as_found is not AsFound.SPECULATIVE]
        if self._front and len(offered) == 1:
            found[offered[0]] = with_front_matter(found[offered[0]], self._front, self._calendar, self._url)
        hidden = commented_calls(self._blocks, self._markdown, calls_found, self._calendar)
        found += [self._posting(call) for call in hidden]
        return found

    def _title_of(self, call: Call) -> str:
        """What the page's title says of the only call on it; nothing where the call has a better one."""
        if call.is_composed and (title := title_of_page(self._title)):
            return title
        return topic_of_record(self._title, self._front) if call.heading is None else ""

    def _context(self) -> CallContext:
        """What holds for every call of the page."""
        return CallContext(
            headings=self._headings(),
            offers=self._offers(),
            has_none=any(map(says_none, self._sentences(may_say_none))),
            is_vacancies=bool(VACANCIES.search(self._title)),
            is_past=begins_past(self._title),
        )

    def _offers(self) -> bool:
        """Whether the page is about positions at all, and not about who has them."""
        named = " ".join([self._title, self._summary, _text(self._front.get("permalink")), self._url or ""])
        return bool(VACANCIES.search(re.sub(r"[-_/]", " ", named))) or any(
            HIRING.search(said) and roles_in(said)
            for text in self._texts()
            if HIRING.may_match(text)
            for said in sentences(text[:2000])
        )

    def _sentences(self, may_tell: Callable[[str], bool]) -> Iterator[str]:
        """The sentences of short blocks that may tell what is asked."""
        for text in self._texts():
            if len(text) < _MOST_TOLD and may_tell(text):
                yield from sentences(text)

    def _texts(self) -> Iterator[str]:
        """What the page says, block by block, as if no paragraph of its Markdown were wrapped."""
        for block in self._blocks:
            if block.kind is not BlockKind.COMMENT:
                yield block.text.replace(SOFT_BREAK, " ")

    def _headings(self) -> tuple[str, ...]:
        titles = [title for title in (self._summary, self._title) if title]
        return tuple(title for title in titles if len(title) < 200)

    def _calls(self, root: Section, context: CallContext) -> list[Call]:
        return calls(root, context, self._calendar)

    def _posting(self, call: Call) -> FoundPosting:
        fields: dict[str, Value] = {}
        evidence: dict[str, str] = {}
        uncertain: dict[str, str] = {}
        own_texts = [_plain(block) for block in call.blocks]
        head = call.heading.text if call.heading else ""
        fields["title"] = call.title
        roles = list(dict.fromkeys(role.value for role in call.roles)) or ["other"]
        fields["role"] = list(roles)
        evidence["role"] = _said_of_role(call, head, own_texts)
        if call.doubt and not call.context.is_comment:
            uncertain["status"] = call.doubt
        elif (
            call.is_closed
            and call.due.day
            and call.due.day >= self._now.date()
            and not is_closed(f"{head} {call.title}")
        ):
            uncertain["status"] = _NOT_YET
        self._deadline(call, fields, evidence, uncertain)
        self._addresses(call, fields, evidence, uncertain)
        texts = [head, call.title, *own_texts]
        around = (
            _plain(block)
            for level in about(call, by_sentence=True)
            for block in level
            if block.kind is not BlockKind.ROW
        )
        if found := pay(texts) or (None if call.is_speculative else pay(around)):
            fields["pay"], evidence["pay"] = found[0], found[1]
        elif part := share(f"{head}\n{call.title}"):
            fields["fte"], evidence["fte"] = part[0], part[1]
        if not call.is_speculative and (counted := openings([head, call.title, *own_texts[:5]])):
            fields["openings"], evidence["openings"] = counted
        return FoundPosting(fields, self._as_found(call), evidence, uncertain, None, self._url)

    def _as_found(self, call: Call) -> AsFound:
        if call.context.is_comment:
            return AsFound.COMMENTED_OUT
        return call.status

    def _address(self, call: Call) -> list[tuple[str, str]]:
        """Where a page that is about one position alone says to whom applications go."""
        if self._count != 1 or call.is_speculative or call.context.is_comment:
            return []
        return only_address(block for block in self._blocks if block.kind is not BlockKind.COMMENT)

    def _is_itself(self, href: str) -> bool:
        """Whether a link leads to the page on which it stands."""
        here = _text(self._front.get("permalink")).strip("/")
        return bool(here) and href.strip("/") == here

    def _shared_link(self, call: Call) -> PageLink | None:
        """Where one applies to several positions, when the page says so of all of them."""
        if call.is_speculative:
            return None
        return next((link for level in about(call) if (link := apply_link(level))), None)

    def _deadline(
        self,
        call: Call,
        fields: dict[str, Value],
        evidence: dict[str, str],
        uncertain: dict[str, str],
    ) -> None:
        if call.is_speculative and call.is_composed:
            fields["deadline_kind"] = DeadlineKind.ROLLING.value  # whatever days are named are those of something else
            return
        head = call.heading.text if call.heading else ""
        texts = [head, *labelled(call.blocks)]
        due = call.due
        written = (
            written_on(texts, self._calendar) or written_before(texts, self._calendar) if due.is_yearless else None
        )
        if written:
            due = deadline(texts, replace(self._calendar, written=written))
        elif due.is_yearless and (beside := due_beside(call, self._calendar)).day:
            due = beside if is_without_year(due.unclear, beside.day) else due
        if call.is_closed and not due.words:  # an advert struck through as a whole says what it said
            due = deadline([block.struck for block in call.blocks if block.is_struck], self._calendar)
        if due.day is None and due.unclear is None and not due.kind and not call.is_speculative:
            due = due_beside(call, self._calendar)
        if due.unclear:
            uncertain["deadline"] = due.unclear
            evidence["deadline"] = due.words
            return
        if due.day and call.is_speculative:
            uncertain["deadline"] = f"a day is named where no position is offered: {due.day.isoformat()}"
            evidence["deadline"] = due.words
            return
        if due.day:
            fields["deadline"] = due.day.isoformat()
        if due.kind:
            fields["deadline_kind"] = due.kind.value
            evidence["deadline" if due.day else "deadline_kind"] = due.words
        elif call.is_speculative and not call.doubt:
            fields["deadline_kind"] = DeadlineKind.ROLLING.value

    def _addresses(
        self,
        call: Call,
        fields: dict[str, Value],
        evidence: dict[str, str],
        uncertain: dict[str, str],
    ) -> None:
        blocks = [*([call.heading] if call.heading else []), *_of_role(call)]
        link = apply_link(blocks) if call.is_speculative else advert_link(blocks, call.title)
        if link and self._is_itself(link.href):
            link = None  # a card that leads nowhere: what holds for the others is not said of it
        elif link:
            address = resolved(link.href, self._url)
            evidence["url"] = link.href
            if address:
                fields["url"] = address
            else:
                uncertain["url"] = f"leads to a place in its own site, and nothing says where that is: {link.href}"
        elif shared_link := self._shared_link(call):
            evidence["url"] = shared_link.href
            if address := resolved(shared_link.href, self._url):
                fields["url"] = address
        own = [address for block in blocks for address in emails(block)]
        for address, words in own[:1] or list(islice(addresses_beside(call), 1)) or self._address(call):
            fields["contact"] = {"email": address}
            fields["apply"] = address
            evidence["contact"] = words
        if "url" in fields and "apply" not in fields:
            fields["apply"] = fields["url"]


def _said_of_role(call: Call, head: str, own: Iterable[str]) -> str:
    """The words that name its role: its heading or title, else the first sentence that does."""
    around = (_plain(block) for level in call.surroundings() for block in level)
    for text in (head, call.title, *own, *around):
        for said in sentences(text[:2000]):
            if set(roles_in(said)) & set(call.roles):
                return " ".join(said.split())[:300]
    return head or call.title


def _of_role(call: Call) -> list[Block]:
    """Its own blocks without paragraphs that only speak of another role: they belong to what comes next."""
    wanted = set(call.roles)
    return [
        block
        for number, block in enumerate(call.blocks)
        if number == 0
        or block.kind is not BlockKind.PARAGRAPH
        or not block.strong
        or not _LEADS.fullmatch(block.text[: block.strong[0][0]])
        or not (named := roles_in(block.text[slice(*block.strong[0])]))
        or wanted & set(named)
    ]


def _plain(block: Block) -> str:
    if block.kind is BlockKind.ROW:
        return "\n".join(f"{name}: {cell.text}" if name else cell.text for name, cell in block.cells)
    return block.text


def _text(value: Value | None) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _day_of(value: Value | None) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
