"""Steps of the ready workflows, run as GitHub runs them, with a remote and a `gh` that are only this machine's."""

import os
import shlex
import subprocess
import sys
from pathlib import Path


def run(step, folder, **env):
    scripts = folder / "bin"
    scripts.mkdir(exist_ok=True)
    (scripts / "callboard").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m bot "$@"\n')
    (scripts / "gh").write_text(
        f'#!/bin/sh\necho "$@" >> {folder}/asked\ncase "$*" in "pr list"*) echo "${{OPEN:-0}}" ;; esac\n'
    )
    for script in scripts.iterdir():
        script.chmod(0o755)
    given = {name: str(value) for name, value in step["env"].items() if "${{" not in str(value)} | env
    root = str(Path(__file__).parent.parent)
    ours = {"PATH": f"{scripts}:{os.environ['PATH']}", "PYTHONPATH": root, "RUNNER_TEMP": str(folder), "GH_TOKEN": "x"}
    ours |= {"GITHUB_OUTPUT": str(folder / "output"), "GITHUB_SERVER_URL": "https://git.example"}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(
        command, cwd=folder / "lab", env={**os.environ, **ours, **given}, capture_output=True, text=True, check=False
    )


def lab(folder):
    made = folder / "lab"
    (made / "postings").mkdir(parents=True)
    telegram = '{telegram: {token: "${TELEGRAM_BOT_TOKEN}"}}'
    slack = '{bot_token: "${SLACK_BOT_TOKEN}", app_token: "${SLACK_APP_TOKEN}"}'
    platforms = f"{telegram[:-1]}, slack: {slack}}}"
    channels = "[{name: a, platform: telegram, address: '@a'}, {name: b, platform: slack, address: C0123456789}]"
    (made / "config.yaml").write_text(f"registry: postings\nplatforms: {platforms}\nchannels: {channels}\n")
    (made / "postings" / "README.md").write_text("x\n")
    subprocess.run(["git", "init", "-q", "--bare", str(folder / "there.git")], check=True)
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["commit", "-qm", "Begin"],
        ["remote", "add", "origin", "../there.git"],
    ):
        subprocess.run(["git", *command], cwd=made, check=True)
    return made
