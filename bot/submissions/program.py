"""The git program: run where nobody can be asked, and what it says told in words without secrets."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from bot.domain.letters import printable
from bot.domain.worded import WordedError

_QUICK, _SLOW = 60.0, 300.0  # seconds: hooks, and networks, take their time
_MOST = 600  # characters of what git says
_OWN = re.compile(
    r"GIT_(?:DIR|WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY|COMMON_DIR|NAMESPACE|AUTHOR_.*|COMMITTER_DATE)"
)
_PASSWORD = re.compile(r"//[^/@\s]+@")
COMMITTER = "Callboard"


class GitError(WordedError):
    """Git could not do it; the text says why, without secrets."""


class NoRepositoryError(GitError):
    """There is no git, or no repository."""


def git(
    folder: Path,
    *command: str,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
    check: bool = True,
    is_slow: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Runs git in that folder. Raises `GitError` where it fails, unless nobody wants to `check` that; and always where
    it is not installed or takes too long.
    """
    program = shutil.which("git")
    if program is None:
        raise NoRepositoryError("the git program is not installed; install it, or set git: false")
    inherited = {name: value for name, value in os.environ.items() if not _OWN.fullmatch(name)}
    alone = {"GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": ":", "LC_ALL": "C.UTF-8", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        started = subprocess.Popen(  # noqa: S603  # the program that was found, and arguments of ours
            [program, *command],
            cwd=folder,
            env={**inherited, **alone, **(env or {})},
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:  # as when the folder is away
        raise GitError(
            "`git {command}` cannot be run in {folder}: {why}", command=command[0], folder=folder, why=error.strerror
        ) from None
    with started as running:
        try:
            stdout, stderr = running.communicate(stdin, timeout=_SLOW if is_slow else _QUICK)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
            running.communicate()
            raise GitError("`git {command}` took too long, and was ended", command=command[0]) from None
    answer = subprocess.CompletedProcess(command, running.returncode, stdout, on_one_line(stderr or ""))
    if check and answer.returncode:
        output = answer.stderr or on_one_line(answer.stdout) or f"exit {answer.returncode}"
        raise GitError("`git {command}` failed: {why}", command=command[0], why=output)
    return answer


def on_one_line(text: str) -> str:
    """What git or a hook says, on one line, short, without passwords."""
    lines = [" ".join(line.split()) for line in _PASSWORD.sub("//…@", text).splitlines()]
    line = printable("; ".join(line for line in lines if line))
    return line if len(line) <= _MOST else f"{line[: _MOST // 2]} … {line[-_MOST // 2 :]}"


def identity(folder: Path) -> dict[str, str]:
    """Environment variables that name a committer, where the repository's git has none; else none."""
    if git(folder, "var", "GIT_COMMITTER_IDENT", check=False).returncode:
        return {"GIT_COMMITTER_NAME": COMMITTER, "GIT_COMMITTER_EMAIL": "noreply@callboard.invalid"}
    return {}
