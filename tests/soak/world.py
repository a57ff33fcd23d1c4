"""Postings that change at random, as files in a folder. Whatever changes at one instant leaves one right page: what
must not meet does not.
"""

import random
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

from tests.soak.adverts import PLACES, ROLES, Advert, Deadline

SLOTS = ("01:20", "03:30", "05:40", "07:30", "14:10", "17:25", "19:10", "21:25")
"""Times of day (UTC) at which files change: long before and after every other instant."""
CLOCKS = (("23:59:59", "Europe/Berlin"), ("23:59:59", "AoE"), ("23:59:59", "America/New_York"))
ODD_CLOCKS = (("12:20:00", "Europe/Berlin"), ("17:35:00", "Asia/Tokyo"))
FEW = 5
"""So many changes at once at most, unless all are of one kind: more notices than these are a digest."""


class World:
    def __init__(self, seed, folder, count):
        self.random = random.Random(seed)
        self.folder = folder
        self.count = count
        self.adverts: dict[int, Advert] = {}  # whose files are there
        self.gone: dict[int, tuple[Advert, datetime]] = {}
        self.since: dict[int, datetime] = {}
        self.versions = 0
        self.broken: set[int] = set()
        self.renamed: set[int] = set()  # not to be changed before the bot has seen it
        self.was_draft: set[int] = set()
        self.rematched: set[int] = set()  # whose role or place has changed: new to some channels
        self.touched: list[Path] = []
        self.told = lambda uid, what: None  # what happens to a file and changes nothing
        self._next = 1
        self.changes = 0
        self._now: datetime | None = None

    # --- Batches: each gives a word for it and what is different now, by uid

    def first(self, now):
        self._now = now
        return "first", self._write(self._new(self.count))

    def batch(self, now, *, bot_is_up):
        """Something happens to some postings. The changes, and the paths that were touched."""
        self._now = now
        chance = self.random.random()
        missing = self.count - len(self.adverts)
        if missing > 8 or (chance < 0.1 and missing > 0):
            return "call", self._write(self._new(self.random.randint(6, 14)))
        if chance < 0.22:
            return "mass", self._mass()
        if chance < 0.3 and bot_is_up:
            return "burst", self._pick(2, self._is_told)
        return "few", self._few(bot_is_up=bot_is_up)

    def _new(self, number):
        found = {}
        for _ in range(number):
            uid, self._next = self._next, self._next + 1
            advert = Advert(
                uid=uid,
                id=f"p{uid}",
                role=self.random.choice(ROLES),
                place=self.random.choice(PLACES),
                pay=self.random.randint(1, 99),
                summary=self._maybe(0.5),
                apply=self._maybe(0.5),
                status="draft" if self.random.random() < 0.05 else "open",
                ending=self.random.choice([".yaml", ".yaml", ".md"]),
            )
            chance = self.random.random()
            if chance > 0.1:
                kind = "review-begins" if chance > 0.9 else "rolling" if chance > 0.87 else "fixed"
                advert = replace(advert, kind=kind, deadline=self._deadline(3, 70))
            if self.random.random() < 0.12:
                opens = (self._now + timedelta(days=self.random.randint(1, 9))).date()
                if advert.deadline:  # what opens after its deadline is no posting
                    opens = min(opens, advert.deadline.local.date())
                advert = replace(advert, posted=f"{opens:%Y-%m-%d}")
            found[uid] = advert
            self.since[uid] = self._now
        return found

    def _maybe(self, chance):
        return self.random.randint(1, 99) if self.random.random() < chance else None

    def _deadline(self, least, most):
        clock, zone = self.random.choice(CLOCKS if self.random.random() < 0.7 else ODD_CLOCKS)
        day = (self._now + timedelta(days=self.random.randint(least, most))).date()
        return Deadline(datetime.combine(day, time.fromisoformat(clock)), zone)

    def _pick(self, most, fits):
        fitting = [uid for uid, advert in self.adverts.items() if uid not in self._held() and fits(advert)]
        return self.random.sample(fitting, min(len(fitting), most))

    def _held(self):
        return self.broken | self.renamed

    def _is_told(self, advert):
        """Surely announced somewhere some days ago, and open ever since or not."""
        is_old = self._now - self.since[advert.uid] > timedelta(days=4)
        return is_old and advert.status == "open" and not advert.posted and advert.uid not in self.was_draft

    def _mass(self):
        picked = self._pick(
            self.random.randint(6, 12),
            lambda one: self._is_told(one) and one.kind == "fixed" and one.uid not in self.rematched,
        )
        does = self.random.choice([self._later, self._later, lambda one: replace(one, status="filled")])
        return self._write({uid: does(self.adverts[uid]) for uid in picked})

    def _few(self, *, bot_is_up):
        found = {}
        for _ in range(self.random.randint(1, FEW)):
            uid, advert = self._one(bot_is_up=bot_is_up)
            if uid and uid not in found:
                found[uid] = advert
        written = self._write(found)
        old = [one.uid for one in self._ended() if one.uid not in found and one.uid not in self._held()]
        if len(old) > self.count // 20:  # nobody hears of these but the messages that stand
            written |= self._write(dict.fromkeys(self.random.sample(old, min(8, len(old)))))
        return written

    def _ended(self):
        ago = self._now.replace(tzinfo=None) - timedelta(days=9)
        return [one for one in self.adverts.values() if one.deadline and one.deadline.local < ago]

    def _one(self, *, bot_is_up):
        """One change of one posting: its uid, and what it is by then (None: its file is deleted)."""
        chance = self.random.random()
        if chance < 0.06:
            (uid, advert), *_ = [*self._new(1).items()]
            return uid, advert
        if chance < 0.12 and self.gone:
            uid = self.random.choice(list(self.gone))
            advert, since = self.gone[uid]
            away = self._now - since
            if away < timedelta(days=20) and away != timedelta(days=1):  # on the dot: nobody can say which it is
                return uid, self.random.choice([advert, advert, replace(advert, pay=advert.pay + 1)])
            return None, None
        if chance < 0.16 and self.broken:
            uid = self.random.choice(sorted(self.broken))
            return uid, self._slight(self.adverts[uid])
        if chance < 0.2 and bot_is_up:  # who is down has not seen its last good version
            for uid in self._pick(1, self._is_told):
                self._break(uid)
            return None, None
        picked = self._pick(1, lambda one: True)
        if not picked:
            return None, None
        advert = self.adverts[picked[0]]
        return picked[0], self._changed(advert, bot_is_up=bot_is_up)

    def _changed(self, advert, *, bot_is_up):
        does = self.random.choices(
            [self._later, self._earlier, self._status, self._slight, self._renamed, self._gone, self._same, self._kind,
             self._role, self._past],
            [20, 10, 24, 20, 6, 5, 3, 4, 3, 2],
        )[0]  # fmt: skip
        return does(advert)

    # --- Changes of one posting

    def _later(self, advert):
        if not advert.deadline:
            return replace(advert, deadline=self._deadline(5, 60), kind="fixed")
        base = max(advert.deadline.local, self._now.replace(tzinfo=None))
        day = base.date() + timedelta(days=self.random.randint(2, 21))
        return self._to(advert, day)

    def _earlier(self, advert):
        if not advert.deadline:
            return self._slight(advert)
        ahead = (advert.deadline.local.date() - self._now.date()).days
        if ahead < 4:
            return self._later(advert)
        return self._to(advert, self._now.date() + timedelta(days=self.random.randint(2, ahead - 1)))

    def _past(self, advert):
        if advert.kind != "fixed":
            return self._slight(advert)
        return self._to(advert, self._now.date() - timedelta(days=2))

    def _to(self, advert, day):
        at = advert.deadline
        zone = at.zone
        clock = at.local.time()
        if self.random.random() < 0.1 and clock.hour == 23:
            zone = self.random.choice(CLOCKS)[1]
        return replace(advert, deadline=Deadline(datetime.combine(day, clock), zone))

    def _status(self, advert):
        if advert.status == "open":
            return replace(advert, status=self.random.choice("filled filled closed withdrawn draft".split()))
        if self.random.random() < 0.6:
            return replace(advert, status="open")
        return replace(advert, status=self.random.choice("filled closed withdrawn".split()))

    def _slight(self, advert):
        which = self.random.choice(["title", "pay", "summary", "apply", "place"])
        if which == "title":
            return replace(advert, version=advert.version + 1)
        if which == "place":
            return replace(advert, place=self.random.choice(PLACES))
        return replace(advert, **{which: self.random.randint(1, 99)})

    def _renamed(self, advert):
        """Its file has another name; with its former one among the aliases, more may change with it."""
        stem, _, number = advert.id.partition("-r")
        name = f"{stem}-r{int(number or 0) + 1}"
        self.renamed.add(advert.uid)
        if self.random.random() < 0.4 or advert.aliases:
            aliases = (*advert.aliases, advert.id)
            return self._slight(replace(advert, id=name, aliases=aliases))
        return replace(advert, id=name)

    def _gone(self, advert):
        return None

    def _same(self, advert):
        return advert

    def _kind(self, advert):
        is_ahead = advert.deadline and (advert.deadline.local.date() - self._now.date()).days > 2
        if not is_ahead:
            return self._slight(advert)
        return replace(advert, kind=self.random.choice(["fixed", "review-begins", "rolling"]))

    def _role(self, advert):
        return replace(advert, role=self.random.choice(ROLES))

    # --- Files

    def intermediate(self, uid):
        """Another version of a posting, that lasts for less than two seconds: it is never the last one again."""
        self.versions += 1
        advert = self._later(self.adverts[uid])
        return self._put(replace(advert, pay=advert.pay + self.versions))

    def settle_burst(self, uids):
        return self._write({uid: self._later(self.adverts[uid]) for uid in uids})

    def seen(self):
        """The bot has read all that there is."""
        self.renamed.clear()

    def _break(self, uid):
        advert = self.adverts[uid]
        (self.folder / advert.file).write_text("title: [\n")
        self.broken.add(uid)
        self.touched.append(self.folder / advert.file)
        self.told(uid, "broken")

    def _write(self, found):
        for uid, advert in found.items():
            self.changes += 1
            before = self.adverts.get(uid)
            known = before or (self.gone[uid][0] if uid in self.gone else advert)
            self.broken.discard(uid)
            if advert is None:
                self.gone[uid] = self.adverts.pop(uid), self._now
                self._remove(before)
                continue
            if (known.role, known.place) != (advert.role, advert.place):
                self.rematched.add(uid)
            if advert.status == "draft":
                self.was_draft.add(uid)
            if before and before.id != advert.id:
                self._remove(before)
            self.gone.pop(uid, None)
            self.adverts[uid] = advert
            self._put(advert)
        return found

    def _put(self, advert):
        path = self.folder / advert.file
        path.write_text(advert.text())
        self.touched.append(path)
        return advert

    def _remove(self, advert):
        path = self.folder / advert.file
        path.unlink()
        self.touched.append(path)

    def take_touched(self):
        found, self.touched = self.touched, []
        return set(found)
