"""A lab with no server: the files by which GitHub or GitLab check, announce and publish, filled in from templates."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files as resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.setup.containers import COMPOSE
from bot.setup.filling import filled
from bot.setup.installed import direct_url
from bot.setup.lab import Lab
from bot.setup.supervision import UNIT
from bot.wording.wording import Wording

OWN_ACTION = ".github/actions/callboard/action.yml"
"""Where the lab's repository has the action, if it cannot be had from Callboard's own."""

_GITHUB = "github.com"
_HASHED = "python -m pip install --require-hashes --only-binary=:all: --requirement callboard.txt"


@dataclass(frozen=True, slots=True)
class InstalledFrom:
    """The repository and the commit from which this program was installed."""

    url: str
    commit: str
    version: str

    @property
    def on_github(self) -> str | None:
        """OWNER/REPO, if that is where it is."""
        parts = urlsplit(self.url)
        name = parts.path.strip("/").removesuffix(".git")
        return name if parts.hostname == _GITHUB and re.fullmatch(r"[\w.-]+/[\w.-]+", name) else None

    @classmethod
    def here(cls) -> "InstalledFrom | None":
        """That of this one."""
        return cls.of(direct_url(), version("callboard"))

    @classmethod
    def of(cls, known: Mapping[str, Any], version: str) -> "InstalledFrom | None":
        """What the installer has written down; None where it was no git repository that others can reach."""
        url, commit = str(known.get("url", "")), str(known.get("vcs_info", {}).get("commit_id", ""))
        is_one = urlsplit(url).scheme == "https" and "@" not in url and re.fullmatch("[0-9a-f]{40}", commit)
        return cls(url, commit, version) if is_one else None


class UnfitError(Exception):
    """A lab that cannot do without a server as it is; the text says why, and what to do."""


def pages(lab: Lab, origin: InstalledFrom | None) -> dict[str, str]:
    """The files for that lab, by path; none where it has a server. Raises `UnfitError`."""
    if lab.pages == "none":
        return {}
    for platform in lab.platforms:
        for secret in platform.secrets:
            if secret.file:
                raise UnfitError(
                    f"--pages: {secret.file} is a file of this computer, which {_title(lab)} does not see; name the "
                    f"variable of {platform.kind}'s {secret.key} instead, with --{platform.kind}-"
                    f"{secret.key.replace('_', '-')}-env NAME"
                )
    return {"github": _github, "gitlab": _gitlab}[lab.pages](lab, origin)


def secret_names(lab: Lab) -> list[str]:
    """The variables that the repository has to know."""
    return [secret.variable for platform in lab.platforms for secret in platform.secrets if secret.variable]


def to_do(lab: Lab, origin: InstalledFrom | None, words: Wording) -> Iterator[str]:
    """What is left to do by hand, in order; what stands on the server's own pages, in its own words."""
    if lab.pages == "none":
        return
    _, is_github = words._, lab.pages == "github"
    if origin is None or (is_github and origin.on_github is None):
        yield _("Put in callboard.txt and the wheel: `make wheel` in a clone of Callboard writes both into dist/.")
    names = ", ".join(secret_names(lab))
    if is_github:
        if names:
            yield _("Tokens, as secrets: {page}: {names}").format(
                page="Settings > Environments > callboard", names=names
            )
        yield _("The site: {page}").format(page="Settings > Pages > Source: GitHub Actions")
        yield _("Pull requests: {page}, and the label {label}").format(
            page="Settings > Actions > General > Allow GitHub Actions to create pull requests", label="position"
        )
    else:
        if names:
            page = "Settings > CI/CD > Variables (Masked, Protected)"
            yield _("Tokens, as secrets: {page}: {names}").format(page=page, names=names)
        page = "Settings > CI/CD > Job token permissions > Allow Git push requests to the repository"
        yield _("The bot's memory: {page}").format(page=page)
        for cron, what in (("7,22,37,52 * * * *", "tick"), ("23 4 * * *", "pages")):
            yield _("Schedule: {page}: {cron}, with the variable {variable}").format(
                page="Build > Pipeline schedules", cron=cron, variable=f"CALLBOARD_DO = {what}"
            )


_WORKFLOWS = (".github/workflows/callboard.yml", ".gitlab-ci.yml")


def fit(folder: Path, lab: Lab) -> None:
    """Whether only one thing announces for the lab in that folder, and the server finds its files. Raises `UnfitError`:
    a database here and one in a branch know nothing of each other.
    """
    is_kept = lab.service != "none"
    if lab.pages == "none" and not is_kept:
        return
    twice = "would announce each position a second time"
    if lab.pages == "none":
        if own_file := _ours(folder, _WORKFLOWS):
            raise UnfitError(
                f"--service: {own_file} announces already, and --service {lab.service} {twice}; remove it first"
            )
        return
    if is_kept:
        raise UnfitError(f"--pages and --service: each announces, so both {twice}; take one of them")
    if own_file := _ours(folder, (UNIT, COMPOSE)):
        raise UnfitError(
            f"--pages: {own_file} runs a bot already, and {_title(lab)} {twice}; stop it and remove it first"
        )
    top = next((above for above in (folder.resolve(), *folder.resolve().parents) if (above / ".git").exists()), None)
    if top and top != folder.resolve():
        raise UnfitError(
            f"--pages: {folder} lies within the repository {top}, and {_title(lab)} reads such files at its top alone; "
            f"take {top}, or make a repository of the folder first, with: git init {shlex.quote(str(folder.resolve()))}"
        )


def _ours(folder: Path, names: Sequence[str]) -> Path | None:
    """The first of these files that is about Callboard."""
    files = (folder / name for name in names)
    return next((file for file in files if file.is_file() and b"callboard" in file.read_bytes()), None)


def published_by(folder: Path, lab: Lab) -> str:
    """The command that hands all to the server; in a folder that is no repository yet, or knows no other, it becomes
    one that does.
    """
    git_command, git = f"git -C {shlex.quote(str(folder))}", folder / ".git"
    first = [] if git.exists() else [f"{git_command} init --initial-branch=main"]
    then = [f"{git_command} push"]
    if not _has_remote(git):
        then = [
            f"{git_command} remote add origin {_ADDRESSES[lab.pages]}",
            f"{git_command} push --set-upstream origin HEAD",
        ]
    return " && ".join([*first, f"{git_command} add --all", f"{git_command} commit --message 'Positions'", *then])


_ADDRESSES = {"github": "git@github.com:OWNER/REPOSITORY.git", "gitlab": "git@gitlab.com:GROUP/PROJECT.git"}


def _has_remote(git: Path) -> bool:
    """A `.git` that is a file belongs to another working tree, which is taken to have one."""
    config = git / "config"
    return git.is_file() or (config.is_file() and b"[remote " in config.read_bytes())


def address_to_do(folder: Path, lab: Lab, words: Wording) -> Iterator[str]:
    """What is to be put into the command, where it has a place for it."""
    if lab.pages != "none" and not _has_remote(folder / ".git"):
        text = words._("Make an empty repository at {title}, and put its address in the place of {placeholder} below.")
        yield text.format(title=_title(lab), placeholder=_ADDRESSES[lab.pages])


def action() -> str:
    """The action; the same file stands at the top of Callboard's repository."""
    return resources("bot.setup").joinpath("templates", "action.yml").read_text("utf-8")


def _github(lab: Lab, origin: InstalledFrom | None) -> dict[str, str]:
    name = origin.on_github if origin else None
    uses = (
        f"{name}@{origin.commit} # v{origin.version}" if name and origin else f"./{Path(OWN_ACTION).parent.as_posix()}"
    )
    lines = [f"{variable}=${{{{ secrets.{variable} }}}}" for variable in secret_names(lab)]
    written = {
        ".github/workflows/callboard.yml": filled(
            "github-workflow.yml", {"ACTION": uses, "SECRETS": ("\n" + " " * 12).join(lines)}
        ),
        ".github/ISSUE_TEMPLATE/position.yml": filled("github-form.yml", {}),
    }
    return written if name else {**written, OWN_ACTION: action()}


def _gitlab(_lab: Lab, origin: InstalledFrom | None) -> dict[str, str]:
    command = _HASHED
    if origin:
        command = f"python -m pip install 'callboard @ git+{origin.url}@{origin.commit}'"
    return {
        ".gitlab-ci.yml": filled("gitlab-ci.yml", {"INSTALL": command}),
        ".gitlab/issue_templates/Position.md": filled("gitlab-form.md", {}),
    }


def _title(lab: Lab) -> str:
    return {"github": "GitHub", "gitlab": "GitLab"}.get(lab.pages, lab.pages)
