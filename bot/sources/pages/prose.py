"""Calls that no heading names: a sentence, or a paragraph of their own, offers them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.domain.posting import Role
from bot.sources.base import AsFound
from bot.sources.pages.blocks import Block, BlockKind
from bot.sources.pages.call import LEAST_TOPIC, MOST_KIND, MOST_LEAD, MOST_SHARED, Call, CallContext
from bot.sources.pages.counting import openings
from bot.sources.pages.days import DateStyle
from bot.sources.pages.deadlines import deadline, sentences
from bot.sources.pages.details import tidy_title
from bot.sources.pages.judging import judge
from bot.sources.pages.links import advert_link
from bot.sources.pages.offering import offer_in
from bot.sources.pages.signs import (
    ELSEWHERE,
    HOW_TO_APPLY,
    LIST_OF,
    LISTING,
    NAMES_NONE,
    POSITION,
    SEVERAL,
    TO_APPLICANTS,
    heads_facts,
)
from bot.sources.pages.status import INVITING, Sign, invites, says_none, sign_of, tells_to_write
from bot.sources.pages.titles import is_kind
from bot.sources.pages.words import GENERIC, PART, roles_in

_APPLICANT = re.compile(
    r"\b(?:you|(?:the|successful|selected|ideal) (?:applicants?|candidates?)) "
    r"(?:are|will|must|should|can|may|have|would)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"(?:[A-Z][^:.\n]{2,60}:\s)?\W{0,3}(?:\d{1,2}|one|two|three|four|five|an?|eine?|zwei|drei)\s", re.IGNORECASE
)
_WRITES = re.compile(r"\b(?:write|e-?mail|mail|schreib\w{0,3}|melde\w{0,3}|écri\w{1,5})\b[^\n@]{0,60}@", re.IGNORECASE)
"""Who tells to which address to write."""
_NAMED = re.compile(
    r"\b(?:no|any|keine) (?:(?:open|current|available|vacant|offenen?|freien?) )?(?:[\w/-]{1,20} ){0,3}?"
    r"(?:positions?|openings?|vacanc(?:y|ies)|studentships?|\w{0,25}stellen?)\b",
    re.IGNORECASE,
)
"""What there is none of."""
_SOUGHT = re.compile(
    r"\b(?:looking for|seeking|applications for|(?:we|i) (?:(?:currently|now|also|still|presently) )?have|hiring|"
    r"recruiting(?: for)?|suchen(?: wir)?|for(?! (?:full|best))|interested in(?: either| pursuing| doing)?)\s"
    r"(?:an? |one |eine?n? |two |motivated |our next )?(?:open |new )?",
    re.IGNORECASE,
)
"""What leads to what is sought."""
_WHERE_LATER = re.compile(
    r"\b(?:advertised|announced|posted|listed|published|ausgeschrieben|veröffentlicht)\b[^.\n]{0,40}"
    r"\b(?:here|(?:this|our) (?:web ?)?(?:page|site)|hier|dieser (?:web)?seite)\b|"
    r"\bhier (?:ausgeschrieben|veröffentlicht)\b",
    re.IGNORECASE,
)
"""Where to look for positions that there will be: that invites nobody."""
_GOES_ON = re.compile(r"\W{0,3}(?:for )?(?:will|is|are|was|may|can|should|wird|werden)\b", re.IGNORECASE)
"""What follows no name of what is sought: "Positions for which we are recruiting will be posted here"."""
_END = re.compile(
    r"[;:!?]|(?<=s) (?:currently |now )?available\b| \((?:with|see|for)\b|(?<!\bph)(?<!\bph\.d)(?<!\bph\. d)\.|"
    r"(?<=s) (?:is|are) (?:done|handled|through|via|by)\b|"
    r", (?:who|which|to|there|please|you|we|then|feel)\b| who | to work ",
    re.IGNORECASE,
)
"""Where the name of what is sought ends in a sentence."""
_ARROWS = " \n→»›>"
_IS_THERE = re.compile(r"\b(?:available|vacant|frei|zu vergeben|zu besetzen)\W{0,3}\Z", re.IGNORECASE)
"""How a line ends that says no more than what is to be had."""
_MOST_COUNTED = 40  # characters
_PEOPLE = re.compile(r"\b(?:researchers?|scientists?|wissenschaftler\w{0,8}|forscher\w{0,8})\b", re.IGNORECASE)
_PEOPLE_FIRST = re.compile(
    r"\W{0,4}(?:[\w/.'’-]{1,20} ){0,5}?(?:students?|postdocs?|(?:under)?graduates?(?! students?)|undergrads?|"
    r"researchers?|fellows?|scientists?|interns?|holders|candidates?|applicants?|visitors?|studierende|student(?:en|innen)|"
    r"promovierende|doktorand\w{0,5})\b",
    re.IGNORECASE,
)
_NOT_OF_NAME = re.compile(
    r"\b(?:for|looking|positions?|opportunit\w{1,3}|openings?|in|with|if|of|are|is|we|i|you|our|für|bei|mit)\b",
    re.IGNORECASE,
)
"""What stands before people where a sentence does not begin with them."""
_COMES_AS = re.compile(
    r"\b(?:if you|wenn (?:sie|du)|falls (?:sie|du))\b[^.\n]{0,80}\b(?:as an?|als eine?) ", re.IGNORECASE
)
"""What leads to what people may want to become: "If you want to join us as a PhD student"."""


_LEARNERS = frozenset((Role.PHD, Role.POSTDOC, Role.THESIS, Role.INTERNSHIP, Role.STUDENT_ASSISTANT))
"""Who is most often invited beside others."""
_DEGREE = re.compile(
    r"\b(?:with|have|has|hold\w{0,3}|having|complet\w{2,3}|finish\w{0,3}|mit|avec|con|com) "
    r"(?:an?|your|their|the|eine[rnm]?|une?|una?|um|uma) (?:ph\.?\s?d|doctora\w{0,3}|promotion|dottorato)",
    re.IGNORECASE,
)
"""What applicants have, or are about to."""


def what_is_sought(said: str) -> str:
    """The name of what a sentence offers, as a title."""
    found = _SOUGHT.search(said)
    phrase = said[found.end() :] if found and not _GOES_ON.match(said, found.end()) else said
    return tidy_title(_END.split(phrase[:160])[0])


def _names_count(head: str) -> bool:
    """Whether a line begins with how many are sought of which role: `One postdoc to look at owls`."""
    counted = _COUNTED.match(head)
    return counted is not None and bool(roles_in(head[counted.end() : counted.end() + _MOST_COUNTED]))


def _by_count(block: Block) -> list[Block]:
    """The lines of a paragraph, where each begins with how many are sought; else the paragraph."""
    if block.kind is not BlockKind.PARAGRAPH or "\n" not in block.text:
        return [block]
    starts = [0, *(place + 1 for place, sign in enumerate(block.text) if sign == "\n")]
    ends = [*(start - 1 for start in starts[1:]), len(block.text)]
    lines = [(start, end) for start, end in zip(starts, ends, strict=True) if block.text[start:end].strip()]
    if len(lines) < 2 or not all(_names_count(block.text[start:end].lstrip()) for start, end in lines):
        return [block]
    return [block.part(start, end) for start, end in lines]


def _from(first: Block, own: Sequence[Block]) -> list[Block]:
    """The blocks with that one in front: what stands before it, and below the next heading, is of something else."""
    place = next(number for number, block in enumerate(own) if block is first)
    end = next(
        (
            number
            for number in range(place + 1, len(own))
            if own[number].kind is BlockKind.HEADING
            and not (
                PART.match(own[number].text) or HOW_TO_APPLY.match(own[number].text) or heads_facts(own[number].text)
            )
        ),
        len(own),
    )
    return list(own[place:end])


def _tells_applicants(said: str) -> bool:
    """Whether a sentence tells applicants what they do, or becomes of them, and offers nothing."""
    offer = offer_in(said)
    return offer is not None and _APPLICANT.search(said, 0, offer.start()) is not None


def _tells_of_others(said: str) -> bool:
    """Whether a sentence speaks of what is there, and by how many, or of where it will be told."""
    return bool(
        LISTING.search(said)
        or LIST_OF.search(said)
        or TO_APPLICANTS.search(said)
        or openings([said])
        or _WHERE_LATER.search(said)
    )


def _addressed(said: str) -> list[Role]:
    """Whom a sentence that begins a paragraph invites, if it begins with them: `PhD students should apply to the`."""
    if sign_of(said) not in INVITING or _tells_of_others(said) or not _PEOPLE_FIRST.match(said):
        return []
    return roles_in(said[:_MOST_COUNTED])


def _is_standing(said: str) -> bool:
    """Whether a sentence beside calls is an invitation of its own."""
    if _tells_of_others(said):
        return False
    sign = sign_of(said)
    comes_as = _COMES_AS.search(said)
    start = comes_as.end() if comes_as else 0
    is_addressed = bool(roles_in(said[start : start + _MOST_COUNTED]))  # "Students in search of a thesis may write"
    if sign is Sign.STANDING or says_none(said):
        return True
    return sign is not Sign.OFFER and is_addressed and (tells_to_write(said) or _WRITES.search(said) is not None)


@dataclass(frozen=True, slots=True)
class Prose:
    """Finds what running text offers."""

    calendar: DateStyle

    def call(self, own: list[Block], context: CallContext, heading: Block | None = None) -> Iterator[Call]:
        """A call that no heading names: a sentence offers it. `heading`: one that names its topic, or its employer."""
        if apart := self.paragraph_calls(own, context):
            yield from apart
            taken = {id(block) for call in apart for block in call.blocks}
            yield from self.standing([block for block in own if id(block) not in taken], context)
            return
        if lone := self._lone_link(own, context):
            yield lone
            return
        if asked := self._asked(own, context):
            yield asked
            return
        always: list[tuple[str, list[Role]]] = []
        offered: Call | None = None
        for block in own:
            if block.kind is not BlockKind.PARAGRAPH:
                continue
            for said in sentences(block.text):
                named = roles_in(said)
                if not named or ELSEWHERE.match(said):
                    continue
                sign = sign_of(said)
                if sign in INVITING or (sign is not Sign.OFFER and invites(said)):
                    always.append((said, named))
                elif offered is None and sign is Sign.OFFER and not _tells_applicants(said):
                    title, roles, composed = self._prose_title(said, context)
                    offered = Call(title, roles or named, _from(block, own), context, is_composed=composed)
                    offered.is_summary = not composed or SEVERAL.search(said) is not None
                    if heading is not None and not roles:
                        offered.title, offered.heading, offered.is_composed = tidy_title(heading.text), heading, False
        if offered and judge(offered, self.calendar):
            yield offered
        yield from self._invited(always, own, context, offered.roles if offered else (), heading)

    def paragraph_calls(self, own: list[Block], context: CallContext) -> list[Call]:
        """Paragraphs that are a call each, with its own link or day; none where no two are."""
        found: list[Call] = []
        own = [part for block in own for part in _by_count(block)] if context.is_vacancies else own
        for block in own:
            head = (block.struck if block.is_struck else block.text)[:MOST_LEAD]
            named = roles_in(head)
            is_bold = bool(block.strong) and bool(roles_in(block.text[slice(*block.strong[0])]))
            if block.kind is not BlockKind.PARAGRAPH or not named or invites(head):
                continue
            is_short = context.is_vacancies and len(block.text) < MOST_LEAD and POSITION.search(head[:MOST_KIND])
            is_all_link = context.is_vacancies and self._is_all_link(block)
            is_counted = context.is_vacancies and _names_count(head)
            if not (is_bold or is_short or is_all_link or is_counted or offer_in(head)):
                continue
            marks = bool(deadline([block.text], self.calendar).day), advert_link([block], "") is not None
            first = next(iter(sentences(head)), "")
            is_there = bool(is_short and _IS_THERE.search(first))
            if all(marks) or ((is_bold or is_short) and any(marks)) or is_all_link or is_counted or is_there:
                title = tidy_title(block.text[slice(*block.strong[0])]) if is_bold else ""
                title = title or (tidy_title(_IS_THERE.sub("", first)) if is_there else "")
                title = title or self._paragraph_title(block, context)
                found.append(Call(title, named, [block], context, is_composed=True))
        taken = {id(call.blocks[0]) for call in found}
        around = [block for block in own if id(block) not in taken][-MOST_SHARED:]
        context = replace(context, shared=(*context.shared, tuple(around)))
        for call in found:
            call.context = context
        found = [call for call in found if judge(call, self.calendar)]
        return found if len(found) > 1 else []

    def _asked(self, own: list[Block], context: CallContext) -> Call | None:
        """What a question asks people for whom the next sentence looks: "Looking for a PhD? We are hiring"."""
        texts = [(text, block) for block in own if block.kind is BlockKind.PARAGRAPH for text in sentences(block.text)]
        for (question, block), (answer, _) in pairwise(texts):
            if (
                not question.rstrip().endswith("?")
                or not (roles := roles_in(question))
                or roles_in(answer)
                or sign_of(answer) is not Sign.OFFER
            ):
                continue
            title, headed, composed = self._prose_title(question, context)
            call = Call(title, headed or roles, _from(block, own), context, is_composed=composed)
            return call if context.is_vacancies and judge(call, self.calendar) and not call.is_speculative else None
        return None

    def _lone_link(self, own: list[Block], context: CallContext) -> Call | None:
        """The one advert to which a section of positions leads: a paragraph that is a link, and names the role."""
        if not context.is_vacancies or not (context.headings and NAMES_NONE.match(context.headings[-1])):
            return None
        leading = [
            block
            for block in own
            if block.kind is BlockKind.PARAGRAPH
            and self._is_all_link(block)
            and roles_in(block.text[:MOST_LEAD])
            and advert_link([block], "")
            and not (invites(block.text) or is_kind(block.text) or "://" in block.text)
        ]
        if len(leading) != 1:
            return None
        [block] = leading
        title = tidy_title((block.struck if block.is_struck else block.text).rstrip(_ARROWS))
        call = Call(title, roles_in(block.text), _from(block, own), context)
        return call if judge(call, self.calendar) else None

    def standing(self, blocks: Sequence[Block], context: CallContext) -> Iterator[Call]:
        """The first standing invitation in what introduces a page, and paragraphs that begin with whom they invite."""
        told = [sentences(block.text) for block in blocks if block.kind is BlockKind.PARAGRAPH]
        inviting: list[tuple[str, list[Role]]] = []
        is_first = True
        for number, text in ((number, text) for said in told for number, text in enumerate(said)):
            if is_first and _is_standing(text) and (named := roles_in(text)):
                is_first = False
                inviting.append((text, named))
            elif number == 0 and (named := _addressed(text)):
                inviting.append((text, named))
        yield from self._invited(inviting, list(blocks), context)

    def _invited(
        self,
        always: list[tuple[str, list[Role]]],
        own: list[Block],
        context: CallContext,
        offered: Sequence[Role] = (),
        heading: Block | None = None,
    ) -> Iterator[Call]:
        """A standing invitation for each role that is not offered anyway."""
        named_before = set(offered)
        for said, named in always:
            title, headed, composed = self._prose_title(said, context)
            is_of_others = headed and not set(headed) & set(named) and set(named) <= _LEARNERS
            if is_of_others and not _DEGREE.search(said):  # the heading speaks of others
                title, headed, composed = self._prose_title(said, replace(context, headings=()))
            if heading is not None:
                title, composed = tidy_title(heading.text), False
            for role in [role for role in named if role in headed] if headed else named:
                if not headed and role is Role.RESEARCH_STAFF and role not in roles_in(_PEOPLE.sub(" ", said)):
                    continue  # "students and researchers" are everybody
                if role in named_before or (role is Role.OTHER and heading is None and len(always) > 1):
                    continue
                named_before.add(role)
                here = [block for block in own if said in block.text]
                around = [block for block in own if said not in block.text] if here else []
                call = Call(title, [role], here or own, context, status=AsFound.SPECULATIVE, is_composed=composed)
                call.below = [around]
                yield call

    def _is_all_link(self, block: Block) -> bool:
        """Whether a paragraph is a link and little else."""
        if block.is_struck:
            return bool(block.links)
        return any(link.start <= 3 and len(link.text) * 3 >= len(block.text.strip()) * 2 for link in block.links)

    def _paragraph_title(self, block: Block, context: CallContext) -> str:
        """The linked topic that its first sentence leads to, else what that sentence says is sought."""
        if block.is_struck:
            return tidy_title(block.struck)
        first = sentences(block.text)[0]
        for link in block.links:
            if link.start < len(first) and len(link.text) >= LEAST_TOPIC and not GENERIC.match(link.text):
                return tidy_title(link.text)
        return self._prose_title(block.text[:MOST_LEAD], context)[0]

    def _prose_title(self, said: str, context: CallContext) -> tuple[str, list[Role], bool]:
        """The heading that names a position, or below which positions stand; else what a sentence says is sought.
        The roles are those of the heading. Whether the title is put together comes last.
        """
        for heading in reversed(context.headings):
            if roles := roles_in(heading):
                return tidy_title(heading), roles, False
        if _names_count(said):
            return tidy_title(said[:160]), [], True
        if says_none(said) and (named := _NAMED.search(said)) and roles_in(named[0]):
            return tidy_title(named[0].partition(" ")[2]), [], True
        if _addressed(said) and (people := _PEOPLE_FIRST.match(said)) and not _NOT_OF_NAME.search(people[0]):
            return tidy_title(people[0]), [], True
        if comes_as := _COMES_AS.search(said):
            return tidy_title(_END.split(said[comes_as.end() :][:160])[0].partition(",")[0]), [], True
        return what_is_sought(said), [], True
