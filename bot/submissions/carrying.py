"""What a decided draft asks for, done: its file written, committed, and the draft ended. Each step is written down
before the next, and can be taken once more after a kill without being done twice.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.domain.draft import Action, AuditEntry, Draft, DraftState, Step
from bot.domain.person import Person
from bot.domain.worded import WordedError
from bot.engine.board import Callboard
from bot.schema import InvalidError, Value, shown
from bot.sources.files.naming import new_id
from bot.sources.files.values import FieldsError
from bot.store.drafts import DraftStore
from bot.submissions.changing import changed, fields_of
from bot.submissions.files import FileError, FolderLock, take_away, write_new, write_over
from bot.submissions.git import Author, Behind, Commit, Repository
from bot.submissions.program import GitError
from bot.submissions.writing import file_text

_log = logging.getLogger("callboard")

_PATIENCE = 60.0  # seconds that another process may be writing
_VERBS = {
    Action.PUBLISHED: "Add",
    Action.CHANGED: "Change",
    Action.EXTENDED: "Extend",
    Action.CLOSED: "Close",
    Action.REOPENED: "Reopen",
    Action.IMPORTED: "Import",
}


class SubmissionError(WordedError):
    """What was asked for could not be done to a file; the text says why. Nothing has changed."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A file as it was written: what it says now."""

    path: Path
    posting: str
    content: bytes


class Works:
    """Writes and commits, for who has the lock."""

    def __init__(self, board: Callboard, store: DraftStore, *, uses_git: bool) -> None:
        self._board, self._store, self._uses_git = board, store, uses_git
        self._behind: list[Behind] = []
        self.index_news: asyncio.Queue[GitError | None] = asyncio.Queue()
        """What keeps git's own index from following, once until it does; then None."""

    async def lock(self, patience: float | None = None) -> FolderLock:
        """Keeps other processes from writing in the registry's folder. Raises `FileError` when one is still at it after
        so many seconds.
        """
        waiting = _PATIENCE if patience is None else patience
        return await asyncio.to_thread(FolderLock, self._board.config.registry, waiting)

    async def carry_out(self, name: str) -> Path | None:
        """Does what a draft asks for, from where it stands. The file of which people may hear now; None where another
        process has done it all. Raises `SubmissionError`; then a draft that was handed in waits again.
        """
        draft = await self._store.get(name)
        if draft is None or draft.state is not DraftState.APPROVED or draft.is_done:
            return None
        try:
            placed = await (self._place_new(draft) if draft.is_new else self._place_change(draft))
        except (FileError, InvalidError, FieldsError, SubmissionError) as error:
            await self._store.give_up(name, str(error))
            raise SubmissionError.of(error) from None
        if self._uses_git:
            try:
                self._note(await asyncio.to_thread(self._commit, draft, placed))
            except GitError as error:
                await self._take_back(draft, placed)
                await self._store.give_up(name, str(error))
                raise SubmissionError.of(error) from None
        await self._store.finish(name, _entries(draft, placed.posting, self._board), _owned(draft, placed.posting))
        return placed.path

    # --- Files

    def path_of(self, name: str) -> Path:
        """The file of the posting with that id, or former id. Raises `LookupError`."""
        registry = self._board.registry
        posting = registry.posting(name) or self._board.find(name)
        if posting and registry.posting(posting.id):
            return registry.path_of(posting.id)
        path = self._new_path(name)
        if not path.is_file():
            raise LookupError(name)
        return path

    async def read(self, path: Path) -> tuple[bytes, dict[str, Value]]:
        """A file's bytes, and what it says. Raises `SubmissionError`, and `InvalidError` for what is no posting."""
        try:
            content = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise SubmissionError("{path} cannot be read: {why}", path=path.name, why=error.strerror) from None
        return content, fields_of(content, is_markdown=path.suffix == ".md")

    async def taken(self) -> set[str]:
        """Every id that is or was some posting's or draft's."""
        return self._board.registry.taken() | await self._store.taken()

    def _new_path(self, posting: str) -> Path:
        return self._board.config.registry / f"{posting}.yaml"

    async def _place_new(self, draft: Draft) -> _Placed:
        content = file_text(draft.fields).encode()
        posting, refused = draft.posting, set[str]()
        while True:
            if posting is None:
                posting = new_id(draft.fields["title"], await self.taken() | refused)
                await self._store.take_step(draft.id, Step.DECIDED, posting=posting)
            path = self._new_path(posting)
            if await asyncio.to_thread(_make, path, content, was_made=draft.step is Step.WRITTEN):
                break
            refused.add(posting)
            posting = None
        await self._store.take_step(draft.id, Step.WRITTEN, posting=posting)
        return _Placed(path, posting, content)

    async def _place_change(self, draft: Draft) -> _Placed:
        posting = self._board.find(draft.posting or "")  # it may have been renamed
        name = posting.id if posting else draft.posting or ""
        try:
            path = self.path_of(name)
        except LookupError:
            raise SubmissionError("there is no posting {posting} any more", posting=name) from None
        content, fields = await self.read(path)
        for key, value in draft.changes.items():
            before = (draft.base or {}).get(key)
            if fields.get(key) not in (before, value):
                raise _overtaken(path.name, key, fields)
        if any(fields.get(key) != value for key, value in draft.changes.items()):
            zone, is_markdown = self._board.config.timezone, path.suffix == ".md"
            after = await asyncio.to_thread(changed, content, draft.changes, name, zone, is_markdown=is_markdown)
            await self._store.take_step(draft.id, Step.DECIDED, posting=name, undo=content.decode())
            await asyncio.to_thread(write_over, path, after, content)
            content = after
        await self._store.take_step(draft.id, Step.WRITTEN, posting=name)
        return _Placed(path, name, content)

    async def _take_back(self, draft: Draft, placed: _Placed) -> None:
        """Undoes what was written; where a person has written something else there since, it stays."""
        latest = await self._store.get(draft.id)
        by_now = await asyncio.to_thread(_reformatted, placed)
        content = placed.content if by_now is None else by_now
        try:
            if draft.is_new:
                await asyncio.to_thread(take_away, placed.path, content)
            elif latest and latest.undo is not None:
                await asyncio.to_thread(write_over, placed.path, latest.undo.encode(), content)
        except FileError as error:
            _log.warning("%s: what was not committed stays there: %s", placed.path, error)

    # --- git

    def _commit(self, draft: Draft, placed: _Placed) -> Commit:
        approved_by = None if draft.is_direct or not draft.decided_by else draft.decided_by.name
        author = Author(draft.by.name, approved_by)
        repository = Repository(self._board.config.registry)
        subject = f"{_VERBS.get(draft.action, 'Change')} {placed.posting}"
        try:
            return repository.commit(placed.path, subject, author)
        except GitError:
            if _reformatted(placed) is None:
                raise
            return repository.commit(placed.path, subject, author)  # as a hook wants it, which refused it as it was

    def _note(self, commit: Commit) -> None:
        """Remembers what git's own index has to learn, and says why it does not know it yet."""
        if commit.warning:
            _log.warning("%s", commit.warning)
            if not self._behind:
                self.index_news.put_nowait(commit.warning)
        if commit.behind:
            self._behind.append(commit.behind)

    async def catch_up(self) -> None:
        """Has git's own index learn what it could not while another git had it: else the person's next commit would
        undo what was committed.
        """
        for behind in self._behind.copy():
            try:
                is_done = await asyncio.to_thread(self._catch_up, behind)
            except GitError as error:
                _log.debug("%s: %s", behind.path, error)
                continue
            if is_done:
                self._behind.remove(behind)
                if not self._behind:
                    self.index_news.put_nowait(None)

    def _catch_up(self, behind: Behind) -> bool:
        return Repository(self._board.config.registry).catch_up(behind)


def _overtaken(name: str, key: str, fields: Mapping[str, Value]) -> SubmissionError:
    """Says what a person has made of a key of a file since somebody wanted it changed."""
    if key not in fields:
        return SubmissionError(
            "{path} was changed meanwhile: {key} is gone; look at it, and ask again", path=name, key=key
        )
    now = shown(str(fields[key]))
    return SubmissionError(
        "{path} was changed meanwhile: {key} says {now}; look at it, and ask again", path=name, key=key, now=now
    )


def _make(path: Path, content: bytes, *, was_made: bool) -> bool:
    """Makes a new file. False where another one has its name; what we made before a kill is ours, also where a person
    has changed it since.
    """
    try:
        write_new(path, content)
    except FileExistsError:
        try:
            return was_made or path.read_bytes() == content
        except OSError:
            return False
    return True


def _reformatted(placed: _Placed) -> bytes | None:
    """What the file says by now, where a hook has written the same in another form; None where it did not."""
    is_markdown = placed.path.suffix == ".md"
    try:
        content = placed.path.read_bytes()
        says_the_same = fields_of(content, is_markdown=is_markdown) == fields_of(
            placed.content, is_markdown=is_markdown
        )
    except (OSError, InvalidError):
        return None
    return content if content != placed.content and says_the_same else None


def _entries(draft: Draft, posting: str, board: Callboard) -> list[AuditEntry]:
    """What the audit says of a draft that is done."""
    now = board.clock()
    entry = AuditEntry(now, draft.by, draft.action, posting, _detail(draft), draft.id)
    if draft.is_direct or not draft.decided_by:
        return [entry]
    approved = AuditEntry(draft.decided_at or now, draft.decided_by, Action.APPROVED, posting, "", draft.id)
    return [approved, entry]


def _detail(draft: Draft) -> str:
    if draft.is_new:
        return str(draft.changes.get("title", ""))
    if draft.action is Action.EXTENDED:
        return f"{(draft.base or {}).get('deadline') or '-'} -> {draft.changes.get('deadline') or '-'}"
    if draft.action is Action.CLOSED:
        return str(draft.changes.get("status", ""))
    return ", ".join(draft.changes)


def _owned(draft: Draft, posting: str) -> list[tuple[str, Person]]:
    return [(posting, draft.by.person)] if draft.is_new and draft.action is not Action.IMPORTED else []
