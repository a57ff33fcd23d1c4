"""Compares the pages of all channels with the oracle's at the end of a day, and tells the story of a difference.

It hears of everything in order and answers only when asked, so it may live in a process of its own: then the bot's
memory is not mixed up with that of the pages.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from tests.soak.adverts import Advert, Audience
from tests.soak.oracle import SECTIONS, Oracle, Said

_TOLD_IN_FULL = 3
_CHAPTERS = 24


@dataclass(eq=False)
class Post:
    """A message on a page. `is_known`: the bot has written down that it arrived; `is_lost`: it cannot know."""

    reference: str
    answers: str | None
    content: tuple
    sent_at: datetime
    is_known: bool = False
    is_lost: bool = False
    said: Said | None = None
    edits: list[datetime] = field(default_factory=list)


class Judge:
    def __init__(self, audiences: list[Audience], start: datetime) -> None:
        self._oracle = Oracle(audiences, start)
        self._pages: dict[str, dict[str, Post]] = {one.name: {} for one in audiences}
        self._paired: dict[str, int] = defaultdict(int)
        self._fresh: dict[str, list[Post]] = defaultdict(list)
        self._touched: set[tuple[str, str]] = set()
        self._history: dict[int, list[str]] = defaultdict(list)
        self._happened: list[str] = []
        self._wrong: list[str] = []
        self.counts: Counter[str] = Counter()

    # --- What happens in the world

    def change(self, now: datetime, what: str, changes: dict[int, Advert | None]) -> None:
        for uid, advert in changes.items():
            self._history[uid].append(f"{now:%m-%d %H:%M:%S} {what}: {_brief(advert)}")
        self._oracle.change(now, changes)

    def bot(self, now: datetime, *, is_up: bool) -> None:
        self._happened.append(f"{now:%m-%d %H:%M:%S} the bot is {'up' if is_up else 'down'}")
        self._oracle.bot(now, is_up=is_up)

    def platform(self, now: datetime, name: str, *, is_up: bool) -> None:
        self._happened.append(f"{now:%m-%d %H:%M:%S} {name} is {'up' if is_up else 'down'}")
        self._oracle.platform(now, name, is_up=is_up)

    def order(self, now: datetime, name: str, what: str, changed: Audience | None) -> None:
        """Somebody who follows wants to hear otherwise (`settings`), nothing more, or to be forgotten."""
        self._happened.append(f"{now:%m-%d %H:%M:%S} {name}: {what}")
        self._wrong += self._pair(name, self._oracle.secretaries[name]) if what == "forget" else []
        self._oracle.order(now, name, what, changed)

    def happened(self, now: datetime, what: str, uid: int | None = None) -> None:
        if uid:
            self._history[uid].append(f"{now:%m-%d %H:%M:%S} {what}")
            return
        self._happened.append(f"{now:%m-%d %H:%M:%S.%f} {what}")

    # --- What the platform sees

    def sent(self, now: datetime, channel: str, reference: str, reply_to: str | None, content: tuple) -> None:
        post = Post(reference, reply_to, content, now)
        self._pages[channel][reference] = post
        self._fresh[channel].append(post)

    def edited(self, now: datetime, channel: str, reference: str, content: tuple) -> None:
        post = self._pages[channel].get(reference)
        if post is None:
            self._wrong.append(f"{channel}: an edit of {reference}, which is not there")
            return
        self.counts["edits that changed nothing"] += content == post.content
        post.content = content
        post.edits.append(now)
        self._touched.add((channel, reference))

    def known(self, channel: str, reference: str) -> None:
        """The ledger has it that this message arrived."""
        if reference in self._pages[channel]:
            self._pages[channel][reference].is_known = True

    def lost(self, channel: str, reference: str) -> None:
        """Nobody told the bot that it arrived."""
        self._pages[channel][reference].is_lost = True

    def wrong(self, what: str) -> None:
        self._wrong.append(what)

    # --- The judgement

    def judge(self, now: datetime, *, is_calm: bool = True) -> list[str]:
        """Everything that is not as it must be, each with its story."""
        self._oracle.advance(now)
        found, self._wrong = self._wrong, []
        for name, secretary in self._oracle.secretaries.items():
            found += self._pair(name, secretary)
            stale = secretary.stale | {
                said for channel, ref in self._touched if channel == name and (said := self._pages[name][ref].said)
            }
            by_said = {post.said: post for post in self._pages[name].values() if post.said in stale}
            for said in sorted(stale, key=secretary.messages.index) if stale else ():
                post = by_said.get(said)
                if post and (why := _differs(said, post, self._pages[name])):
                    found.append(self._story(name, said, post, why))
            secretary.stale.clear()
        forgotten = self._pages.keys() - self._oracle.secretaries.keys()
        found += [
            f"{name}: is told something after it was forgotten" for name in forgotten if self._fresh.pop(name, ())
        ]
        self._touched.clear()
        self.counts["differences"] += len(found)
        self.counts["messages"] = sum(len(page) for page in self._pages.values())
        return found

    def _pair(self, name: str, secretary) -> list[str]:
        """Takes what is new on the page for what ought to be new there, in its order."""
        found = []
        kept = []
        for post in self._fresh[name]:
            if post.is_known:
                kept.append(post)
            elif not post.is_lost or secretary.audience.platform == "slack":
                found.append(self._story(name, None, post, "is on the page, and the ledger does not know it"))
            else:
                self.counts["doubles"] += 1
        expected = secretary.messages[self._paired[name] :]
        self._paired[name] = len(secretary.messages)
        self._fresh[name] = []
        place = 0
        for _, group in groupby(expected, key=lambda said: said.group):
            some = list(group)
            posts = kept[place : place + len(some)]
            place += len(some)
            if any(not _is_of(post, said) for said, post in zip(some, posts, strict=False)):
                self.counts["groups in another order"] += 1
                some, posts = _matched(some, posts)
            for said, post in zip(some, posts, strict=False):
                post.said = said
                secretary.stale.add(said)
            found += [self._story(name, said, None, "is missing") for said in some[len(posts) :]]
        found += [self._story(name, None, post, "ought not to be there") for post in kept[place:]]
        return found

    def _story(self, name: str, said: Said | None, post: Post | None, why: str) -> str:
        if len(self._wrong) > _TOLD_IN_FULL:
            return f"{name}: {why}"
        lines = [f"--- {name}: {why}"]
        uids = {notice.uid for notice in said.notices} if said else {_uid(one) for one in post.content[2]}
        if said:
            lines.append(f"  expected: group {said.group}, {[n.kind for n in said.notices][:3]}")
            lines += [f"    {facts}" for facts in said.facts[:6]]
        if post:
            lines.append(f"  found: {post.reference} of {post.sent_at:%m-%d %H:%M:%S}, answers {post.answers}")
            lines += [f"    {facts}" for facts in post.content[2][:6]]
            lines.append(f"    edited {[f'{at:%m-%d %H:%M:%S}' for at in post.edits[-6:]]}")
        if said and len(said.notices) > 1 and post:
            pairs = {one["title"]: one for one in said.facts}
            uids = {_uid(one) for one in post.content[2] if pairs.get(one["title"]) != one} or uids
        for uid in sorted(uids)[:3]:
            lines.append(f"  the life of {uid}:")
            lines += [f"    {chapter}" for chapter in self._history[uid][-_CHAPTERS:]]
            page = [one for one in self._pages[name].values() if uid in {_uid(item) for item in one.content[2]}]
            lines += [
                f"    page {one.sent_at:%m-%d %H:%M:%S} {one.reference} known={one.is_known}"
                f" {[(i['kind'], i['status'], i['until'], i['was']) for i in one.content[2] if _uid(i) == uid]}"
                for one in page
            ]
        lines += ["  what happened last:", *(f"    {one}" for one in self._happened[-_CHAPTERS // 2 :])]
        return "\n".join(lines)


def _uid(facts: dict) -> int:
    return int(re.search(r"(\d+)\.", facts["title"])[1])


def _brief(advert: Advert | None) -> str:
    if advert is None:
        return "gone"
    until = f"{advert.deadline.local:%Y-%m-%d %H:%M} {advert.deadline.zone}" if advert.deadline else "-"
    return (
        f"{advert.id} {advert.title} {advert.role} {advert.status} {advert.kind} {until} posted={advert.posted} "
        f"pay={advert.pay} {advert.place} {advert.aliases}"
    )


def _is_of(post: Post, said: Said) -> bool:
    """Whether a message is about the postings that it must be about; a digest names the first of them."""
    return {_uid(one) for one in post.content[2]} <= {notice.uid for notice in said.notices}


def _matched(some: list[Said], posts: list[Post]) -> tuple[list[Said], list[Post]]:
    """Those of one instant may come in another order where a fault held one of them up. The rest at the end."""
    pairs, left = [], list(posts)
    for said in some:
        for post in left:
            if _is_of(post, said):
                pairs.append((said, post))
                left.remove(post)
                break
    matched = {id(said) for said, _ in pairs}
    rest = [said for said in some if id(said) not in matched]
    return [said for said, _ in pairs] + rest, [post for _, post in pairs] + left


def _differs(said: Said, post: Post, page: dict[str, Post]) -> str | None:
    total, more, items = post.content
    if said.answers:
        answered = page.get(post.answers)
        if answered is None or answered.said is not said.answers:
            return "answers another message"
    elif post.answers:
        return "answers a message"
    if total is None:
        return None if items == said.facts else "does not say what it must"
    if total != len(said.notices) or more + len(items) != total or len(items) < min(total, 8):
        return "does not count right"
    shown = said.facts[: len(items)]
    ordered = [one for section in SECTIONS for one in shown if one["kind"] == section]
    return None if ordered == items else "does not list what it must"
