"""What is to be said to persons: `due = wanted − settled`, for whoever of them can be reached."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.audiences.audience import Audience
from bot.audiences.dispatch import Dispatch
from bot.domain.notice import Entry, Kind, Notice, Occasion, State
from bot.planning.wanted import DIGEST_ABOVE, urgency


@dataclass(frozen=True, slots=True)
class Errand:
    """An occasion and who hears of it: each of these people by the first of their audiences that lets the bot in; the
    `others` where not one of them can be reached.
    """

    occasion: Occasion
    people: Sequence[Sequence[Audience]] = ()
    others: Sequence[Audience] = ()

    @property
    def notices(self) -> Iterator[tuple[Audience, Notice]]:
        """Whoever may hear of it."""
        for audience in (audience for audiences in self.people for audience in audiences):
            yield audience, Notice(self.occasion, audience.name)
        yield from ((audience, self._to_other(audience)) for audience in self.others)

    @property
    def keys(self) -> Iterator[str]:
        """All that the ledger may know of it."""
        return (key for _, notice in self.notices for key in notice.keys)

    def outstanding(self, ledger: Mapping[str, Entry]) -> list[tuple[Audience, Notice, Entry | None]]:
        """What is not settled, with what the ledger says of it."""
        open_: list[tuple[Audience, Notice, Entry | None]] = []
        is_reached = False
        for audiences in self.people:
            for audience in audiences:
                notice = Notice(self.occasion, audience.name)
                entry = _known(notice, ledger)
                if entry is None or not entry.state.is_settled:
                    open_.append((audience, notice, entry))
                    break
                if entry.state is State.DELIVERED:
                    is_reached = True
                    break
        if open_ or is_reached:
            return open_
        notices = ((audience, self._to_other(audience)) for audience in self.others)
        known = [(audience, notice, _known(notice, ledger)) for audience, notice in notices]
        return [row for row in known if row[2] is None or not row[2].state.is_settled]

    def is_heard(self, ledger: Mapping[str, Entry]) -> bool:
        """Whether it has arrived somewhere."""
        return any(key in ledger and ledger[key].state is State.DELIVERED for key in self.keys)

    def _to_other(self, audience: Audience) -> Notice:
        return Notice(replace(self.occasion, in_place=True), audience.name)


def _known(notice: Notice, ledger: Mapping[str, Entry]) -> Entry | None:
    known = [ledger[key] for key in notice.keys if key in ledger]
    return next((entry for entry in known if entry.state.is_settled), known[0] if known else None)


def letters(audience: Audience, notices: Iterable[Notice]) -> list[Dispatch]:
    """Notices to one person, or to the reviewers, as messages: what asks whether postings still hold together when
    there is much of it, and links that are gone; the drafts of a source always, everything else each on its own.
    """
    asking: list[Notice] = []
    dead: list[Notice] = []
    imported: dict[str, list[Notice]] = defaultdict(list)
    others: list[Notice] = []
    for notice in sorted(notices, key=urgency):
        occasion = notice.occasion
        source = occasion.draft.source if occasion.draft and occasion.kind is Kind.DRAFT else None
        asks = occasion.kind in {Kind.NUDGE, Kind.CONFIRMATION}
        is_dead = occasion.kind is Kind.DEAD_LINK
        (dead if is_dead else asking if asks else imported[source] if source else others).append(notice)
    for some in (asking, dead):
        if len(some) <= DIGEST_ABOVE:
            others += some
            some.clear()
    together = (tuple(some) for some in (*imported.values(), asking, dead) if some)
    return [*(Dispatch(audience, (notice,)) for notice in others), *(Dispatch(audience, some) for some in together)]
