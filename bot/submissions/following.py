"""What a source has, taken in: new postings and changes through drafts like all others, each with what is remembered
of the source in one transaction. So a kill between any two steps loses nothing, and nothing is done twice.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime

from bot.domain.draft import Action, Contributor, Draft, DraftState
from bot.domain.person import Person
from bot.engine.board import Callboard
from bot.schema import InvalidError, Value
from bot.sources.base import Reading, SourceError
from bot.sources.files.naming import new_id
from bot.sources.files.values import Fields, FieldsError
from bot.sources.following import Known, Step, follow
from bot.sources.identity import Candidate
from bot.sources.importing import ImportAction
from bot.sources.items import SourceItem, traces
from bot.sources.settings import SourceSettings
from bot.store.sources import OvertakenError, SourceState, SourceStore
from bot.submissions.carrying import SubmissionError
from bot.submissions.changing import fields_of
from bot.submissions.submissions import DecidedError, NotYetError, Submissions

_log = logging.getLogger("callboard")

SOURCE = "source"
"""The platform of a source among the people in drafts and audit."""

_NO_LONGER = "the source has it no longer"
_TOLD_AFTER = 2  # readings in a row that were not whole
_FAULTS = (SubmissionError, FieldsError, InvalidError, LookupError)


def contributor(source: str) -> Contributor:
    """A source among the people who hand in and change."""
    return Contributor(Person(SOURCE, source), source)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a position: the step, and the id of its posting, if it has one, or gets one."""

    step: Step
    posting: str | None


class Follower:
    """Takes in what sources have. Methods raise `LedgerError` when the database cannot be used."""

    def __init__(self, board: Callboard, store: SourceStore, submissions: Submissions) -> None:
        self._board, self.store, self._submissions = board, store, submissions

    async def plan(
        self, source: SourceSettings, reading: Reading, now: datetime, *, everything: bool = False
    ) -> list[Result]:
        """What would become of a reading."""
        items = await self._settled(await self.store.items(source.name))
        steps = await self._steps(source, reading, items, now, everything=everything)
        return await self._named([Result(step, step.item.posting) for step in steps])

    async def take_in(
        self, source: SourceSettings, reading: Reading, now: datetime, *, everything: bool = False
    ) -> list[Result]:
        """Does what follows from a reading."""
        before = await self.store.items(source.name)
        items = await self._settled(before)
        steps = await self._steps(source, reading, items, now, everything=everything)
        known = {item.key: item for item in before}
        results, only_seen = [], []
        for step in steps:
            was = known.get(step.item.key)
            if not (step.creates or step.changes or step.withdraws):
                if was is None or _is_otherwise(step.item, was):
                    only_seen.append(step.item)
                results.append(Result(step, step.item.posting))
                continue
            results.append(await self._carry_out(step, was))
        await self.store.put(only_seen)
        if not everything:
            state = await self.store.state(source.name)
            await self.store.put_state(_after(source, reading, state, now))
        return await self._named(results)

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
        await self.store.put_state(_failed(state, str(error), now, error.not_before))

    async def is_unchanged(self, source: SourceSettings, reading: Reading) -> bool:
        """Whether it is what the last whole reading was, and nothing waits for a second look."""
        state = await self.store.state(source.name)
        if state is None or state.digest is None or state.digest != digest(source, reading) or state.error:
            return False
        return not await self.store.is_unsettled(source.name)

    async def unchanged(self, source: SourceSettings, now: datetime) -> None:
        """Remembers that a source was read, and had what it had."""
        if state := await self.store.state(source.name):
            await self.store.put_state(replace(state, read_at=now, not_before=None))

    # --- What there is

    async def _steps(
        self, source: SourceSettings, reading: Reading, items: Sequence[SourceItem], now: datetime, *, everything: bool
    ) -> list[Step]:
        postings = {item.posting for item in items if item.posting}
        also_at = await self.store.also_at(source.name, postings)
        waiting = await self.store.without_posting(source.name)
        known = Known(items, lambda: self._candidates(waiting), also_at, self._file)
        zone = self._board.config.timezone
        return await asyncio.to_thread(follow, source, reading, known, now, zone, everything=everything)

    def _candidates(self, waiting: Sequence[SourceItem]) -> list[Candidate]:
        registry = self._board.registry
        found = [Candidate(None, item.draft, item.said, is_rejected=item.is_rejected) for item in waiting]
        for posting in list(self._board.index):
            fields: dict[str, Value] = {"title": posting.title, "role": [role.value for role in posting.roles]}
            for key in ("organization", "location", "url"):
                if value := getattr(posting, key):
                    fields[key] = value
            if posting.deadline:
                fields["deadline"] = posting.deadline.at.date().isoformat()
            found.append(Candidate(posting.id, None, fields, registry.origin_of(posting.id).source))
        return found

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
        over = replace(item, draft=None, is_told=True)
        if draft is not None and draft.decided_by == contributor(item.source):  # it was the source's own doing
            return over
        if item.posting is None:
            return replace(over, is_rejected=True)
        # a change that a person did not want, or one that could not be made: then it is due once more
        return over if draft is not None else replace(over, said={**item.said, **item.written})

    # --- What is done

    async def _carry_out(self, step: Step, was: SourceItem | None) -> Result:
        by = contributor(step.item.source)
        try:
            item = step.item
            if step.withdraws and item.draft:
                await self._withdraw(item.draft, by)
                item = replace(item, draft=None, is_told=True)
            if step.creates:
                item = await self._create(step, item, was, by)
            elif step.changes and item.posting is None:
                item = await self._revise_new(step, item, was, by)
            elif step.changes:
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
                await self.store.put([replace(was, note=note, is_told=was.note == note and was.is_told)])
            return Result(replace(step, action=ImportAction.HELD, why=note), step.item.posting)

    async def _create(self, step: Step, item: SourceItem, was: SourceItem | None, by: Contributor) -> SourceItem:
        alongside = self.store.alongside(item, was)
        fields = dict(step.creates or {})
        if step.needs_approval:
            draft = await self._submissions.hand_in(by, fields, Action.IMPORTED, alongside)
            return replace(item, draft=draft.id)
        draft = await self._submissions.publish(by, fields, Action.IMPORTED, alongside)
        return _done(replace(item, draft=draft.id), draft)

    async def _revise_new(self, step: Step, item: SourceItem, was: SourceItem | None, by: Contributor) -> SourceItem:
        """Puts into a draft what the source says by now, but for what a reviewer has changed there."""
        draft = await self._submissions.store.get(item.draft or "")
        if draft is None or was is None:
            return item
        there = traces(draft.fields)
        changes = {key: value for key, value in step.changes.items() if there.get(key) == was.said.get(key)}
        if changes:
            await self._submissions.revise(draft.id, by, changes)
        return replace(item, written=item.said, is_told=False)

    async def _change(self, step: Step, item: SourceItem, was: SourceItem | None, by: Contributor) -> SourceItem:
        posting, changes, alongside = item.posting or "", dict(step.changes), self.store.alongside(item, was)
        waiting = await self._submissions.store.get(item.draft) if item.draft else None
        if waiting is not None and waiting.state is DraftState.WAITING:
            if step.needs_approval:
                await self._submissions.revise(waiting.id, by, changes)
                return replace(item, is_told=False)
            changes = {**waiting.changes, **changes} if step.found else changes
            await self._withdraw(waiting.id, by)
        action = _action_of(changes)
        if step.needs_approval:
            draft = await self._submissions.propose(by, posting, changes, action, alongside)
            return replace(item, draft=draft.id, is_told=False)
        draft = await self._submissions.change(by, posting, changes, action, alongside)
        return _done(replace(item, draft=draft.id), draft)

    async def _withdraw(self, draft: str, by: Contributor) -> None:
        try:
            await self._submissions.reject(draft, by, _NO_LONGER)
        except (DecidedError, LookupError) as error:
            _log.debug("draft %s: %r", draft, error)


def _done(item: SourceItem, draft: Draft) -> SourceItem:
    """An item whose draft is done: what of it stands in the file because the source said so."""
    written = dict(item.written)
    told = traces({key: value for key, value in draft.changes.items() if value is not None})
    for key in draft.changes:
        if key not in told:
            written.pop(key, None)
        elif key == "status" or told[key] == item.said.get(key):
            written[key] = told[key]
        elif draft.is_new:
            written.pop(key, None)  # a reviewer has changed it
    is_closed = item.gone_at is not None or draft.changes.get("status") == "closed"
    gone_at = (item.gone_at or draft.decided_at) if is_closed else None
    return replace(item, posting=draft.posting, draft=None, written=written, gone_at=gone_at, is_told=not item.note)


def _action_of(changes: dict[str, Value | None]) -> Action:
    if "status" in changes:
        return Action.CLOSED if changes["status"] else Action.REOPENED
    return Action.EXTENDED if changes.keys() <= {"deadline", "deadline_kind", "timezone"} else Action.CHANGED


def _is_otherwise(item: SourceItem, was: SourceItem) -> bool:
    """Whether more than the last sight of it differs."""
    return replace(item, seen_at=was.seen_at) != was


def digest(source: SourceSettings, reading: Reading) -> str:
    """Of what was read, and how that is looked at."""
    text = json.dumps([repr(source), [astuple(found) for found in reading.postings]], default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _after(source: SourceSettings, reading: Reading, state: SourceState | None, now: datetime) -> SourceState:
    state = state or SourceState(name=source.name, read_at=now)
    if reading.incomplete:
        return replace(_failed(state, reading.incomplete, now, None), count=len(reading.postings))
    return SourceState(name=source.name, read_at=now, count=len(reading.postings), digest=digest(source, reading))


def _failed(state: SourceState, error: str, now: datetime, not_before: datetime | None) -> SourceState:
    failures = state.failures + 1
    told = state.is_told if failures != _TOLD_AFTER else False
    return replace(state, read_at=now, error=error, failures=failures, not_before=not_before, digest=None, is_told=told)
