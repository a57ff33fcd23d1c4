"""What was committed, pushed: in the background, again and again until it is there, and on top of what others have
pushed meanwhile.

Rebasing happens in a temporary work tree. The person's own is only ever moved forward to what was pushed, and stays as
it is where that would touch anything that is not committed.
"""

import asyncio
import logging
import re
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from bot.submissions.files import FileError, FolderLock
from bot.submissions.git import Repository
from bot.submissions.program import GitError, git, identity

_log = logging.getLogger("callboard")

_TRIES = 3  # with what others push in between
_PATIENCE = 30.0  # seconds that a commit may be under way
_WITHOUT_HOOKS = ("-c", "core.hooksPath=/dev/null")


AGAIN, LATEST = 60.0, 3600.0
"""Seconds after which a push that failed is tried again, at first and at the most."""


class ConflictError(GitError):
    """What was committed and what others have pushed do not fit together: a person has to look."""


async def keep_pushing(
    registry: Path,
    wanted: asyncio.Event,
    tell: Callable[[GitError | None], Awaitable[None]],
    again: float = AGAIN,
) -> None:
    """Pushes now, and each time that it is `wanted`, until it is cancelled. What keeps it from that is logged and given
    to `tell`, and it is tried again: of each kind once, until something is pushed again; that is told by None.
    """
    pause, known = again, set[str]()
    while True:
        wanted.clear()
        try:
            has_pushed = await asyncio.to_thread(lambda: push(Repository(registry), registry))
        except GitError as error:
            if (kind := _kind(error)) not in known:
                known.add(kind)
                _log.error("what was committed could not be pushed, and is tried again: %s", error)
                await tell(error)
        else:
            if has_pushed:
                _log.info("what was committed is pushed")
            if known:
                await tell(None)
            pause = again
            known.clear()
            await wanted.wait()
            continue
        with suppress(TimeoutError):
            await asyncio.wait_for(wanted.wait(), pause)
        pause = min(2 * pause, LATEST)


async def push_once(registry: Path) -> None:
    """Pushes what is committed and, as far as is known here, not pushed. What keeps it from that is logged."""
    try:
        await asyncio.to_thread(_push_what_is_ahead, registry)
    except GitError as error:
        _log.error("what was committed could not be pushed, and is tried again with the next round: %s", error)


def _push_what_is_ahead(registry: Path) -> None:
    repository = Repository(registry)
    remote, ref = _target(repository)
    known = git(
        repository.top,
        *("rev-parse", "--quiet", "--verify", f"refs/remotes/{remote}/{ref.removeprefix('refs/heads/')}"),
        check=False,
    )
    if known.stdout.strip() != repository.head() and push(repository, registry):
        _log.info("what was committed is pushed")


def push(repository: Repository, registry: Path) -> bool:
    """Pushes the branch that is checked out to where it belongs; whether there was something to push. `registry` is the
    folder of postings, whose lock keeps changes away while the work tree is moved forward. Blocks. Raises `GitError`
    in words; what could not be pushed stays committed.
    """
    remote, ref = _target(repository)
    for _ in range(_TRIES):
        head = repository.head()
        if head is None:
            return False
        answer = git(repository.top, "push", "--porcelain", remote, f"{head}:{ref}", check=False, is_slow=True)
        if not answer.returncode:
            return "[up to date]" not in answer.stdout
        if not _is_behind(answer.stdout + answer.stderr):
            raise GitError("`git {command}` failed: {why}", command="push", why=answer.stderr)
        rebased = _rebased(repository, remote, ref, head)
        if rebased is None:
            continue
        answer = git(repository.top, "push", "--porcelain", remote, f"{rebased}:{ref}", check=False, is_slow=True)
        if not answer.returncode:
            _move_forward(repository, registry, head, rebased)
            return True
        if not _is_behind(answer.stdout + answer.stderr):
            raise GitError("`git {command}` failed: {why}", command="push", why=answer.stderr)
    raise GitError("others push all the time; tried again later")


def _kind(error: GitError) -> str:
    """What is the same when the same fails again: without ids of commits, numbers, and names of temporary folders."""
    return re.sub(r"callboard-rebase-\w+|\b[0-9a-f]{7,64}\b|\d+", "#", str(error))


def _is_behind(output: str) -> bool:
    """Whether a push was refused because others have pushed (https://git-scm.com/docs/git-push#_output)."""
    return "[rejected]" in output and ("fetch first" in output or "non-fast-forward" in output)


def _target(repository: Repository) -> tuple[str, str]:
    """The remote, and the branch there."""
    branch = repository.branch()
    for key in (f"branch.{branch}.pushRemote", "remote.pushDefault", f"branch.{branch}.remote"):
        if remote := _config(repository, key):
            break
    else:
        remotes = git(repository.top, "remote").stdout.split()
        if not remotes:
            raise GitError(
                "there is no remote to push to: add one with `git remote add origin URL`, or set push: false"
            )
        remote = "origin" if "origin" in remotes else remotes[0]
    is_its_own = remote == _config(repository, f"branch.{branch}.remote")
    return remote, (_config(repository, f"branch.{branch}.merge") if is_its_own else "") or f"refs/heads/{branch}"


def _config(repository: Repository, key: str) -> str:
    return git(repository.top, "config", "--get", key, check=False).stdout.strip()


def _rebased(repository: Repository, remote: str, ref: str, head: str) -> str | None:
    """What is committed here, on top of what is there; None where that has become the same. Raises `ConflictError`."""
    git(repository.top, "fetch", "--quiet", remote, ref, is_slow=True)
    remote_head = git(repository.top, "rev-parse", "FETCH_HEAD").stdout.strip()
    if git(repository.top, "merge-base", head, remote_head, check=False).returncode:
        raise ConflictError(
            "what is at {remote} has no history in common with what is here; look at it with `git log`", remote=remote
        )
    place = Path(tempfile.mkdtemp(prefix="callboard-rebase-"))
    tree = place / "tree"
    try:
        git(repository.top, *_WITHOUT_HOOKS, "worktree", "add", "--quiet", "--detach", str(tree), head, is_slow=True)
        pushed = git(
            tree,
            *("-c", "rebase.autoStash=false", "-c", "rebase.updateRefs=false", "rebase", "--quiet", remote_head),
            env=identity(repository.top),
            check=False,
            is_slow=True,
        )
        if pushed.returncode:
            raise ConflictError(
                "what others have pushed to {remote} does not fit what was committed here: "
                "`git pull --rebase`, and push ({why})",
                remote=remote,
                why=pushed.stderr,
            )
        return git(tree, "rev-parse", "HEAD").stdout.strip()
    finally:
        with suppress(GitError):
            git(repository.top, "worktree", "remove", "--force", str(tree), check=False)
        shutil.rmtree(place, ignore_errors=True)
        with suppress(GitError):
            git(repository.top, "worktree", "prune", check=False)


def _move_forward(repository: Repository, registry: Path, head: str, pushed: str) -> bool:
    """Has the person's own work tree and branch follow; whether they do. What is not committed there stays as it is: as
    when another branch is checked out, git refuses where that would be touched.
    """
    try:
        branch = repository.branch()
        with FolderLock(registry, _PATIENCE):
            if repository.head() != head:
                return False
            git(repository.top, "update-index", "-q", "--refresh", check=False)
            git(repository.top, "read-tree", "-m", "-u", head, pushed)
            git(repository.top, "update-ref", "-m", "callboard: rebased", f"refs/heads/{branch}", pushed, head)
    except (GitError, FileError):
        return False
    return True
