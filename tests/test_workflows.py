"""The ready workflow files: that they ask Callboard for what it has, and never lose or run over the ledger."""

import re
import shlex
import shutil
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
    groups = [GITHUB["jobs"][job]["concurrency"] for job in ("deploy", "keep", "tick")]
    assert all(group["cancel-in-progress"] is False for group in groups)
    # GitHub drops who waits in a group when another comes: a waiting round must not cost a site, nor the reverse.
    assert len({group["group"] for group in groups}) == 3
    branches = [GITHUB["jobs"][job]["env"]["BRANCH"] for job in ("build", "keep", "tick")]
    assert branches[0] == branches[1] != branches[2]


def test_gitlab_never_runs_two_at_once_nor_stops_one_half_way():
    assert GITLAB["default"]["interruptible"] is False
    assert GITLAB["pages"]["resource_group"] != GITLAB["tick"]["resource_group"]
    assert GITLAB["pages"]["variables"]["BRANCH"] != GITLAB["tick"]["variables"]["BRANCH"]


def test_github_keeps_the_ledger_also_when_something_failed_but_not_one_that_it_did_not_get():
    keeping = next(step for step in steps("tick") if "$KEEP" in step.get("run", ""))
    taking = next(step for step in steps("tick") if "$TAKE" in step.get("run", ""))
    assert keeping["if"] == "always() && steps.taken.outcome == 'success'"
    assert taking["id"] == "taken"
    assert GITHUB["jobs"]["keep"]["needs"] == "build"


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


def test_only_githubs_own_actions_are_used_each_at_a_commit_that_cannot_be_moved():
    used = re.findall(r"uses: (\S+)(.*)", TEXTS["github"])
    assert len(used) == len([step for job in GITHUB["jobs"] for step in steps(job) if "uses" in step]) > 8
    for action, comment in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), comment
    versions = {action.partition("@")[0]: set() for action, _ in used}
    for action, comment in used:
        versions[action.partition("@")[0]].add((action, comment))
    assert all(len(pins) == 1 for pins in versions.values())
    assert "pull_request_target" not in TEXTS["github"]


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_is_installed_but_what_has_a_known_hash(name):
    installing = (GITHUB["env"] if name == "github" else GITLAB["variables"])["INSTALL"]
    assert {"--require-hashes", "--only-binary=:all:"} <= set(shlex.split(installing))
    text = TEXTS[name].replace(installing, "")
    assert not re.search(r"pip install|pipx|npm|curl|wget", text)
    assert len(re.findall(r"\$INSTALL", text)) == 3


def test_the_hashes_are_made_by_the_command_that_the_files_name():
    makefile = (FOLDER.parents[1] / "Makefile").read_text()
    recipe = makefile.partition("\nwheel:")[2].partition("\n\n")[0]
    assert {"--generate-hashes", "--universal", "dist/callboard.txt"} <= set(recipe.split())
    assert all("make wheel" in text for text in TEXTS.values())


def test_each_job_on_github_may_do_no_more_than_it_has_to():
    assert GITHUB["permissions"] == {}
    permissions = {name: job["permissions"] for name, job in GITHUB["jobs"].items()}
    assert permissions == {
        "check": {"contents": "read"},
        "build": {"contents": "read", "pages": "read"},
        "deploy": {"pages": "write", "id-token": "write"},
        "keep": {"contents": "write"},
        "tick": {"contents": "write"},
    }
    for job in GITHUB["jobs"]:
        uses = [step.get("uses", "").partition("@")[0] for step in steps(job)]
        for step, action in zip(steps(job), uses, strict=True):
            if action == "actions/checkout":
                assert step["with"]["persist-credentials"] is False
            # git's login is in the steps that speak with the repository, and in none that runs Callboard
            assert ("github.token" in str(step)) == ("$LOGIN" in step.get("run", ""))
            assert not ("$LOGIN" in step.get("run", "") and "callboard " in step["run"].replace("callboard.db", ""))
    assert not any("$INSTALL" in step.get("run", "") for step in steps("keep"))


def test_the_tokens_are_for_the_default_branch_alone():
    with_tokens = [name for name, job in GITHUB["jobs"].items() if "secrets." in str(job)]
    assert with_tokens == ["tick"]
    assert GITHUB["jobs"]["tick"]["environment"] == "callboard"
    assert "Environments" in TEXTS["github"]
    assert "protected" in TEXTS["gitlab"]
    assert "$CI_COMMIT_BRANCH != $CI_DEFAULT_BRANCH" in str(GITLAB["tick"]["rules"][0])
    assert GITLAB["tick"]["rules"][0]["when"] == "never"


def test_each_runs_when_it_should():
    when = GITHUB[True]  # YAML 1.1 takes `on` for true
    crons = [one["cron"] for one in when["schedule"]]
    assert when["push"]["branches"] == ["main"]
    daily, often = sorted(crons, key=len)
    assert len(often.split()[0].split(",")) == 4
    assert f"github.event.schedule == '{daily}'" in GITHUB["jobs"]["build"]["if"]
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


def runs(name, step, folder, branch="callboard-ledger"):
    text = GITHUB["env"][step.upper()] if name == "github" else GITLAB[f".{step}"][0]
    return script(text, folder, branch).returncode


def script(text, folder, branch="callboard-ledger"):
    env = {**WHO, "BRANCH": branch, **{name: GITHUB["env"][name] for name in ("LOGIN", "TAKE", "KEEP")}}
    env |= {"GIT_LOGIN": "made-up", "GITHUB_SERVER_URL": "https://git.example"}
    quick = f"sleep() {{ :; }}; export -f sleep\n{text}"
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", quick], cwd=folder, env=env, capture_output=True, check=False, text=True
    )


def checked_out(origin, name):
    folder = origin.parent / name
    git(origin.parent, "clone", "--quiet", "--depth", "1", f"file://{origin}", str(folder))
    return folder


@pytest.mark.parametrize("name", TEXTS)
def test_what_one_round_keeps_the_next_one_has(origin, name):
    first = checked_out(origin, "first")
    assert runs(name, "take", first) == 0  # the very first round
    (first / "callboard.db").write_bytes(b"\0settled")
    assert runs(name, "keep", first) == 0
    assert git(first, "status", "--short", "--untracked-files=no") == ""
    second = checked_out(origin, "second")
    assert runs(name, "take", second) == 0
    assert (second / "callboard.db").read_bytes() == b"\0settled"
    assert runs(name, "keep", second) == 0
    count = ("rev-list", "--count", "callboard-ledger")
    assert git(origin, *count) == "1\n"  # nothing has changed
    (second / "callboard.db").write_bytes(b"\0more")
    (second / "callboard.db-wal").write_bytes(b"of a round that was killed")
    assert runs(name, "keep", second) == 0
    assert git(origin, *count) == "2\n"
    third = checked_out(origin, "third")
    assert runs(name, "take", third) == 0
    assert (third / "callboard.db").read_bytes() == b"\0more"
    assert (third / "callboard.db-wal").exists()
    assert git(origin, "ls-tree", "--name-only", "main") == "config.yaml\n"


@pytest.mark.parametrize("name", TEXTS)
def test_a_repository_that_does_not_answer_is_a_failure(origin, name):
    folder = checked_out(origin, "lab-2")
    elsewhere = origin.parent / "elsewhere.git"
    origin.rename(elsewhere)
    assert runs(name, "take", folder) != 0
    (folder / ".taken").touch()
    (folder / "callboard.db").write_bytes(b"x")
    assert runs(name, "keep", folder) != 0


@pytest.mark.parametrize("name", TEXTS)
def test_without_a_database_nothing_is_kept(origin, name):
    folder = checked_out(origin, "lab-2")
    assert runs(name, "take", folder) == 0
    assert runs(name, "keep", folder) == 0
    assert "callboard-ledger" not in git(origin, "branch", "--list")
    assert runs(name, "take", folder, "callboard-published") == 0


@pytest.mark.parametrize("name", TEXTS)
def test_another_ones_ledger_is_not_run_over(origin, name):
    first, second = checked_out(origin, "first"), checked_out(origin, "second")
    for folder in (first, second):
        assert runs(name, "take", folder) == 0
        (folder / "callboard.db").write_text(folder.name)
    assert runs(name, "keep", first) == 0
    assert runs(name, "keep", second) != 0
    assert git(origin, "show", "callboard-ledger:callboard.db") == "first"


# --- Whoever can push to the database's branch brings a database, and nothing else


def pushed(origin, name, **files):
    """Puts the files of a branch of their own; a value is its text, or a path to which it is a link."""
    folder = origin.parent / f"evil-{name}"
    git(origin.parent, "init", "--quiet", "-b", "callboard-ledger", str(folder))
    for path, content in files.items():
        target = folder / path.replace("_", ".", 1)
        if isinstance(content, Path):
            target.symlink_to(content)
        elif content is None:
            target.mkdir()
            (target / "inside").write_text("x")
        else:
            target.write_text(content)
    git(folder, "add", "--force", ".")
    git(folder, "commit", "--quiet", "-m", "Ours now")
    git(folder, "push", "--quiet", str(origin), "callboard-ledger")


@pytest.mark.parametrize("name", TEXTS)
def test_a_config_in_the_ledgers_branch_is_not_taken(origin, name):
    files = {"callboard_db": "settled", "config_yaml": "registry: elsewhere", "sitecustomize_py": "raise SystemExit"}
    pushed(origin, name, **files)
    folder = checked_out(origin, "lab-2")
    before = {path.name for path in folder.iterdir()}
    assert runs(name, "take", folder) == 0
    assert (folder / "config.yaml").read_text() == "registry: postings\n"
    assert {path.name for path in folder.iterdir()} - before - {".taken"} == {"callboard.db"}
    assert (folder / "callboard.db").read_text() == "settled"


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(
    "files",
    [
        {"callboard_db": Path("config.yaml")},
        {"callboard_db": Path("/etc/passwd")},
        {"callboard_db": "settled", "callboard_db-wal": Path("config.yaml")},
        {"callboard_db": None},
        {"config_yaml": "registry: elsewhere"},
    ],
)
def test_a_link_a_folder_or_nothing_in_the_databases_place_is_refused(origin, name, files):
    pushed(origin, name, **files)
    folder = checked_out(origin, "lab-2")
    assert runs(name, "take", folder) != 0
    assert (folder / "config.yaml").read_text() == "registry: postings\n"
    assert not (folder / ".taken").exists()


@pytest.mark.parametrize("name", TEXTS)
def test_a_link_in_the_default_branch_is_neither_followed_nor_kept(origin, name):
    pushed(origin, name, callboard_db="settled")
    folder = checked_out(origin, "lab-2")
    (folder / "callboard.db").symlink_to("config.yaml")
    assert runs(name, "take", folder) == 0
    assert (folder / "config.yaml").read_text() == "registry: postings\n"
    assert not (folder / "callboard.db").is_symlink()
    (folder / "callboard.db").unlink()
    (folder / "callboard.db").symlink_to("config.yaml")
    assert runs(name, "keep", folder) == 0
    assert git(origin, "show", "callboard-ledger:callboard.db") == "settled"


@pytest.mark.parametrize("name", TEXTS)
def test_the_database_is_kept_to_the_byte_whatever_git_is_told_to_do_with_text(origin, name):
    folder = checked_out(origin, "lab-2")
    (folder / ".gitattributes").write_text("* text eol=lf\n*.db ident\n")
    assert runs(name, "take", folder) == 0
    content = b"SQLite format 3\0\r\n$Id: x$\r\n"
    (folder / "callboard.db").write_bytes(content)
    assert runs(name, "keep", folder) == 0
    after = checked_out(origin, "lab-3")
    (after / ".gitattributes").write_text("* text eol=crlf\n")
    assert runs(name, "take", after) == 0
    assert (after / "callboard.db").read_bytes() == content


# --- On GitHub, what was published is kept by a job of its own


def built(origin, name, content):
    """What the job `build` hands on: the database after an export, and from which commit it came."""
    folder = checked_out(origin, name)
    done = script(named("build", "Take what was published")["run"], folder, "callboard-published")
    assert done.returncode == 0, done.stderr
    (folder / "callboard.db").write_text(content)
    handed = origin.parent / f"{name}-handed"
    handed.mkdir()
    for path in ("callboard.db", "taken"):
        shutil.copy(folder / path, handed / path)
    return handed


def kept(origin, name, handed):
    folder = checked_out(origin, f"{name}-keep")
    shutil.copytree(handed, folder / "published")
    return script(named("keep", "Keep what was published")["run"], folder, "callboard-published").returncode


def published(origin):
    return git(origin, "show", "callboard-published:callboard.db")


def test_what_was_published_is_kept_and_the_next_build_has_it(origin):
    assert kept(origin, "first", built(origin, "first", "edition 1")) == 0
    assert published(origin) == "edition 1"
    assert kept(origin, "second", built(origin, "second", "edition 2")) == 0
    assert published(origin) == "edition 2"
    assert kept(origin, "third", built(origin, "third", "edition 2")) == 0
    assert git(origin, "rev-list", "--count", "callboard-published") == "2\n"


def test_of_two_builds_at_a_time_the_second_does_not_run_over_the_first(origin):
    assert kept(origin, "before", built(origin, "before", "edition 1")) == 0
    slow, quick = built(origin, "slow", "edition 2 of the slow"), built(origin, "quick", "edition 2 of the quick")
    assert kept(origin, "quick", quick) == 0
    assert kept(origin, "slow", slow) == 0
    assert published(origin) == "edition 2 of the quick"


def test_git_is_told_its_login_by_the_environment_and_not_on_a_command_line(tmp_path):
    done = script(
        f"{GITHUB['env']['LOGIN']}; git config --get-urlmatch http.extraheader https://git.example/x", tmp_path
    )
    assert done.returncode == 0
    assert done.stdout == "AUTHORIZATION: basic eC1hY2Nlc3MtdG9rZW46bWFkZS11cA==\n"  # x-access-token:made-up
    for text in TEXTS.values():
        assert "CI_REPOSITORY_URL" not in text  # it holds a token, and stands in the list of processes
