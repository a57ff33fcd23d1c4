"""The ready workflow files: that they ask Callboard for what it has, and never lose or run over the ledger."""

import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest
import yaml

from bot.cli import callboard

FOLDER = Path(__file__).parent.parent / "docs/workflows"
TEXTS = {name: (FOLDER / f"{name}.yml").read_text() for name in ("github", "gitlab")}
GITHUB, GITLAB = (yaml.safe_load(text) for text in TEXTS.values())
TOKENS = {"TELEGRAM_BOT_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"}


def flat(found):
    return [line for one in found for line in (flat(one) if isinstance(one, list) else [one])]


def scripts(name):
    """What each job runs, in order."""
    if name == "github":
        return {job: [step.get("run", "") for step in one["steps"]] for job, one in GITHUB["jobs"].items()}
    jobs = {job: one for job, one in GITLAB.items() if isinstance(one, dict) and "script" in one}
    return {job: flat(one["script"]) for job, one in jobs.items()}


def steps(job):
    return GITHUB["jobs"][job]["steps"]


def named(job, name):
    return next(step for step in steps(job) if step.get("name") == name)


def commands(name):
    for lines in scripts(name).values():
        for line in lines:
            for found in re.findall(r"(?:^|\s)callboard ([^\n|;]+)", line.replace("\\\n", " ")):
                yield shlex.split(found)


@pytest.mark.parametrize("name", TEXTS)
def test_the_commands_are_callboards_own_and_take_these_options(name):
    asked = list(commands(name))
    assert {words[0] for words in asked} == {"check", "export", "tick"}
    for command, *words in asked:
        found = callboard.commands[command]
        options = {option: one for one in found.params if isinstance(one, click.Option) for option in one.opts}
        pairs = list(zip(words[::2], words[1::2], strict=True))
        for option, value in pairs:
            assert option in options
            if isinstance(options[option].type, click.Choice):
                assert value in options[option].type.choices
        required = {one.opts[0] for one in found.params if isinstance(one, click.Option) and one.required}
        assert required <= {option for option, _ in pairs}


def test_github_never_runs_two_at_once_nor_stops_one_half_way():
    assert "concurrency" not in GITHUB
    groups = [GITHUB["jobs"][job]["concurrency"] for job in ("pages", "tick")]
    assert all(group["cancel-in-progress"] is False for group in groups)
    # GitHub drops who waits in a group when another comes: a waiting round must not cost a site, nor the reverse.
    assert groups[0]["group"] != groups[1]["group"]
    branches = [GITHUB["jobs"][job]["env"]["BRANCH"] for job in ("pages", "tick")]
    assert branches[0] != branches[1]


def test_gitlab_never_runs_two_at_once_nor_stops_one_half_way():
    assert GITLAB["default"]["interruptible"] is False
    assert GITLAB["pages"]["resource_group"] != GITLAB["tick"]["resource_group"]
    assert GITLAB["pages"]["variables"]["BRANCH"] != GITLAB["tick"]["variables"]["BRANCH"]


def test_github_keeps_the_database_also_when_something_failed_but_not_one_that_it_did_not_get():
    for job in ("pages", "tick"):
        keeping = next(step for step in steps(job) if "$KEEP" in step.get("run", ""))
        taking = next(step for step in steps(job) if "$TAKE" in step.get("run", ""))
        assert keeping["if"] == "always() && steps.taken.outcome == 'success'"
        assert taking["id"] == "taken"
        assert GITHUB["jobs"][job]["permissions"]["contents"] == "write"


def test_gitlab_keeps_the_database_also_when_something_failed():
    keep = GITLAB[".keep"][0]
    for job in ("pages", "tick"):
        assert flat(GITLAB[job]["after_script"]) == [keep]
        assert keep in flat(GITLAB[job]["script"])
    lines = flat(GITLAB["tick"]["script"])
    assert lines.index("code=0; callboard tick || code=$?") < lines.index(keep) < lines.index('exit "$code"')
    assert GITLAB["tick"]["allow_failure"] == {"exit_codes": 3}


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (1, 1), (2, 1), (3, 0)])
def test_for_github_what_is_left_to_retry_is_no_failure(tmp_path, code, ends):
    (tmp_path / "callboard").write_text(f"#!/bin/sh\nexit {code}\n")
    (tmp_path / "callboard").chmod(0o755)
    run = named("tick", "Tick")["run"]
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", run],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, b"::warning::" in done.stdout) == (ends, code == 3)


def test_secrets_reach_the_one_step_that_sends_and_are_not_printed():
    assert set(re.findall(r"secrets\.(\w+)", TEXTS["github"])) == TOKENS
    for job in GITHUB["jobs"]:
        for step in steps(job):
            assert ("secrets." in str(step)) == (step.get("run", "").startswith("callboard tick"))
    assert set(named("tick", "Tick")["env"]) == TOKENS
    for name, text in TEXTS.items():
        assert not re.search(r"set -\w*x|printenv|CALLBOARD_DEBUG|\benv\b *$", text, re.MULTILINE)
        for lines in scripts(name).values():
            assert not re.search(r"(echo|printf)[^\n]*(TOKEN|SECRET)", "\n".join(lines))
            assert "${{" not in "\n".join(lines)  # what GitHub puts in there becomes a part of the script


def test_nobody_elses_code_has_the_tokens():
    for job in GITHUB["jobs"]:
        for step in steps(job):
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", step.get("uses", "actions/x@v1"))
    assert GITHUB["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in TEXTS["github"]


def test_each_runs_when_it_should():
    when = GITHUB[True]  # YAML 1.1 takes `on` for true
    crons = [one["cron"] for one in when["schedule"]]
    assert when["push"]["branches"] == ["main"]
    daily, often = sorted(crons, key=len)
    assert len(often.split()[0].split(",")) == 4
    assert f"github.event.schedule == '{daily}'" in GITHUB["jobs"]["pages"]["if"]
    assert f"github.event.schedule != '{daily}'" in GITHUB["jobs"]["tick"]["if"]
    assert "github.event_name == 'pull_request'" in GITHUB["jobs"]["check"]["if"]
    assert "merge_request_event" in str(GITLAB["check"]["rules"])
    for job in ("pages", "tick"):
        assert f'$CALLBOARD_DO == "{job}"' in str(GITLAB[job]["rules"])
        assert f"CALLBOARD_DO = {job}" in TEXTS["gitlab"]
    for cron in crons:
        assert f'"{cron}"' in TEXTS["gitlab"]
    assert GITLAB["pages"]["artifacts"]["paths"] == ["public"]


# --- The database comes from its branch and goes back there


@pytest.fixture
def origin(tmp_path):
    """A repository on a server, with a registry in it."""
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(tmp_path, "init", "--quiet", "-b", "main", "lab")
    (tmp_path / "lab/config.yaml").write_text("registry: postings\n")
    git(tmp_path / "lab", "add", ".")
    git(tmp_path / "lab", "commit", "--quiet", "-m", "Ours")
    git(tmp_path / "lab", "push", "--quiet", str(tmp_path / "origin.git"), "main")
    git(tmp_path / "origin.git", "symbolic-ref", "HEAD", "refs/heads/main")
    git(tmp_path / "origin.git", "config", "receive.advertisePushOptions", "true")
    return tmp_path / "origin.git"


WHO = {
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@b.example",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@b.example",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
}


def git(folder, *words):
    return subprocess.run(["git", *words], cwd=folder, env=WHO, check=True, capture_output=True, text=True).stdout


def runs(name, step, folder, origin, branch="callboard-ledger"):
    text = GITHUB["env"][step.upper()] if name == "github" else GITLAB[f".{step}"][0]
    env = {**WHO, "BRANCH": branch, "CI_REPOSITORY_URL": str(origin)}
    quick = f"sleep() {{ :; }}; export -f sleep\n{text}"
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", quick], cwd=folder, env=env, capture_output=True, check=False
    )
    return done.returncode


def checked_out(origin, name):
    folder = origin.parent / name
    git(origin.parent, "clone", "--quiet", "--depth", "1", f"file://{origin}", str(folder))
    return folder


@pytest.mark.parametrize("name", TEXTS)
def test_what_one_round_keeps_the_next_one_has(origin, name):
    first = checked_out(origin, "first")
    assert runs(name, "take", first, origin) == 0  # the very first round
    (first / "callboard.db").write_bytes(b"\0settled")
    assert runs(name, "keep", first, origin) == 0
    assert git(first, "status", "--short", "--untracked-files=no") == ""
    second = checked_out(origin, "second")
    assert runs(name, "take", second, origin) == 0
    assert (second / "callboard.db").read_bytes() == b"\0settled"
    assert runs(name, "keep", second, origin) == 0
    count = ("rev-list", "--count", "callboard-ledger")
    assert git(origin, *count) == "1\n"  # nothing has changed
    (second / "callboard.db").write_bytes(b"\0more")
    (second / "callboard.db-wal").write_bytes(b"of a round that was killed")
    assert runs(name, "keep", second, origin) == 0
    assert git(origin, *count) == "2\n"
    third = checked_out(origin, "third")
    assert runs(name, "take", third, origin) == 0
    assert (third / "callboard.db").read_bytes() == b"\0more"
    assert (third / "callboard.db-wal").exists()
    assert git(origin, "ls-tree", "--name-only", "main") == "config.yaml\n"


@pytest.mark.parametrize("name", TEXTS)
def test_a_repository_that_does_not_answer_is_a_failure(origin, name):
    folder = checked_out(origin, "lab-2")
    elsewhere = origin.parent / "elsewhere.git"
    origin.rename(elsewhere)
    assert runs(name, "take", folder, origin) != 0
    (folder / ".taken").touch()
    (folder / "callboard.db").write_bytes(b"x")
    assert runs(name, "keep", folder, origin) != 0


@pytest.mark.parametrize("name", TEXTS)
def test_without_a_database_nothing_is_kept(origin, name):
    folder = checked_out(origin, "lab-2")
    assert runs(name, "take", folder, origin) == 0
    assert runs(name, "keep", folder, origin) == 0
    assert "callboard-ledger" not in git(origin, "branch", "--list")
    assert runs(name, "take", folder, origin, "callboard-published") == 0


@pytest.mark.parametrize("name", TEXTS)
def test_another_ones_ledger_is_not_run_over(origin, name):
    first, second = checked_out(origin, "first"), checked_out(origin, "second")
    for folder in (first, second):
        assert runs(name, "take", folder, origin) == 0
        (folder / "callboard.db").write_text(folder.name)
    assert runs(name, "keep", first, origin) == 0
    assert runs(name, "keep", second, origin) != 0
    assert git(origin, "show", "callboard-ledger:callboard.db") == "first"
