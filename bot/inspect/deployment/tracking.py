"""What git has, or would take in, of files that hold secrets or what people do."""

from enum import StrEnum
from pathlib import Path

from bot.submissions.program import GitError, git


class Tracking(StrEnum):
    """What git does with a file."""

    OUTSIDE = "outside"  # in no repository, or there is no git
    IGNORED = "ignored"
    UNTRACKED = "untracked"  # the next `git add .` takes it in
    TRACKED = "tracked"
    BEFORE = "before"  # no more, but its history has it
    UNKNOWN = "unknown"


def tracking(file: Path) -> tuple[Tracking, str]:
    """What git does with a file, and where that is not known, why. A file of whose name git knows nothing is not
    looked for under others.
    """
    folder, name = file.parent, f":(literal){file.name}"
    try:
        if git(folder, "rev-parse", "--is-inside-work-tree", check=False).stdout.strip() != "true":
            complaint = git(folder, "rev-parse", "--git-dir", check=False).stderr
            # As where the repository is somebody else's, which git then does not look into.
            return (Tracking.UNKNOWN, complaint) if "dubious ownership" in complaint else (Tracking.OUTSIDE, "")
        if git(folder, "ls-files", "-z", "--", name).stdout:
            return Tracking.TRACKED, ""
        if git(folder, "log", "--all", "--max-count=1", "--format=%h", "--", name, check=False).stdout:
            return Tracking.BEFORE, ""
        is_ignored = git(folder, "check-ignore", "--quiet", "--", file.name, check=False).returncode == 0
    except GitError as error:
        return Tracking.OUTSIDE if "not installed" in str(error) else Tracking.UNKNOWN, str(error)
    return Tracking.IGNORED if is_ignored else Tracking.UNTRACKED, ""
