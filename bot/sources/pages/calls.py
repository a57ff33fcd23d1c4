"""Sections -> calls: which of them, and which items and rows in them, each offer a position."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.domain.posting import Role
from bot.sources.base import AsFound
from bot.sources.pages.amid import apart
from bot.sources.pages.blocks import BOLD_LEVEL, LISTED, Block, BlockKind
from bot.sources.pages.call import MOST_KIND, MOST_LEAD, MOST_SHARED, Call, CallContext, Levels
from bot.sources.pages.counting import openings
from bot.sources.pages.days import DateStyle
from bot.sources.pages.deadlines import deadline, sentences
from bot.sources.pages.details import emails, tidy_title
from bot.sources.pages.items import items_in, led_by_past
from bot.sources.pages.judging import judge
from bot.sources.pages.links import advert_link
from bot.sources.pages.offering import offer_in
from bot.sources.pages.parts import parts_of
from bot.sources.pages.prose import Prose
from bot.sources.pages.sections import Section
from bot.sources.pages.sharing import Lists, around_lists, spread
from bot.sources.pages.signs import (
    ABOUT_APPLICANTS,
    APPLY_TO,
    CODED,
    ELSEWHERE,
    LABELLED,
    LEVEL,
    LISTING,
    NAMES_NONE,
    NUMBERED,
    OPENING,
    PLACEHOLDER,
    POSITION,
    PROJECTS,
    SEVERAL,
    VISITS,
    WHO_MAY,
    heads_facts,
    holds_for_all,
    is_fact,
)
from bot.sources.pages.status import invites, is_all_over, is_past, says_none
from bot.sources.pages.titles import is_kind, is_when, item_title, row_title
from bot.sources.pages.whole import tells_as_adverts
from bot.sources.pages.words import ASIDE, HIRING, PART, VACANCIES, roles_in


def calls(root: Section, context: CallContext, calendar: DateStyle) -> list[Call]:
    """The calls of a page, or of a comment."""
    return list(_Reader(calendar, Prose(calendar)).walk(root, context))


@dataclass(frozen=True, slots=True)
class _Reader:
    calendar: DateStyle
    prose: Prose

    def walk(self, section: Section, context: CallContext) -> Iterator[Call]:
        section = self._with_shared_parts(section)
        title = section.title
        named = roles_in(title)
        parts = parts_of(section)
        are_parts = {id(child) for child in parts}
        inner = replace(
            context,
            roles=tuple(named) or context.roles,
            is_vacancies=context.is_vacancies
            or bool(VACANCIES.search(title))
            or (bool(named) and (context.offers or bool(PROJECTS.search(title)))),
            is_past=context.is_past or self._is_over(section),
            is_comment=context.is_comment,
            is_counted=False,
            headings=(*context.headings, title) if title else context.headings,
        )
        items = [] if VISITS.match(title) or WHO_MAY.search(title) else items_in(section.blocks, inner, self.calendar)
        past = led_by_past(section.blocks)
        begins = {id(item[0]) for item in items}
        first = next((place for place, block in enumerate(section.blocks) if id(block) in begins), len(section.blocks))
        groups = {item[0].group for item in items}
        intro = [block for block in section.blocks[:first] if not self._is_sibling(block, groups)]
        taken = {id(block) for item in items for block in item}
        rest = [
            block for block in section.blocks[first:] if id(block) not in taken and not self._is_sibling(block, groups)
        ]
        lists = around_lists(section.blocks, list(dict.fromkeys(item[0].group for item in items)), intro, rest)
        inherited = (*context.shared, (*([section.heading] if section.heading else []), *lists.above[-MOST_SHARED:]))
        listed = [
            call
            for item in items
            if (call := self._item_call(item, self._in_list(item[0].group, lists, inner, inherited, past)))
        ]
        for call in listed:
            call.below += [behind] if (behind := lists.behind.get(call.blocks[0].group, [])[:MOST_SHARED]) else []
        below, loose = self._below(section.children, are_parts, listed, replace(inner, shared=inherited))
        spread(listed, below, lists.below)
        found = [*listed, *(call for _, group in below for call in group or ())]
        if found and (not self._is_itself(section, intro, found)):
            if self._is_beside(section, intro, found):
                yield from self._section_call(section, [*intro, *rest], context, inner)
            elif section.heading is not None and all(call.is_speculative for call in found):
                yield from (call for call in self.prose.call([*intro, *rest], inner) if not call.is_speculative)
            yield from found
            yield from self.prose.standing([*intro, *rest], inner)
            return
        own_parts = are_parts | {id(child) for child in loose}
        own = [*section.blocks, *self._flat([child for child in section.children if id(child) in own_parts])]
        yield from self._section_call(section, own, context, inner)
        yield from found

    def _with_shared_parts(self, section: Section) -> Section:
        """The section; where each call in it is headed by a line in bold, and only the last has bold lines for how to
        apply, or until when, those are of all: there is no higher heading that would end a call.
        """
        *others, last = section.children or [section]
        above = [child for child in others if roles_in(child.title)]
        shared = [child for child in last.children if heads_facts(child.title)]
        if not (shared and above and roles_in(last.title)) or any(
            child.level != BOLD_LEVEL or child.children or self._is_complete(child)
            for child in (*above, replace(last, children=[]))
        ):
            return section
        rest = [child for child in last.children if not heads_facts(child.title)]
        return replace(section, children=[*others, replace(last, children=rest), *shared])

    def _is_complete(self, section: Section) -> bool:
        """Whether a section says itself how, or until when, to apply."""
        texts = [section.title, *(block.text for block in section.blocks)]
        return bool(deadline(texts, self.calendar).words) or any(emails(block) for block in section.blocks)

    def _below(
        self, children: Sequence[Section], parts: Collection[int], listed: Sequence[Call], context: CallContext
    ) -> tuple[list[tuple[Section, list[Call] | None]], list[Section]]:
        """The sections that have calls, and with None those that say facts of the calls beside them; and the sections
        that are none. One that tells how to apply for a role is a fact, where calls for that role stand beside it.
        """
        told: dict[int, list[Call] | None] = dict.fromkeys(parts)
        context = replace(context, is_counted=not listed and self._is_counted(children, parts, context))
        inner = context
        roles = {role for call in listed for role in call.roles if call.status is AsFound.OPEN}
        for child in sorted(children, key=lambda child: heads_facts(child.title)):
            if id(child) in told or (ASIDE.match(child.title) and not self._is_archive(child, context)):
                continue
            if heads_facts(child.title) and roles & set(roles_in(child.title)):
                told[id(child)] = None
                continue
            found = told[id(child)] = list(self.walk(child, inner))
            roles |= {role for call in found for role in call.roles if call.status is AsFound.OPEN}
            if found and inner is context and self._introduces(child, found):
                inner = replace(context, shared=(*context.shared, self._flat([child])[:MOST_SHARED]))
        below: list[tuple[Section, list[Call] | None]] = []
        loose: list[Section] = []
        for child in children:
            calls_of = told.get(id(child), [])
            if calls_of is None or calls_of:
                below.append((child, calls_of))
            elif id(child) in told and not roles_in(child.title) and not is_past(child.title):
                loose.append(child)
                leads = child is children[0] and child.level > children[-1].level
                if leads or holds_for_all(child.title) or heads_facts(child.title):
                    below.append((child, None))
        return below, loose

    def _is_counted(self, children: Sequence[Section], parts: Collection[int], context: CallContext) -> bool:
        """Whether what stands above sections says how many positions there are, and as many topics follow."""
        topics = [child for child in children if id(child) not in parts and not heads_facts(child.title)]
        if len(topics) < 2 or any(roles_in(child.title) or not child.blocks for child in topics) or not context.shared:
            return False
        counted = openings([block.text for block in context.shared[-1] if roles_in(block.text)])
        return counted is not None and counted[0] == len(topics)

    def _introduces(self, section: Section, found: Sequence[Call]) -> bool:
        """Whether a section only says, in its heading, which calls follow."""
        return not section.children and all(call.is_summary and call.heading for call in found)

    def _is_sibling(self, block: Block, groups: Collection[int]) -> bool:
        """Whether a block stands beside calls as one of them: what it says is said of itself."""
        if block.kind not in LISTED or block.group not in groups:
            return False
        label = LABELLED.match(block.text)
        return not holds_for_all(block.text) and not (label and is_fact(label["label"]))

    def _is_archive(self, child: Section, context: CallContext) -> bool:
        """Whether a part of a page of positions lists those that are over, and not what a site puts beside it."""
        items = [block for block in child.blocks if block.kind in LISTED]
        is_of_page = context.is_vacancies and is_past(child.title) and bool(items)
        return is_of_page and all(roles_in(block.text[:MOST_LEAD]) for block in items)

    def _is_over(self, section: Section) -> bool:
        """Whether what stands below a heading is gone: by what it says, as it is struck through, or as the page says so
        above its calls.
        """
        if is_past(section.title) or (section.heading is not None and section.heading.is_struck):
            return True
        return section.level <= 1 and any(is_all_over(block.text) for block in section.blocks[:3])

    def _in_list(
        self, group: int, lists: Lists, inner: CallContext, inherited: Levels, past: Collection[int]
    ) -> CallContext:
        """What holds for the calls in a list: what stands above it, and what it is headed by itself."""
        lead = lists.leads.get(group)
        return replace(
            inner,
            roles=tuple(lists.roles(group)) if lead or not inner.roles else inner.roles,
            shared=(*inherited, (lead,)) if lead else inherited,
            is_past=inner.is_past or group in past,
        )

    def _flat(self, parts: Sequence[Section]) -> tuple[Block, ...]:
        return tuple(
            block for part in parts for block in (*([part.heading] if part.heading else []), *part.all_blocks())
        )

    def _is_itself(self, section: Section, intro: Sequence[Block], found: Sequence[Call]) -> bool:
        """Whether a section that has calls in it is one, too."""
        if not roles_in(section.title) or (not intro and not all(call.is_speculative for call in found)):
            return False
        text = "\n".join(block.text for block in intro)
        return bool(
            section.heading
            and all(call.is_closed for call in found)
            and (deadline([text], self.calendar).words or HIRING.search(text))
        )

    def _is_beside(self, section: Section, intro: Sequence[Block], found: Sequence[Call]) -> bool:
        """Whether a section is a call beside those below it: of a role that none of them has, and it tells of it."""
        named = roles_in(section.title)
        is_other = bool(named) and not any(set(named) & set(call.roles) for call in found)
        return is_other and any(block.kind is BlockKind.PARAGRAPH and not block.text.endswith(":") for block in intro)

    def _item_call(self, item: list[Block], context: CallContext) -> Call | None:
        block = item[0]
        text = "\n".join(part.text for part in item)
        title = row_title(block) if block.kind is BlockKind.ROW else item_title(block)
        named = roles_in(title) or roles_in(text[:MOST_LEAD])
        call = Call(title, named or list(context.roles) or self._usual_roles(context), item, context)
        if not judge(call, self.calendar):
            return None
        if call.is_speculative and context.headings and not roles_in(title) and roles_in(context.headings[-1]):
            call.title = tidy_title(context.headings[-1])  # "or simply write to us", below "PhD positions"
        return call

    def _usual_roles(self, context: CallContext) -> list[Role]:
        """The roles of which most sentences above speak."""
        named = [
            roles
            for level in context.shared
            for block in level
            for said in (*sentences(block.struck), *sentences(block.text))
            if (roles := roles_in(said)) and any(sign.search(said) for sign in (POSITION, HIRING, PROJECTS, LISTING))
        ]
        usual = Counter(roles[0] for roles in named).most_common(1)
        return next((roles for roles in named if roles[0] == usual[0][0]), [])

    def _section_call(
        self, section: Section, own: list[Block], context: CallContext, inner: CallContext
    ) -> Iterator[Call]:
        text = "\n".join(block.text for block in own)
        title = section.title
        named = roles_in(title)
        if section.heading is None:
            yield from self.prose.call(own, inner)
            return
        if VISITS.match(title):
            yield from self._visits(section, own, inner)
            return
        if is_past(title) and not named:
            return
        if len(text) < MOST_LEAD and (PLACEHOLDER.search(text) or (is_kind(title) and self._leads_away(own))):
            return
        if (PART.match(title) and not named) or ABOUT_APPLICANTS.search(title):
            yield from self.prose.call(own, inner)
            return
        if not named and not inner.roles:
            yield from self._topic_call(section, own, context, inner)
            return
        if not named and (parted := self.prose.paragraph_calls(own, inner)):
            yield from parted
            return
        call = Call(tidy_title(title), named or list(inner.roles), own, inner, section.heading)
        if not judge(call, self.calendar):
            return
        if named and (two := apart(call, self.calendar)):
            yield from two
            return
        if not text.strip() and not (named and (call.due.day or section.heading.links or call.is_closed)):
            return
        call.context = context
        is_sentence = section.level == BOLD_LEVEL or title.rstrip().endswith(("!", "."))
        call.is_summary = bool(is_sentence and offer_in(title) and (SEVERAL.search(title) or len(named) > 1))
        if call.is_speculative:
            for role in self._speculative_roles(title, text, call.roles):
                yield replace(call, roles=[role])
            return
        offers = bool(HIRING.search(title)) or any(HIRING.search(block.text) for block in own)
        is_told = bool(call.due.words or call.is_closed or offers or advert_link(own, title))
        if not (named and (is_told or text)) and not (
            inner.roles
            and inner.is_vacancies
            and (is_told or NUMBERED.match(title) or (section.level < BOLD_LEVEL and APPLY_TO.search(text)))
        ):
            return
        yield call

    def _leads_away(self, own: Sequence[Block]) -> bool:
        """Whether all that is said is where else to look for positions."""
        said = [text for block in own for text in sentences(block.text)]
        return bool(said) and all(map(ELSEWHERE.match, said))

    def _visits(self, section: Section, own: list[Block], inner: CallContext) -> Iterator[Call]:
        """What invites people to come for a while, whoever they are: one call."""
        call = Call(tidy_title(section.title), [Role.OTHER], own, inner, section.heading)
        said = [text for block in own for text in sentences(block.text)]
        offers = any(offer_in(text) and OPENING.search(text) and not invites(text) for text in said)
        if (offers or any(map(invites, said))) and judge(call, self.calendar):
            if not (offers or call.is_closed or call.due.day):
                call.status, call.doubt = AsFound.SPECULATIVE, None
            yield call

    def _topic_call(
        self, section: Section, own: list[Block], context: CallContext, inner: CallContext
    ) -> Iterator[Call]:
        """What a section offers whose heading names no role."""
        title = section.title
        told: list[Role] = []
        if context.is_vacancies and section.heading:
            told = self._roles_told(own) or (
                self._usual_roles(context) if section.heading.links or CODED.match(title) or context.is_counted else []
            )
        if told:
            call = Call(tidy_title(title), told, own, inner, section.heading)
            if judge(call, self.calendar):
                call.context = context
                yield call
            return
        names_topic = (context.is_vacancies and not VACANCIES.search(title)) or POSITION.search(title) is not None
        is_topic = names_topic and not (NAMES_NONE.match(title) or is_when(title))
        found = list(self.prose.call(own, inner, section.heading if is_topic and not says_none(title) else None))
        yield from found
        if context.is_vacancies and is_topic and not found and section.heading and tells_as_adverts(section):
            call = Call(tidy_title(title), [Role.OTHER], own, inner, section.heading)  # a role that nobody knows
            if judge(call, self.calendar):
                call.context = context
                yield call

    def _roles_told(self, own: Sequence[Block]) -> list[Role]:
        """The roles that stand below a heading that asks for them: `Level`, `Position type`."""
        for head, below in pairwise(own):
            if head.kind is BlockKind.HEADING and LEVEL.match(head.text) and len(below.text) < MOST_KIND:
                return roles_in(below.text)
        return []

    def _speculative_roles(self, title: str, text: str, roles: list[Role]) -> list[Role]:
        named = roles_in(title)
        if named:
            return [role for role in named if role is not Role.OTHER] or named
        for said in sentences(text):
            if invites(said) and (found := roles_in(said)):
                return found
        return roles[:1]
