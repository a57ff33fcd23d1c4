"""One channel, its ledger and what stands in it, in memory: as delivery and the ledger do it, without either."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.audiences.audience import Audience
from bot.audiences.dispatch import Act, Dispatch
from bot.domain.notice import Entry, Kind, Notice, Record, State, withdrawal_key
from bot.domain.posting import Posting, Status
from bot.domain.version import Standing, standing_of
from bot.planning.correcting import corrections, together
from bot.planning.story import Subject
from bot.planning.wanted import bundles, outstanding, wanted
from bot.store.grouping import rows_of
from bot.wording.catalogue import wording
from tests.domain.build import channel, instant, posting

STANDS_IN = {Kind.ANNOUNCEMENT, Kind.DEADLINE_MOVED, Kind.REOPENED}
EN = wording("en")


@dataclass
class Chat:
    """`registry` is what the files say, `kept` what the ledger remembers of them; `page` is what stands in the channel,
    by reference, as notices, and `said` a line for all that was done.
    """

    channel: Audience = field(default_factory=channel)
    now: datetime = field(default_factory=lambda: instant("2027-05-01 12:00"))
    can_edit: bool = True
    lets_in: bool = False  # whether what it did not let the bot change is tried once more
    registry: dict[str, Posting] = field(default_factory=dict)
    kept: dict[str, Posting] = field(default_factory=dict)
    ledger: dict[str, Record] = field(default_factory=dict)
    page: dict[str, tuple[Notice, ...]] = field(default_factory=dict)
    texts: dict[str, object] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    closings: dict[str, datetime | None] = field(default_factory=dict)  # of what comes from a source

    # --- What happens in the folder

    def has(self, *postings):
        for one in postings:
            self.registry[one.id] = one
            self._keep(one)

    def has_changed(self, name="owl", **changes):
        """The posting's file says something else by now; `deadline` may be text."""
        before = self.registry[name]
        if "deadline" in changes and changes["deadline"] is None:
            changes.setdefault("deadline_kind", "rolling")
        given = {key: changes.pop(key) for key in ("deadline", "deadline_kind") if key in changes}
        built = posting(name, **({"deadline": before.deadline, "deadline_kind": before.deadline_kind} | given))
        self.has(replace(before, deadline=built.deadline, deadline_kind=built.deadline_kind, **changes))

    def source_closes(self, name="owl"):
        self.has_changed(name, status=Status.CLOSED)
        self.closings[name] = self.now

    def source_opens(self, name="owl"):
        self.has_changed(name, status=Status.OPEN)
        self.closings[name] = None

    def is_gone(self, name="owl"):
        return self.registry.pop(name)

    def is_called(self, name, before="owl"):
        """The file has another name, and the former one is among its aliases."""
        one = self.registry.pop(before)
        self.has(replace(one, id=name, aliases=(*one.aliases, before)))

    def _keep(self, one):
        if any(record.posting in {one.id, *one.aliases} for record in self.ledger.values()):
            self.kept[one.id] = one

    def passes(self, **span):
        self.now += timedelta(**span)

    # --- What an admin asks for

    def asks(self, kind, name="owl"):
        """As `Ledger.ask` does it."""
        key = withdrawal_key(self.channel.name, name)
        if kind is Kind.ANNOUNCEMENT:
            self.ledger.pop(key, None)
            like = f"{self.channel.name}/{name}/announcement/"
            key = f"{like}{2 + sum(one.startswith(like) for one in self.ledger)}"
        self.ledger.setdefault(
            key,
            Record(
                key=key,
                delivery=key,
                channel=self.channel.name,
                platform=self.channel.destination.platform,
                posting=name,
                kind=str(kind),
                lead=None,
                state=State.DUE_AGAIN,
                at=self.now,
                attempts=0,
                original=key,
            ),
        )
        return key

    # --- What the bot finds

    def subjects(self):
        """Every posting by every id that it goes by."""
        found = {}
        for one in self.kept.values():
            found |= dict.fromkeys((one.id, *one.aliases), Subject(one, Standing.GONE))
        for one in self.registry.values():
            subject = Subject(one, standing_of(one, self.now))
            if one.id in self.closings:
                subject = replace(subject, is_followed=True, closed_at=self.closings[one.id])
            found |= dict.fromkeys((one.id, *one.aliases), subject)
        return found

    def look(self, name="owl", *, slight=True):
        """What `corrections` finds for a posting."""
        subjects = self.subjects()
        story = list(self.ledger.values())
        return corrections(
            subjects[name],
            self.channel,
            story,
            subjects,
            self.now,
            can_edit=self.can_edit,
            slight=slight,
            is_let_in=self.lets_in,
        )

    def due(self, name="owl"):
        """What planning finds for a posting: an announcement or a reminder."""
        one = self.registry.get(name)
        occasions = wanted(one, self.channel.schedule, self.now) if one else []
        if not occasions:
            return None
        told = [
            record.at
            for record in self.ledger.values()
            if record.posting in {one.id, *one.aliases} and record.kind in STANDS_IN and record.state.is_settled
        ]
        entries = {key: Entry(found.state, found.at, found.due_again_at) for key, found in self.ledger.items()}
        notices = [Notice(occasion, self.channel.name) for occasion in occasions]
        notice, entry = outstanding(notices, entries, max(told, default=None))
        return None if entry and entry.waits(self.now) else notice

    # --- What the platform and the ledger do

    def begin(self, dispatch):
        """Puts it on the wire; None when a key of it is taken."""
        rows = [{**row, "state": State(row["state"])} for row in rows_of(dispatch, self.now)]
        known = [self.ledger.get(row["key"]) for row in rows]
        if any(one and one.state is not State.DUE_AGAIN for one in known):
            return False
        for row, before in zip(rows, known, strict=True):
            renewed = {"attempts": before.attempts + 1, "reference": before.reference} if before else {}
            self.ledger[row["key"]] = Record(**{**row, **renewed})
        for notice in filter(lambda notice: notice.occasion.tells_of_posting, dispatch.notices):
            self.kept.setdefault(notice.occasion.posting.id, notice.occasion.posting)
        return True

    def end(self, delivery, state, **more):
        for key, one in self.ledger.items():
            if one.delivery == delivery and one.state in {State.ON_THE_WIRE, State.IN_DOUBT}:
                given = {"reference": None, "reason": None, "due_again_at": None, **more}
                self.ledger[key] = replace(one, state=state, at=self.now, **given)

    def act(self, dispatch):
        """What the platform does when all goes well; gives the reference."""
        match dispatch.act:
            case Act.SEND:
                reference = str(len(self.texts) + 1)
                self.said.append(self._in_short(dispatch))
            case Act.DELETE:
                del self.page[dispatch.reference]
                self.said.append(f"delete {dispatch.reference}")
                return dispatch.reference
            case Act.EDIT:
                reference = dispatch.reference
                assert reference in self.page
                self.said.append(f"edit {reference}")
        self.page[reference] = dispatch.shown
        self.texts[reference] = EN.notice(dispatch.shown, dispatch.said_at or self.now, dispatch.audience)
        return reference

    def _in_short(self, dispatch):
        kinds = ", ".join(dict.fromkeys(str(one.occasion.kind) for one in dispatch.notices))
        many = f"{len(dispatch.notices)} × " if len(dispatch.notices) > 1 else ""
        return f"{many}{kinds}" + (f" on {dispatch.reference}" if dispatch.reference else "")

    def send(self, dispatch, state=State.DELIVERED, **more):
        """A delivery as it goes well, or ends in another state."""
        assert self.begin(dispatch), "this notice was sent before"
        if state is State.DELIVERED:
            more.setdefault("reference", self.act(dispatch))
        self.passes(seconds=1)
        self.end(dispatch.key, state, **more)

    def announces(self, *names, digest=False):
        """Sends the announcements of these: each on its own, or all as a digest."""
        notices = [self.due(name) for name in names or ["owl"]]
        for dispatch in [Dispatch(self.channel, tuple(notices))] if digest else bundles(self.channel, notices):
            self.send(dispatch)
        self.said.clear()

    def reminds(self, name="owl"):
        notice = self.due(name)
        assert notice.occasion.kind is Kind.REMINDER
        self.send(Dispatch(self.channel, (notice,)))
        self.said.clear()

    def settles(self, *names):
        """Does what is found until nothing more is; gives what was done, in short."""
        self.said.clear()
        names = names or ("owl",)
        for _ in range(20):
            found = [self.look(name) for name in names]
            for one in found:
                for key in one.done:
                    self.ledger[key] = replace(self.ledger[key], state=State.DELIVERED)
                for key in one.undone:
                    del self.ledger[key]
            news = [
                Dispatch(self.channel, (one.news,), reference=one.answers)
                for one in found
                if one.news and not one.news_at
            ]
            edits = together(edit for one in found for edit in one.edits)
            if not news and not edits:
                return list(self.said)
            for dispatch in (*news, *edits):
                self.send(dispatch)
        raise AssertionError(f"it never ends: {self.said[-6:]}")

    def lines(self, reference="1"):
        return [line.text for line in self.texts[reference].lines]

    def struck(self, reference="1"):
        """What is struck through in a message."""
        return [span.text for line in self.texts[reference].lines for span in line.spans if span.strike]

    def buttons(self, reference="1"):
        return [button.label for row in self.texts[reference].buttons for button in row]
