"""What `init --pages` writes: valid for those who read it, and nothing more than has to reaches a secret."""

import json
import re
import subprocess
from dataclasses import replace
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
import yaml

from bot.setup.lab import Lab, PlatformAsked, SecretAt
from bot.setup.pages import OWN_ACTION, InstalledFrom, UnfitError, action, pages, published_by, to_do
from bot.wording.catalogue import wording
from tests.pages.runner import filled
from tests.test_cli import callboard
from tests.tools import missing, program

ROOT = Path(__file__).parents[2]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
FROM = InstalledFrom("https://github.com/lab/callboard", COMMIT, "1.2.3")
TOKEN = SecretAt("token", "OUR_TELEGRAM", "1:x")
LAB = Lab("UTC", "en", platforms=(PlatformAsked("telegram", (TOKEN,), channel="@a"),), pages="github")
WORKFLOW = ".github/workflows/callboard.yml"
TEXTS = {
    "github": pages(LAB, FROM)[WORKFLOW],
    "own action": pages(LAB, None)[WORKFLOW],
    "action": action(),
    "form": pages(LAB, None)[".github/ISSUE_TEMPLATE/position.yml"],
    "gitlab": pages(replace(LAB, pages="gitlab"), FROM)[".gitlab-ci.yml"],
    "gitlab, hashed": pages(replace(LAB, pages="gitlab"), None)[".gitlab-ci.yml"],
}
SCHEMAS = {
    "github": "github-workflows",
    "own action": "github-workflows",
    "action": "github-actions",
    "form": "github-issue-forms",
    "gitlab": "gitlab-ci",
    "gitlab, hashed": "gitlab-ci",
}
GITHUB, ACTION, GITLAB = (yaml.safe_load(TEXTS[name]) for name in ("github", "action", "gitlab"))


@pytest.mark.parametrize("name", TEXTS)
def test_it_is_as_its_schema_wants_it(name):
    """The schemas of schemastore.org and GitLab, as check-jsonschema ships them."""
    try:
        folder = resources.files("check_jsonschema")
    except ModuleNotFoundError:
        missing("check-jsonschema is not installed: make install")
    schema = json.loads(folder.joinpath(f"builtin_schemas/vendor/{SCHEMAS[name]}.json").read_text())
    content = yaml.safe_load(TEXTS[name])
    if True in content:  # YAML 1.1 takes `on` for true
        content["on"] = content.pop(True)
    judge = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in judge.iter_errors(content)] == []
    assert not judge.is_valid({"jobs": {"tick": {"steps": "none"}}, "runs": 1, "body": 1})


def scripts():
    prepared = next(step["run"] for step in ACTION["runs"]["steps"] if step.get("name") == "Prepare")
    yield "action: Prepare's file", "bash", prepared.partition("<<'END'\n")[2].partition("\nEND")[0]
    for step in ACTION["runs"]["steps"]:
        if "run" in step:
            yield f"action: {step['name']}", step["shell"], f"set -eo pipefail\n{step['run']}"
    for name, job in GITLAB.items():
        if isinstance(job, dict) and "script" in job:
            yield f"gitlab: {name}", "bash", "\n".join(flat(job["script"]))


def flat(lines):
    return [line for part in lines for line in ([part] if isinstance(part, str) else part)]


def test_its_scripts_are_what_shellcheck_takes():
    checker = program("shellcheck", "shellcheck")
    for name, shell, script in scripts():
        options = (
            f"--shell={shell}",
            "--severity=warning",
            "--exclude=SC1091",
            "-",
        )  # of a file that is made meanwhile
        done = subprocess.run([checker, *options], input=script, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{name}: {done.stdout}"


def test_the_command_writes_them_says_what_is_left_and_changes_nothing_that_is_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "lab" / ".github" / "workflows" / "callboard.yml"
    own.parent.mkdir(parents=True)
    own.write_text("ours\n")
    ended = callboard("init", "lab", "--yes", "--pages", "github", "--language", "en")
    assert (ended.code, ended.out) == (
        0,
        (
            "git -C lab init --initial-branch=main && git -C lab add --all && "
            "git -C lab commit --message 'Positions' && "
            "git -C lab remote add origin git@github.com:OWNER/REPOSITORY.git && "
            "git -C lab push --set-upstream origin HEAD\n"
        ),
    )
    assert "Make an empty repository at GitHub, and put its address in the place of git@github.com:OWNER" in ended.err
    assert "The site: Settings > Pages > Source: GitHub Actions" in ended.err
    assert own.read_text() == "ours\n"
    assert "in_doubt: drop" in (tmp_path / "lab" / "config.yaml").read_text()
    assert (tmp_path / "lab" / ".github" / "ISSUE_TEMPLATE" / "position.yml").exists()
    assert callboard("check", "--config", "lab/config.yaml").code == 0
    assert callboard("init", "other", "--yes", "--pages", "github", "--service", "none").code == 0
    assert callboard("init", "third", "--yes", "--pages", "gitea").code == 2


def test_the_action_stands_where_it_is_looked_for():
    """`uses: OWNER/REPO@REF` is action.yml at the top of the repository."""
    assert (ROOT / "action.yml").read_text() == action(), "cp bot/setup/templates/action.yml action.yml"
    assert f"uses: lab/callboard@{COMMIT} # v1.2.3\n" in TEXTS["github"]
    assert "uses: ./.github/actions/callboard\n" in TEXTS["own action"]
    assert pages(LAB, None)[OWN_ACTION] == action()
    assert OWN_ACTION not in pages(LAB, FROM)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (
            {"url": "https://github.com/lab/callboard.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
            "lab/callboard",
        ),
        ({"url": "https://git.lab.example/x/callboard", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}, None),
    ],
)
def test_where_it_was_installed_from_is_what_it_is_installed_from_again(said, name):
    origin = InstalledFrom.of(said, "1.2.3")
    assert (origin.commit, origin.on_github) == (COMMIT, name)
    gitlab = pages(replace(LAB, pages="gitlab"), origin)[".gitlab-ci.yml"]
    assert f"pip install 'callboard @ git+{said['url']}@{COMMIT}'" in gitlab


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"url": "file:///srv/callboard", "dir_info": {"editable": True}},
        {"url": "ssh://git@github.com/lab/callboard", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
        {"url": "https://me:secret@github.com/lab/callboard", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
        {"url": "https://github.com/lab/callboard", "vcs_info": {"vcs": "git", "commit_id": "main"}},
    ],
)
def test_what_others_cannot_reach_is_no_origin(said):
    assert InstalledFrom.of(said, "1.2.3") is None


def steps(job):
    return GITHUB["jobs"][job]["steps"]


def test_only_githubs_own_actions_are_used_each_at_a_commit_that_cannot_be_moved():
    used = [*re.findall(r"uses: (actions/\S+)(.*)", TEXTS["github"] + TEXTS["action"])]
    assert len(used) == 9
    for one, comment in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", one), one
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), comment
    assert len({one.partition("@")[0] for one, _ in used}) == len(set(used))
    others = set(re.findall(r"uses: (\S+)", TEXTS["github"])) - {one for one, _ in used}
    assert others == {f"lab/callboard@{COMMIT}"}
    assert "pull_request_target" not in TEXTS["github"]


def test_this_repositorys_own_workflows_use_each_action_at_such_a_commit_too():
    """The same as the templates, where those use it."""
    files = [*(ROOT / ".github" / "workflows").glob("*.y*ml")]
    assert len(files) >= 2
    ours = dict(re.findall(r"uses: (actions/[a-z-]+)@(\S+ # \S+)", TEXTS["github"] + TEXTS["action"]))
    for file in files:
        for used in re.findall(r"uses: (.*)", file.read_text()):
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), f"{file.name}: {used}"
            name, _, commit = used.partition("@")
            assert commit == ours.get(name, commit), f"{file.name}: {used}"


def test_each_job_on_github_may_do_no_more_than_it_has_to():
    assert GITHUB["permissions"] == {}
    assert {name: job["permissions"] for name, job in GITHUB["jobs"].items()} == {
        "check": {"contents": "read"},
        "tick": {"contents": "write"},
        "pages": {"contents": "write", "pages": "read"},
        "deploy": {"pages": "write", "id-token": "write"},
        "import": {"contents": "write", "pull-requests": "write"},
        "position": {"contents": "write", "issues": "write", "pull-requests": "write"},
    }
    for job in GITHUB["jobs"]:
        for step in steps(job):
            if step["uses"].startswith("actions/checkout@"):
                assert step["with"] == {"persist-credentials": False}


def test_the_form_starts_nothing_by_itself():
    """A label that a form sets is set for whoever hands it in."""
    assert "labels" not in yaml.safe_load(TEXTS["form"])
    assert "github.event.label.name == 'position'" in GITHUB["jobs"]["position"]["if"]


def test_secrets_reach_the_one_step_that_sends_and_no_pull_request():
    with_secrets = [(name, step) for name in GITHUB["jobs"] for step in steps(name) if "secrets." in str(step)]
    [(job, step)] = with_secrets
    assert (job, step["with"]["do"]) == ("tick", "${{ github.event.inputs.do || 'tick' }}")
    assert set(re.findall(r"secrets\.(\w+)", TEXTS["github"])) == {"OUR_TELEGRAM", "CALLBOARD_LEDGER_KEY"}
    assert GITHUB["jobs"]["tick"]["environment"] == "callboard"
    assert "pull_request" not in GITHUB["jobs"]["tick"]["if"]
    given = [step for step in ACTION["runs"]["steps"] if "inputs.secrets" in str(step)]
    assert [step["name"] for step in given] == ["Tick"]
    for step in ACTION["runs"]["steps"]:
        has_login = "GH_TOKEN" in step.get("env", {})
        assert has_login == (step.get("name") in {"Tick", "Export", "Import", "Position"})
        assert "${{" not in step.get("run", ""), "what GitHub puts in there becomes a part of the script"
        assert not re.search(
            r"set -\w*x|CALLBOARD_DEBUG|(echo|printf)[^\n]*(TOKEN|SECRET)(?! )",
            step.get("run", "").replace("'x-access-token:%s' \"$GH_TOKEN\" | base64", ""),
        )
    assert GITLAB["tick"]["rules"][0] == {"if": "$CI_COMMIT_BRANCH != $CI_DEFAULT_BRANCH", "when": "never"}


def test_git_is_told_its_login_by_the_environment_and_not_on_a_command_line():
    """What stands on a command line all processes of a machine can read."""
    prepared = next(step["run"] for step in ACTION["runs"]["steps"] if step.get("name") == "Prepare")
    login = prepared.partition("login() {")[2].partition("\n}")[0]
    assert re.findall(r"(GIT_CONFIG_\w+)=", login) == ["GIT_CONFIG_VALUE_0", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0"]
    assert login.count("$GH_TOKEN") == 1  # of printf, which is bash's own
    for step in ACTION["runs"]["steps"]:
        rest = step.get("run", "").replace(login, "")
        assert "GH_TOKEN" not in rest
        assert not re.search(r"git (-c|config)\b", rest)


def test_no_round_is_stopped_half_way_and_none_takes_another_ones_place():
    """GitHub drops who waits in a group when another comes: a waiting round must not cost a site, nor the reverse."""
    assert "concurrency" not in GITHUB
    groups = [GITHUB["jobs"][job]["concurrency"] for job in ("tick", "pages", "deploy", "import")]
    assert all(group["cancel-in-progress"] is False for group in groups)
    names = [group["group"].partition("-${{")[0] for group in groups]
    assert len(set(names)) == 4
    assert GITLAB["default"]["interruptible"] is False
    assert len({GITLAB[job]["resource_group"] for job in ("tick", "pages", "import")}) == 3


@pytest.mark.parametrize("do", ["resend", "withdraw"])
def test_what_a_person_asks_for_waits_in_a_group_that_nothing_else_is_in(do):
    """Whether of a round, or of another such: they would drop it."""

    def group(run, **inputs):
        event = {"event": {"inputs": inputs} if inputs else {}, "run_id": run}
        return filled(GITHUB["jobs"]["tick"]["concurrency"]["group"], {"github": event})

    assert group("1") == group("2") == group("3", do="tick") == "callboard-tick"
    assert len({group("1", do="tick"), group("2", do=do), group("3", do=do)}) == 3


def test_a_round_ends_before_the_next_one_takes_it_for_dead():
    from bot.app.branch import UNDER_WAY

    assert GITHUB["jobs"]["tick"]["timeout-minutes"] * 60 < UNDER_WAY.total_seconds()
    assert GITLAB["tick"]["timeout"] == "10 minutes"


@pytest.mark.parametrize("name", ["action", "gitlab, hashed"])
def test_nothing_is_installed_but_what_has_a_known_hash_where_it_comes_from_the_lab(name):
    [line] = re.findall(r"python -m pip install (--require-hashes.*?)[\"\n]", TEXTS[name])
    assert line == "--require-hashes --only-binary=:all: --requirement callboard.txt"
    assert not re.search(r"pipx|npm|curl|wget", TEXTS[name])
    recipe = (ROOT / "Makefile").read_text().partition("\nwheel:")[2].partition("\n\n")[0]
    assert {"--generate-hashes", "--universal", "dist/callboard.txt"} <= set(recipe.split())


def test_what_each_needs_to_be_told_is_said():
    said = "\n".join(to_do(LAB, None, wording("en")))
    assert "make wheel" in said
    assert "Settings > Environments > callboard: OUR_TELEGRAM" in said
    assert "make wheel" not in "\n".join(to_do(LAB, FROM, wording("en")))
    gitlab = "\n".join(to_do(replace(LAB, pages="gitlab"), FROM, wording("de")))
    crons = [one["cron"] for one in GITHUB[True]["schedule"]]
    assert all(f"Zeitplan: Build > Pipeline schedules: {cron}, mit der Variablen" in gitlab for cron in crons)
    assert [*to_do(replace(LAB, pages="none"), None, wording("en"))] == []


def test_the_command_makes_what_is_missing_and_nothing_else(tmp_path):
    def git(*words):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True, capture_output=True)

    there = f"git -C {tmp_path}"
    git("init")
    assert published_by(tmp_path, LAB).startswith(f"{there} add --all && ")
    assert "remote add origin git@github.com:" in published_by(tmp_path, LAB)
    git("remote", "add", "origin", "https://git.lab.example/positions.git")
    assert published_by(tmp_path, LAB) == (f"{there} add --all && {there} commit --message 'Positions' && {there} push")


def init(folder, *words):
    return callboard("init", str(folder), "--yes", "--language", "en", *words)


@pytest.mark.parametrize("service", ["compose", "systemd"])
@pytest.mark.parametrize("pages", ["github", "gitlab"])
def test_nothing_is_set_up_to_announce_twice(tmp_path, service, pages):
    folder = tmp_path / "both"
    ended = init(folder, "--pages", pages, "--service", service)
    assert (ended.code, folder.exists()) == (2, False)
    assert "a second time; take one of them" in ended.err
    for words, other in [(("--pages", pages), ("--service", service)), (("--service", service), ("--pages", pages))]:
        folder = tmp_path / words[0]
        assert init(folder, *words).code == 0
        before = sorted(folder.rglob("*"))
        ended = init(folder, *other)
        assert (ended.code, sorted(folder.rglob("*"))) == (2, before)
        assert "already" in ended.err
        assert "a second time" in ended.err
        assert init(folder, *words).code == 0
    other = tmp_path / "own"
    other.mkdir()
    (other / "compose.yaml").write_text("services: {}\n")
    assert init(other, "--pages", pages).code == 0


def test_within_a_repository_github_would_find_no_workflow(tmp_path):
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "lab"
    ended = init(folder, "--pages", "github")
    assert (ended.code, folder.exists()) == (2, False)
    assert f"lies within the repository {tmp_path}, and GitHub reads such files at its top alone" in ended.err
    assert f"git init {folder}" in ended.err
    (folder / ".git").mkdir(parents=True)
    assert init(folder, "--pages", "github").code == 0


def test_a_secret_in_a_file_of_this_computer_is_refused():
    secret = SecretAt("token", file="/run/secrets/telegram")
    lab = replace(LAB, platforms=(PlatformAsked("telegram", (secret,)),))
    with pytest.raises(UnfitError, match="/run/secrets/telegram is a file of this computer, which GitHub does not see"):
        pages(lab, FROM)


def test_a_lab_with_no_platform_has_no_secrets():
    text = pages(Lab("UTC", "en", pages="github"), FROM)[WORKFLOW]
    assert set(re.findall(r"secrets\.(\w+)", text)) == {"CALLBOARD_LEDGER_KEY"}
    assert yaml.safe_load(text)["jobs"]["tick"]
