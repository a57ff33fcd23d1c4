"""What a source has, taken in: new postings and changes through drafts like all others, each with what is remembered
of the source in one transaction. So a kill between any two steps loses nothing, and nothing is done twice.
"""

import asyncio
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.draft import Action, Contributor, Draft, DraftState, from_source
from bot.domain.posting import Status
from bot.engine.board import Callboard
from bot.schema import InvalidError, Value
from bot.sources.base import Reading, SourceError
from bot.sources.fetching import Conditions
from bot.sources.files.naming import new_id
from bot.sources.files.values import Fields, FieldsError, merged
from bot.sources.following import ItemStep, Known, follow
from bot.sources.identity import Candidate
from bot.sources.importing import ImportAction
from bot.sources.items import SourceItem, readable, traces
from bot.sources.settings import SourceSettings
from bot.store.sources import OvertakenError, SourceState, SourceStore
from bot.submissions.carrying import SubmissionError
from bot.submissions.changing import fields_of
from bot.submissions.source_states import after, digest, failed, settings_digest
from bot.submissions.submissions import DecidedError, NotYetError, Submissions

_log = logging.getLogger("callboard")

_NO_LONGER = "The source has changed its mind."
_FLAPS = "it comes and goes: the reviewers were asked twice within a day, and are again when it has stayed so"
_A_DAY = timedelta(days=1)
_OFTEN = 2  # times within a day that the reviewers are asked of one position for nothing
_SAYS_MORE = "The source says something else by now; there is another draft."
_FAULTS = (SubmissionError, FieldsError, InvalidError, LookupError)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a position: the step, and the id of its posting, if it has one, or gets one."""

    step: ItemStep
    posting: str | None


class SourceFollower:
    """Takes in what sources have. Methods raise `LedgerError` when the database cannot be used."""

    def __init__(self, board: Callboard, store: SourceStore, submissions: Submissions) -> None:
        self._board, self.store, self._submissions = board, store, submissions

    async def plan(
        self, source: SourceSettings, reading: Reading, now: datetime, *, everything: bool = False
    ) -> list[Result]:
        """The steps that would follow from a reading. Nothing is changed."""
        items = await self._settled(await self.store.items(source.name))
        steps = await self._steps(source, reading, items, now, everything=everything)
        return await self._named([Result(step, step.item.posting) for step in steps])

    async def take_in(
        self, source: SourceSettings, reading: Reading, now: datetime, *, everything: bool = False
    ) -> list[Result]:
        """Takes the steps that follow from a reading, and gives what became of each."""
        before = await self.store.items(source.name)
        items = await self._settled(before)
        steps = await self._steps(source, reading, items, now, everything=everything)
        known = {item.key: item for item in before}
        results, only_seen = [], []
        for step in steps:
            was = known.get(step.item.key)
            if not (step.creates or step.changes or step.asks or step.withdraws or _may_revert(step, was)):
                if was is None or _is_otherwise(step.item, was):
                    only_seen.append(step.item)
                results.append(Result(step, step.item.posting))
                continue
            if was is not None and await self._comes_and_goes(step, now):
                only_seen.append(replace(was, held=_FLAPS))
                results.append(Result(replace(step, action=ImportAction.HELD, why=_FLAPS), step.item.posting))
                continue
            results.append(await self._carry_out(step, was))
        await self.store.put(only_seen)
        last = await self.store.state(source.name)
        state = await asyncio.to_thread(after, source, reading, last, self._board.clock())
        await self.store.put_state(replace(state, digest=None) if everything else state)
        return await self._named(results)

    async def _comes_and_goes(self, step: ItemStep, now: datetime) -> bool:
        """Whether the reviewers were asked of this so often within a day, each time for nothing, that they are asked no
        more: of a position that is new, gone and back again, or of one that is to be closed.
        """
        closes = step.changes.get("status") == Status.CLOSED.value
        if not step.needs_approval or not (step.creates or closes):
            return False
        by, origin = from_source(step.item.source), (step.creates or {}).get("source")
        drafts = await self._submissions.store.taken_back(by.person, now - _A_DAY)
        same = [
            draft
            for draft in drafts
            if draft.why == _NO_LONGER
            and (draft.posting == step.item.posting if closes else draft.changes.get("source") == origin)
        ]
        return len(same) >= _OFTEN

    async def _named(self, results: Sequence[Result]) -> list[Result]:
        """With the ids that those will get that have none yet."""
        if all(result.posting for result in results):
            return list(results)
        taken = self._board.registry.taken() | await self._submissions.store.taken()
        named = []
        for result in results:
            name, item = result.posting, result.step.item
            if name is None and not item.is_rejected:
                name = new_id(str(result.step.fields.get("title", "")), taken)
                taken.add(name)
            named.append(replace(result, posting=name))
        return named

    async def failed(self, source: SourceSettings, error: SourceError, now: datetime) -> None:
        """Remembers that a source could not be read."""
        state = await self.store.state(source.name) or SourceState(name=source.name, read_at=now)
        await self.store.put_state(failed(state, str(error), now, error.not_before))

    async def is_unchanged(self, source: SourceSettings, reading: Reading) -> bool:
        """Whether a reading is the same as the last whole one, and nothing waits for a second look: then there is
        nothing to do.
        """
        state = await self.store.state(source.name)
        if state is None or state.digest is None or state.error:
            return False
        if state.digest != await asyncio.to_thread(digest, source, reading):
            return False
        return not await self.store.is_unsettled(source.name)

    async def unchanged(self, source: SourceSettings, now: datetime) -> list[Result]:
        """Remembers that a source was read, and had what it had."""
        if state := await self.store.state(source.name):
            await self.store.put_state(replace(state, read_at=now, not_before=None))
        items = [item for item in await self.store.items(source.name) if item.is_there and item.gone_at is None]
        steps = [ItemStep(action=ImportAction.SAME, item=item, fields=readable(item.said)) for item in items]
        return await self._named([Result(step, step.item.posting) for step in steps])

    async def conditions(self, source: SourceSettings) -> Conditions:
        """The conditions to send to a source's server, by which it may answer that nothing has changed; none where a
        reading has to be whole.
        """
        state = await self.store.state(source.name)
        if state is None or state.error or not state.conditions or await self.store.is_unsettled(source.name):
            return {}
        remembered = json.loads(state.conditions)
        return remembered["told"] if remembered["of"] == settings_digest(source) else {}

    async def keep_conditions(self, source: SourceSettings, conditions: Conditions) -> None:
        """Keeps what its server said with a whole reading."""
        state = await self.store.state(source.name)
        remembered = (
            json.dumps({"of": settings_digest(source), "told": conditions}, default=dict) if conditions else None
        )
        if state and not state.error and state.digest and state.conditions != remembered:
            await self.store.put_state(replace(state, conditions=remembered))

    # --- What there is

    async def _steps(
        self, source: SourceSettings, reading: Reading, items: Sequence[SourceItem], now: datetime, *, everything: bool
    ) -> list[ItemStep]:
        postings = {item.posting for item in items if item.posting}
        others = {other.name for other in self._board.config.sources} - {source.name}
        also_at = await self.store.also_at(others, postings)
        waiting = await self.store.without_posting(others)
        known = Known(items, lambda: self._candidates(waiting), also_at, self._file)
        zone = self._board.config.timezone
        return await asyncio.to_thread(follow, source, reading, known, now, zone, everything=everything)

    def _candidates(self, waiting: Sequence[SourceItem]) -> list[Candidate]:
        registry, sources = self._board.registry, {source.name for source in self._board.config.sources}
        candidates = [Candidate(None, item.draft, item.said, is_rejected=item.is_rejected) for item in waiting]
        for posting in list(self._board.index):
            fields: dict[str, Value] = {"title": posting.title, "role": [role.value for role in posting.roles]}
            for key in ("organization", "location", "url"):
                if value := getattr(posting, key):
                    fields[key] = value
            if posting.deadline:
                fields["deadline"] = posting.deadline.at.date().isoformat()
            origin = registry.origin_of(posting.id).source
            by_hand = origin is not None and origin.get("name") not in sources
            candidates.append(Candidate(posting.id, None, fields, origin, by_hand=by_hand))
        return candidates

    def _file(self, name: str) -> Fields | None:
        """What the file of a posting says by now; nothing where it does not hold up. Blocks."""
        posting = self._board.find(name)
        registry = self._board.registry
        path = (
            registry.path_of(posting.id)
            if posting and registry.posting(posting.id)
            else self._board.config.registry / f"{name}.yaml"
        )
        try:
            return fields_of(path.read_bytes(), is_markdown=path.suffix == ".md")
        except OSError:
            return None
        except InvalidError:
            return {}

    async def _settled(self, items: Sequence[SourceItem]) -> list[SourceItem]:
        """Items with what has become of the drafts that they waited for."""
        drafts = await self._submissions.store.named([item.draft for item in items if item.draft])
        return [self._decided(item, drafts.get(item.draft)) if item.draft else item for item in items]

    def _decided(self, item: SourceItem, draft: Draft | None) -> SourceItem:
        if draft is not None and draft.state is DraftState.WAITING:
            return item
        if draft is not None and draft.state is DraftState.APPROVED:
            return _done(item, draft) if draft.is_done else item
        over = replace(item, draft=None)
        if draft is not None and draft.decided_by == from_source(item.source):  # it was the source's own doing
            return over
        if item.posting is None:
            return replace(over, is_rejected=True)
        # a change that a person did not want, or one that could not be made: then it is due once more
        return over if draft is not None else replace(over, said={**item.said, **item.written})

    # --- What is done

    async def _carry_out(self, step: ItemStep, was: SourceItem | None) -> Result:
        by = from_source(step.item.source)
        try:
            item = step.item
            if step.withdraws and item.draft:
                await self._withdraw(item.draft, by, _NO_LONGER)
                item = replace(item, draft=None)
            if step.creates:
                item = await self._create(step, item, was, by)
            elif item.posting is None:
                item = await self._revise_new(step, item, was, by)
            else:
                item = await self._change(step, item, was, by)
            await self.store.put([item])
            return Result(replace(step, item=item), item.posting)
        except OvertakenError:
            return Result(replace(step, action=ImportAction.SAME), step.item.posting)
        except NotYetError:  # its draft is written down, and done by whoever comes next
            return Result(step, step.item.posting)
        except _FAULTS as error:
            _log.warning("source %s: %s", step.item.source, error)
            note = str(error)
            if was is not None:
                await self.store.put([replace(was, note=note)])
            return Result(replace(step, action=ImportAction.HELD, why=note), step.item.posting)

    async def _create(self, step: ItemStep, item: SourceItem, was: SourceItem | None, by: Contributor) -> SourceItem:
        alongside = self.store.alongside(item, was)
        fields = dict(step.creates or {})
        if step.needs_approval:
            draft = await self._submissions.hand_in(by, fields, Action.IMPORTED, alongside)
            return replace(item, draft=draft.id)
        draft = await self._submissions.publish(by, fields, Action.IMPORTED, alongside)
        return _done(replace(item, draft=draft.id), draft)

    async def _revise_new(
        self, step: ItemStep, item: SourceItem, was: SourceItem | None, by: Contributor
    ) -> SourceItem:
        """In place of a draft, one with what the source says by now, but for what a reviewer has changed there. It is
        another one, for who approves must have seen what it says.
        """
        draft = await self._submissions.store.get(item.draft or "")
        if draft is None or was is None or draft.state is not DraftState.WAITING:
            return item
        waiting = traces(draft.fields)
        changes = {key: value for key, value in step.changes.items() if waiting.get(key) == was.said.get(key)}
        if not changes:
            return item
        fields = merged(draft.fields, changes)
        alongside = self.store.alongside(replace(item, written=item.said), was)
        newer = await self._submissions.hand_in(by, fields, Action.IMPORTED, alongside)
        await self._withdraw(draft.id, by, _SAYS_MORE)
        return replace(item, draft=newer.id, written=item.said)

    async def _change(self, step: ItemStep, item: SourceItem, was: SourceItem | None, by: Contributor) -> SourceItem:
        """Changes a posting, or asks for that. A draft that waits gives way to one that has its changes, too."""
        posting, to_ask = item.posting or "", dict(step.asks)
        waiting = await self._submissions.store.get(item.draft) if item.draft else None
        if waiting is not None and waiting.state is not DraftState.WAITING:
            waiting = None
        if step.needs_approval:
            to_ask |= step.changes
        elif step.changes:
            before = replace(item, said={**item.said, **_as_before(to_ask, was)})  # until that is asked for
            changes = dict(step.changes)
            alongside = self.store.alongside(before, was)
            draft = await self._submissions.change(by, posting, changes, _action_of(changes), alongside)
            item = _done(replace(item, draft=draft.id), draft)
            was = replace(before, draft=draft.id)
        if waiting is not None:
            still = {key: value for key, value in waiting.changes.items() if _still_says(item, key, value)}
            is_same = not to_ask and still == waiting.changes
            to_ask = to_ask if is_same else {**still, **to_ask}
            if is_same:
                return replace(item, draft=waiting.id)
        if to_ask and (to_ask := await self._otherwise(posting, to_ask)):
            alongside = self.store.alongside(item, was)
            draft = await self._submissions.propose(by, posting, to_ask, _action_of(to_ask), alongside)
            item = replace(item, draft=draft.id)
        if waiting is not None:
            await self._withdraw(waiting.id, by, _SAYS_MORE)
            item = replace(item, draft=None if item.draft == waiting.id else item.draft)
        return item

    async def _otherwise(self, posting: str, changes: dict[str, Value | None]) -> dict[str, Value | None]:
        """Those that the file does not say already."""
        current = await self._submissions.fields(posting)
        return {key: value for key, value in changes.items() if current.get(key) != value}

    async def _withdraw(self, draft: str, by: Contributor, why: str) -> None:
        try:
            await self._submissions.reject(draft, by, why)
        except (DecidedError, LookupError) as error:
            _log.debug("draft %s: %r", draft, error)


def _may_revert(step: ItemStep, was: SourceItem | None) -> bool:
    """Whether a change that waits may have become none: the source says what it said before."""
    return was is not None and was.draft is not None and was.posting is not None and step.item.said != was.said


def _as_before(keys: Iterable[str], was: SourceItem | None) -> dict[str, Value]:
    return {key: was.said[key] for key in keys if was is not None and key in was.said}


def _still_says(item: SourceItem, key: str, value: Value | None) -> bool:
    """Whether that is what the source says: of its closing, as long as it is not there."""
    if key == "status":
        return (item.gone_at or item.held) is not None if value else item.gone_at is None
    return item.said.get(key) == (None if value is None else traces({key: value})[key])


def _done(item: SourceItem, draft: Draft) -> SourceItem:
    """An item whose draft is done: what of it stands in the file because the source said so."""
    written = dict(item.written)
    shown_values = traces({key: value for key, value in draft.changes.items() if value is not None})
    for key in draft.changes:
        if key not in shown_values:
            written.pop(key, None)
        elif key == "status" or shown_values[key] == item.said.get(key):
            written[key] = shown_values[key]
        elif draft.is_new:
            written.pop(key, None)  # a reviewer has changed it
    is_closed = item.gone_at is not None or draft.changes.get("status") == "closed"
    gone_at = (item.gone_at or draft.decided_at) if is_closed else None
    return replace(item, posting=draft.posting, draft=None, written=written, gone_at=gone_at)


def _action_of(changes: dict[str, Value | None]) -> Action:
    if "status" in changes:
        return Action.CLOSED if changes["status"] else Action.REOPENED
    return Action.EXTENDED if changes.keys() <= {"deadline", "deadline_kind", "timezone"} else Action.CHANGED


def _is_otherwise(item: SourceItem, was: SourceItem) -> bool:
    """Whether more than the last sight of it differs."""
    return replace(item, seen_at=was.seen_at) != was
