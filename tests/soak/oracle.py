"""What each channel must look like: the rules for notices and corrections once more, the slow and obvious way.

Written from the contract, not from the bot. A secretary for each channel, who looks at a posting whenever its file has
changed or one of its instants has come, says what has to be said, and puts right what was said. Whoever cannot reach a
channel (the bot is down, or the platform) says nothing, and catches up afterwards.

The world takes care that what happens at one instant is settled before the next one comes: so there is one right page.
"""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from tests.soak.adverts import Advert, Audience, Deadline, zone
from tests.soak.reading import NO_DEADLINE, when

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
EVER = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)
DIGEST_ABOVE = 5
ENDED = {"filled", "closed", "withdrawn"}
SECTIONS = ("announcement", "reopened", "deadline-moved", "reminder", "closed")


def become(advert: Advert, *, is_there: bool, now: datetime) -> str:
    """What has become of it, as readers are told."""
    if not is_there or advert.status == "draft":
        return "gone"
    if advert.status != "open":
        return advert.status
    return "passed" if advert.kind == "fixed" and advert.deadline and now > advert.deadline.at else "open"


def told(advert: Advert) -> Deadline | None:
    """The deadline that readers are told to keep."""
    return None if advert.kind == "rolling" else advert.deadline


def instant(deadline: Deadline | None) -> datetime | None:
    return deadline.at if deadline else None


def local(day: date, clock: str, where: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), zone(where)).astimezone(UTC)


def reminders(advert: Advert, audience: Audience) -> list[tuple[datetime, str]]:
    deadline = told(advert)
    if deadline is None:
        return []
    found = {}
    for lead in audience.leads:
        count = int(lead[:-1])
        if lead.endswith("d"):
            day = deadline.at.astimezone(zone(audience.timezone)).date() - timedelta(days=count)
            at = local(day, audience.remind_at, audience.timezone)
        else:
            at = deadline.at - timedelta(hours=count)
        if at <= deadline.at:
            found[at] = lead
    return sorted(found.items())


def announced_at(advert: Advert, audience: Audience) -> datetime | None:
    return local(date.fromisoformat(advert.posted), audience.remind_at, audience.timezone) if advert.posted else None


def hears(audience: Audience, advert: Advert) -> bool:
    return (not audience.roles or advert.role in audience.roles) and audience.place in {None, advert.place}


@dataclass
class Notice:
    """`said`: the deadline when it was said. `before`: the one that it said was moved. `at`: when it fell due."""

    uid: int
    kind: str
    at: datetime | None
    said: Deadline | None
    before: Deadline | None = None
    lead: str | None = None


@dataclass
class Log:
    """What a channel knows of a posting."""

    notices: list[Notice] = field(default_factory=list)
    reminded: set[tuple[str, datetime]] = field(default_factory=set)
    news: Notice | None = None
    news_was_open: bool = True
    stands_in_until: datetime = EVER
    over: bool = False  # its readers were told so since the last news
    gone_since: datetime | None = None  # as they were told
    messages: list["Said"] = field(default_factory=list)


@dataclass(eq=False)
class Said:
    """One message; `group` counts the instants at which something was said there."""

    group: int
    notices: list[Notice]
    answers: "Said | None"
    facts: list = field(default_factory=list)


class Secretary:
    def __init__(self, audience: Audience) -> None:
        self.audience = audience
        self.log: dict[int, Log] = defaultdict(Log)
        self.messages: list[Said] = []
        self.todo: set[int] = set()
        self.stale: set[Said] = set()  # rendered anew since the last judgement
        self.is_silent = False  # follows nothing any more: hears nothing new
        self._groups = 0

    def look(self, adverts: dict[int, tuple[Advert, bool]], now: datetime) -> None:
        """Says all that has to be said by now, and puts right what was said, of all that is to be looked at."""
        found = []
        for uid in sorted(self.todo):
            advert, is_there = adverts[uid]
            notice = self._due(advert, become(advert, is_there=is_there, now=now), now)
            if notice:
                found.append((notice, advert))
        self._say(found, adverts, now)
        for uid in self.todo:
            advert, is_there = adverts[uid]
            self._put_right(advert, become(advert, is_there=is_there, now=now), now)
        self.todo.clear()

    def _due(self, advert: Advert, state: str, now: datetime) -> Notice | None:
        audience, log = self.audience, self.log[advert.uid]
        if self.is_silent or (audience.is_person and not hears(audience, advert)):  # of what does not match, no news
            return None
        if log.news:
            has_moved = instant(log.news.said) != instant(told(advert))
            before = log.news.said if has_moved else None
            if state == "open" and self._has_been_over(log, now):
                return Notice(advert.uid, "reopened", None, told(advert), before)
            if state == "open" and has_moved:
                return Notice(advert.uid, "deadline-moved", None, told(advert), before)
            if audience.announce_closing and log.news_was_open and state not in {"open", "gone"}:
                is_old = state == "passed" and advert.deadline and now - advert.deadline.at > 7 * DAY
                if not is_old:
                    return Notice(advert.uid, "closed", None, told(advert))
        if state != "open" or not hears(audience, advert):
            return None
        if not log.news:
            at = announced_at(advert, audience)
            return Notice(advert.uid, "announcement", at, told(advert)) if (at or EVER) <= now else None
        passed = [(at, lead) for at, lead in reminders(advert, audience) if at <= now <= advert.deadline.at]
        if passed:
            at, lead = passed[-1]
            if at > log.stands_in_until and (lead, advert.deadline.at) not in log.reminded:
                return Notice(advert.uid, "reminder", at, told(advert), None, lead)
        return None

    def _has_been_over(self, log: Log, now: datetime) -> bool:
        return log.over or (log.gone_since is not None and now - log.gone_since > DAY)

    def _say(self, found: list[tuple[Notice, Advert]], adverts: dict, now: datetime) -> None:
        if not found:
            return
        self._groups += 1
        found.sort(key=lambda one: (one[0].at or EVER, one[1].deadline.at if one[1].deadline else NEVER, one[1].id))
        notices = [notice for notice, _ in found]
        in_one = len(notices) > DIGEST_ABOVE
        for some in [notices] if in_one else [[notice] for notice in notices]:
            first = self.log[some[0].uid].messages
            is_answer = not in_one and some[0].kind in {"deadline-moved", "reopened", "closed"}
            said = Said(self._groups, some, first[0] if is_answer else None)
            self.messages.append(said)
            for notice in some:
                self.log[notice.uid].messages.append(said)
        for notice, advert in found:
            log = self.log[notice.uid]
            log.notices.append(notice)
            if notice.kind == "reminder":
                log.reminded.add((notice.lead, advert.deadline.at))
                continue
            log.news = notice
            state = become(advert, is_there=True, now=now)
            log.news_was_open = state == "open"
            log.gone_since = None if state == "open" else log.gone_since
            log.over = state in ENDED
            if notice.kind != "closed":
                log.stands_in_until = now
        for said in {message for notice in notices for message in self.log[notice.uid].messages[-1:]}:
            self._render(said, adverts, now)

    def _put_right(self, advert: Advert, state: str, now: datetime) -> None:
        log = self.log.get(advert.uid)
        if log is None or not log.news or not self.audience.can_edit or not self._is_named(advert.uid):
            return
        if state in ENDED:
            log.over = True
        if state == "gone":
            log.gone_since = log.gone_since or now
        elif log.gone_since:
            log.over |= now - log.gone_since > DAY
            log.gone_since = None

    def _is_named(self, uid: int) -> bool:
        """Whether a message names it: a digest names the first 20 and counts the others."""
        return any(uid in [notice.uid for notice in said.notices[:20]] for said in self.log[uid].messages)

    def render_all(self, uids: set[int], adverts: dict, now: datetime) -> None:
        for said in {message for uid in uids if uid in self.log for message in self.log[uid].messages}:
            self._render(said, adverts, now)

    def _render(self, said: Said, adverts: dict, now: datetime) -> None:
        facts = []
        for notice in said.notices:
            advert, is_there = adverts[notice.uid]
            facts.append(
                self._facts(notice, advert, become(advert, is_there=is_there, now=now), len(said.notices) == 1)
            )
        if len(facts) != len(said.facts) or any(map(_is_otherwise, said.facts, facts)):
            said.facts = facts
            self.stale.add(said)

    def _facts(self, notice: Notice, advert: Advert, state: str, alone: bool) -> dict:
        language = self.audience.language
        has_moved = instant(notice.said) != instant(told(advert))
        before = notice.said if has_moved else notice.before
        was = when(before, language) if before else None
        if not before and (has_moved or notice.kind == "deadline-moved"):
            was = NO_DEADLINE[language]
        is_over = state in ENDED | {"gone"}
        facts = {
            "kind": notice.kind,
            "title": advert.title,
            "struck": state != "open",
            "status": {"open": None, "passed": "closed"}.get(state, state),
            "until": when(advert.deadline, language) if advert.deadline else None if is_over else "any time",
            "was": was if advert.deadline or not is_over else None,
            "instant": advert.deadline.at if advert.deadline and not is_over else None,
        }
        if not alone:
            if notice.kind == "closed" and state == "open":
                facts["kind"] = "reopened"  # the heading under which it stands
            return facts | {"place": advert.place}
        full = notice.kind in {"announcement", "reopened"}
        if notice.kind == "closed":
            if state == "open":
                facts["kind"] = "reopened"
            elif state == "passed":
                facts["status"] = "passed"
        if notice.kind == "deadline-moved":
            ahead = told(advert)
            is_earlier = ahead is not None and (before is None or ahead.at < before.at)
            facts["earlier"] = is_earlier and not has_moved and state == "open"
        if notice.kind not in {"deadline-moved", "closed"}:
            facts |= {"place": advert.place, "pay": advert.pay}
        if full and advert.summary is not None and state != "gone":  # of what is gone no free text is kept
            facts["summary"] = advert.summary
        if advert.apply is not None and state == "open":
            facts["apply"] = advert.apply
        return facts


def _is_otherwise(said: dict, facts: dict) -> bool:
    """Whether a message has to be put right. Of what is not listed any more nothing but the deadline is followed."""
    is_gone = said["status"] == facts["status"] == "gone"
    return said["until"] != facts["until"] or said["was"] != facts["was"] if is_gone else said != facts


class Oracle:
    """All secretaries, and what they can see and reach."""

    def __init__(self, audiences: list[Audience], start: datetime) -> None:
        self.secretaries = {one.name: Secretary(one) for one in audiences}
        self._patterns = list({(one.timezone, one.remind_at, one.leads): one for one in audiences}.values())
        self._adverts: dict[int, tuple[Advert, bool]] = {}  # as last seen, and whether the file is still there
        self._unseen: dict[int, Advert | None] = {}
        self._instants: dict[int, tuple[Advert, list[datetime]]] = {}
        self._is_up = True
        self._away: set[str] = set()
        self._now = start

    def change(self, now: datetime, changes: dict[int, Advert | None]) -> None:
        self.advance(now)
        self._unseen |= changes
        if self._is_up:
            self._look(now, self._see())

    def bot(self, now: datetime, *, is_up: bool) -> None:
        """The bot goes down, or comes back."""
        self.advance(now)
        self._is_up = is_up
        if is_up:
            self._look(now, self._see())

    def platform(self, now: datetime, name: str, *, is_up: bool) -> None:
        self.advance(now)
        (self._away.discard if is_up else self._away.add)(name)
        self._look(now, set())

    def order(self, now: datetime, name: str, what: str, changed: Audience | None) -> None:
        """Somebody who follows wants to hear otherwise, nothing more, or to be forgotten."""
        self.advance(now)
        secretary = self.secretaries[name]
        if what == "forget":
            del self.secretaries[name]
        elif what == "unfollow":
            secretary.is_silent = True
        elif changed:
            secretary.audience = changed
            self._patterns.append(changed)
            self._instants.clear()
            secretary.todo |= self._adverts.keys()
            self._look(now, set())

    def advance(self, now: datetime) -> None:
        """Goes through all that falls due until now."""
        due: dict[datetime, set[int]] = defaultdict(set)
        for uid, (advert, is_there) in self._adverts.items():
            if is_there:
                instants = self._instants_of(advert)
                first = bisect_right(instants, self._now)
                for at in instants[first : bisect_right(instants, now)]:
                    due[at].add(uid)
        for at in sorted(due):
            self._look(at, due[at])
        self._now = now

    def _instants_of(self, advert: Advert) -> list[datetime]:
        known = self._instants.get(advert.uid)
        if known is None or known[0] != advert:
            found = {announced_at(advert, one) for one in self._patterns} - {None}
            found |= {at for one in self._patterns for at, _ in reminders(advert, one)}
            if advert.deadline:
                found.add(advert.deadline.at + INSTANT)
            known = self._instants[advert.uid] = advert, sorted(found)
        return known[1]

    def _see(self) -> set[int]:
        for uid, advert in self._unseen.items():
            if advert is not None:
                self._adverts[uid] = advert, True
            elif uid in self._adverts:
                self._adverts[uid] = self._adverts[uid][0], False
        seen = self._unseen.keys() & self._adverts.keys()
        self._unseen = {}
        return seen

    def _look(self, now: datetime, uids: set[int]) -> None:
        for secretary in self.secretaries.values():
            secretary.todo |= uids
            if self._is_up and secretary.audience.platform not in self._away and secretary.todo:
                touched = set(secretary.todo)
                secretary.look(self._adverts, now)
                if secretary.audience.can_edit:
                    secretary.render_all(touched, self._adverts, now)


__all__ = ["Oracle", "Said", "Secretary", "replace"]
