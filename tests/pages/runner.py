"""Runs what a workflow of GitHub or GitLab says, step by step, as they do: with a bare repository as their server, and
this machine's git, bash and Callboard. pip and gh only write down what they were asked.
"""

import asyncio
import os
import re
import shlex
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
_NAMES = {f"GIT_{who}_{what}": "ada@lab.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def git(folder, *words, **env):
    return subprocess.run(
        ["git", *words], cwd=folder, env={**os.environ, **_NAMES, **env}, check=True, capture_output=True, text=True
    ).stdout


@dataclass
class Ran:
    """A job: its exit status, what it printed, and the actions of others that it used, with what they were given."""

    code: int = 0
    out: str = ""
    used: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    workspace: Path = Path()


class Server:
    """A bare repository, and whoever runs what stands in its default branch."""

    def __init__(self, folder: Path, lab: Path, secrets: dict[str, str] | None = None) -> None:
        self.folder, self.secrets = folder, secrets or {}
        self.origin = folder / "origin.git"
        git(folder, "init", "-q", "--bare", "-b", "main", "origin.git")
        git(lab, "init", "-q", "-b", "main")
        git(lab, "add", ".")
        git(lab, "commit", "-qm", "Ours")
        git(lab, "remote", "add", "origin", str(self.origin))
        git(lab, "push", "-q", "origin", "main")
        self.lab = lab
        self.asked = folder / "asked"  # of gh, a line each
        self._programs = folder / "programs"
        self._programs.mkdir()
        self._count = 0
        exec_ours = f"exec {shlex.quote(sys.executable)} -m bot"
        self.put("callboard", f'echo $$ > "{folder}/$(basename "$PWD").pid"; {exec_ours} "$@"')
        self.put("python", f'echo "$@" >> "{folder}/installed"')
        self.may = "write"  # whoever labels an issue
        self.is_over = False  # whether the pull request of a branch is, as it stands there
        self.put("sleep", f'echo "$@" >> "{folder}/slept"')

    def _put_gh(self) -> None:
        pulls = f'"pr list"*"--state all"*) echo {int(self.is_over)} ;; "pr list"*) echo 0 ;;'
        answers = f'{pulls} "api "*) echo {self.may} ;;'
        self.put("gh", f'echo "$@" >> "{self.asked}"; case "$*" in {answers} esac')

    def put(self, name: str, text: str) -> None:
        (self._programs / name).write_text(f"#!/bin/bash\n{text}\n")
        (self._programs / name).chmod(0o755)

    def push(self, message: str = "Changed") -> None:
        """What was changed in the lab's own clone."""
        git(self.lab, "add", ".")
        git(self.lab, "commit", "-qm", message)
        git(self.lab, "push", "-q", "origin", "main")

    def commits(self, branch: str) -> str:
        """What a reviewer has put on top of that branch."""
        commit = git(self.origin, "commit-tree", f"{branch}^{{tree}}", "-p", branch, "-m", "Better words").strip()
        git(self.origin, "update-ref", f"refs/heads/{branch}", commit)
        return commit

    def checked_out(self) -> tuple[Path, Path]:
        """A new clone, and a folder for what a job leaves lying about."""
        self._count += 1
        self._put_gh()
        workspace, temporary = self.folder / f"job{self._count}", self.folder / f"temp{self._count}"
        temporary.mkdir()
        git(self.folder, "clone", "-q", "--depth=1", f"file://{self.origin}", workspace.name)
        return workspace, temporary

    async def bash(self, script: str, workspace: Path, env: dict[str, str]) -> tuple[int, str]:
        ours = {"PATH": f"{self._programs}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "HOME": str(self.folder)}
        options = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
        started = await asyncio.create_subprocess_exec(
            *(*options, script),
            cwd=workspace,
            env={**ours, **env},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        out, _ = await started.communicate()
        return started.returncode or 0, out.decode()

    def kill(self, job: int) -> None:
        """The callboard of that job, as when a machine is taken away."""
        os.kill(int((self.folder / f"job{job}.pid").read_text()), signal.SIGKILL)


class GitHub(Server):
    @property
    def workflow(self) -> dict[str, Any]:
        return yaml.safe_load(git(self.origin, "show", "main:.github/workflows/callboard.yml"))

    async def event(self, name: str, only: str | None = None, **more: Any) -> dict[str, Ran]:
        """All jobs that this event has run, in order; or one of them."""
        event = {"event_name": name, "event": more, "token": "made-up"}
        done: dict[str, Ran] = {}
        for job, about in self.workflow["jobs"].items():
            needs = about.get("needs")
            if needs and (needs not in done or done[needs].code):
                continue
            if only in {None, job} and ("if" not in about or evaluated(about["if"], {"github": event})):
                done[job] = await self._job(about, event)
        return done

    async def schedule(self) -> Ran:
        """The round that comes every quarter of an hour."""
        often = min((cron["cron"] for cron in self.workflow[True]["schedule"]), key=lambda cron: -len(cron))
        done = await self.event("schedule", schedule=often)
        assert list(done) == ["tick"]
        return done["tick"]

    async def _job(self, about: dict[str, Any], event: dict[str, Any]) -> Ran:
        workspace, temporary = self.checked_out()
        ran = Ran(workspace=workspace)
        known = {"github": event, "secrets": self.secrets, "steps": {}}
        await self._steps(about["steps"], known, workspace, temporary, ran)
        return ran

    async def _steps(self, steps, known, workspace, temporary, ran) -> None:
        for step in steps:
            if "if" in step and not evaluated(step["if"], known):
                continue
            if "run" in step:
                env = {name: filled(str(value), known) for name, value in step.get("env", {}).items()}
                env |= {"RUNNER_TEMP": str(temporary), "GITHUB_SERVER_URL": "https://git.example"}
                ran.code, out = await self.bash(step["run"], workspace, env)
                ran.out += out
            else:
                given = {name: filled(str(value), known) for name, value in step.get("with", {}).items()}
                action = step["uses"]
                if (own := self._own_action(action, workspace)) is None:
                    ran.used.append((action, given))
                    if action.startswith("actions/configure-pages@"):
                        known["steps"][step["id"]] = {"outputs": {"base_url": "https://lab.example/jobs"}}
                    continue
                folder, about = own
                defaults = {name: filled(str(one.get("default", "")), known) for name, one in about["inputs"].items()}
                inside = {
                    **known,
                    "inputs": {**defaults, **given},
                    "github": {**known["github"], "action_path": folder},
                }
                await self._steps(about["runs"]["steps"], inside, workspace, temporary, ran)
            if ran.code:
                return

    @staticmethod
    def _own_action(action: str, workspace: Path) -> tuple[str, dict[str, Any]] | None:
        if action.startswith("./"):
            folder = workspace / action
        elif action.startswith("lab/callboard@"):
            folder = ROOT
        else:
            return None
        return str(folder), yaml.safe_load((folder / "action.yml").read_text())


class GitLab(Server):
    async def pipeline(self, only: str | None = None, **variables: str) -> dict[str, Ran]:
        """All jobs of a pipeline of the default branch, in order; or one of them."""
        about = yaml.safe_load(git(self.origin, "show", "main:.gitlab-ci.yml"))
        known = {"CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main", "CI_PAGES_URL": "https://lab.example/jobs"}
        known = {**known, "CI_PIPELINE_SOURCE": "schedule", **variables}
        done: dict[str, Ran] = {}
        for job, one in about.items():
            is_job = isinstance(one, dict) and "script" in one and only in {None, job}
            if is_job and self._is_meant(one["rules"], known):
                workspace, _ = self.checked_out()
                lines = [line for part in one["script"] for line in ([part] if isinstance(part, str) else part)]
                env = {**about["variables"], **self.secrets, **known}
                code, out = await self.bash("\n".join(lines), workspace, env)
                done[job] = Ran(code, out, workspace=workspace)
        return done

    @staticmethod
    def _is_meant(rules: list[dict[str, str]], known: dict[str, str]) -> bool:
        for rule in rules:
            words = re.sub(r"\$(\w+)", lambda name: repr(known.get(name[1], "")), rule["if"])
            if eval(words.replace("||", " or ").replace("&&", " and "), {}):  # of our own file
                return rule.get("when") != "never"
        return False


def filled(text: str, known: dict[str, Any]) -> str:
    """With the values of what stands in `${{ }}`."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: str(evaluated(found[1], known) or ""), text)


def evaluated(expression: str, known: dict[str, Any]) -> Any:
    """What GitHub makes of an expression: paths, texts, `==`, `!=`, `&&`, `||`, parentheses."""
    parts = re.findall(r"'[^']*'|[\w.-]+|==|!=|&&|\|\||[()]", expression)
    words = [_word(part, known) for part in parts]
    return eval(" ".join(words), {})  # of our own file; values are quoted


def _word(part: str, known: dict[str, Any]) -> str:
    if part in {"==", "!=", "(", ")"}:
        return part
    if part in {"&&", "||"}:
        return {"&&": "and", "||": "or"}[part]
    if part.startswith("'"):
        return part
    value: Any = known
    for name in part.split("."):
        value = value.get(name, "") if isinstance(value, dict) else ""
    return repr(value if isinstance(value, str) else "")
