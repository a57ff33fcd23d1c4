"""A lab on GitHub with no server: what `init --pages github` writes is run, against a bare repository and the emulated
platforms.
"""

import asyncio
import re
import subprocess
from contextlib import closing
from functools import partial
from sqlite3 import connect

import pytest

from bot.app.branch import ON_THE_WIRE, SETTLED
from tests.emulators import telegram
from tests.pages.build import repository, secrets
from tests.pages.runner import GitHub, git
from tests.process.lab import Lab
from tests.test_issue_forms import as_github_writes

pytestmark = pytest.mark.process

LEDGER = "callboard-ledger"


@pytest.fixture
async def lab(tmp_path):
    async with Lab(tmp_path) as lab:
        yield lab


@pytest.fixture
async def server(lab, tmp_path):
    folder = await repository(tmp_path / "ours", lab, "github")
    (folder / "callboard.txt").write_text("# as make wheel writes it\n")
    return GitHub(tmp_path, folder, secrets(lab))


def subjects(server):
    return git(server.origin, "log", "--format=%s", LEDGER).splitlines()


def platforms_on_the_wire(server):
    """What the ledger in the branch says."""
    blob = subprocess.run(
        ["git", "cat-file", "blob", f"{LEDGER}:callboard.db"], cwd=server.origin, check=True, capture_output=True
    ).stdout
    with closing(connect(":memory:")) as database:
        database.deserialize(blob)
        found = {name for (name,) in database.execute("SELECT platform FROM notices WHERE state = 'on the wire'")}
    assert found
    return found


def goes_by(server, minutes=20):
    """The ledger's branch, as if it had been pushed so long ago."""
    tree, subject, parent = git(server.origin, "log", "-1", "--format=%T%n%s%n%P", LEDGER).splitlines()[:3]
    ago = {"GIT_COMMITTER_DATE": f"{int(git(server.origin, 'log', '-1', '--format=%ct', LEDGER)) - minutes * 60} +0000"}
    parents = ("-p", parent) if parent else ()
    commit = git(server.origin, "commit-tree", tree, *parents, "-m", subject, **ago).strip()
    git(server.origin, "update-ref", f"refs/heads/{LEDGER}", commit)


def while_another_is_at_work(server):
    """The ledger's branch, as one has it that is about to say something, and ends when it is waited for."""
    before = git(server.origin, "rev-parse", LEDGER).strip()
    about_to = git(server.origin, "commit-tree", f"{before}^{{tree}}", "-p", before, "-m", ON_THE_WIRE).strip()
    git(server.origin, "update-ref", f"refs/heads/{LEDGER}", about_to)
    ends = f'git -C "{server.origin}" update-ref refs/heads/{LEDGER} {before}'
    server.put("sleep", f'echo "$@" >> "{server.folder}/slept"; {ends}')


async def test_two_scheduled_rounds_announce_once(lab, server):
    first = await server.schedule()
    assert first.code == 0, first.out
    assert (len(lab.telegram.sent), len(lab.slack.sent)) == (1, 1)
    assert subjects(server)[0] == SETTLED
    count = len(subjects(server))
    second = await server.schedule()
    assert (second.code, len(lab.telegram.sent), len(lab.slack.sent)) == (0, 1, 1), second.out
    assert "nothing was due" in second.out
    assert len(subjects(server)) == count, "nothing has changed"
    by_hand = {"do": "resend", "posting": "owls", "channel": "lab-slack"}
    again = (await server.event("workflow_dispatch", only="tick", inputs=by_hand))["tick"]
    assert (again.code, len(lab.telegram.sent), len(lab.slack.sent)) == (0, 1, 2), again.out
    while_another_is_at_work(server)
    again = (await server.event("workflow_dispatch", only="tick", inputs=by_hand))["tick"]
    assert (again.code, len(lab.telegram.sent), len(lab.slack.sent)) == (0, 1, 3), again.out
    assert (server.folder / "slept").read_text() == "10\n"
    wrong = (await server.event("workflow_dispatch", only="tick", inputs=by_hand | {"posting": "--help"}))["tick"]
    assert (wrong.code, '"--help" is no good posting' in wrong.out) == (2, True)
    assert git(server.origin, "ls-tree", "--name-only", LEDGER) == "callboard.db\n"
    said = first.out + second.out
    assert not any(token in said for token in secrets(lab).values())
    lab.assert_no_problems()


async def test_a_round_that_is_killed_after_sending_is_not_said_again_and_a_person_hears_of_it(lab, server):
    """The machine is taken away when Telegram has the message; before that, another round begins."""
    lab.telegram.fail("sendMessage", telegram.hang(60, act=True))
    round_ = asyncio.create_task(server.schedule())
    await lab.telegram.wait_for(lambda: lab.telegram.sent)
    await lab.until(lambda: lab.slack.sent)
    assert subjects(server)[0] == ON_THE_WIRE
    other = await server.schedule()
    assert other.code == 0
    assert "has not ended: nothing is said before 15 minutes are over" in other.out
    assert "::warning::something is left to retry" in other.out
    server.kill(job=1)
    assert (await round_).code != 0
    lab.telegram.heal()
    goes_by(server)
    after = await server.schedule()
    assert "it may be missing" in after.out
    assert re.search("^::error::a message may be missing: look", after.out, re.MULTILINE)
    assert after.code == 1, "so that GitHub writes to a person"
    last = await server.schedule()
    assert (last.code, "nothing was due" in last.out) == (0, True), last.out
    assert (len(lab.telegram.sent), len(lab.slack.sent)) == (1, 1), "nothing was said twice"


async def test_a_round_that_is_killed_before_sending_is_made_good_where_the_platform_can_be_asked(lab, server):
    """The machine is taken away as soon as the branch has what is about to be said."""
    hook = server.origin / "hooks" / "post-receive"
    hook.write_text("#!/bin/sh\nkill -9 $(cat ../job1.pid)\n")
    hook.chmod(0o755)
    assert (await server.schedule()).code != 0
    hook.unlink()
    assert (subjects(server), lab.telegram.sent, lab.slack.sent) == ([ON_THE_WIRE], [], [])
    were_about_to_be = platforms_on_the_wire(server)
    goes_by(server)
    after = await server.schedule()
    assert len(lab.slack.sent) == 1, "it was asked, and had nothing"
    is_missing = "telegram" in were_about_to_be  # a push may have what goes to one of them alone
    assert len(lab.telegram.sent) == (not is_missing)
    assert (after.code == 1, "::error::a message may be missing: look" in after.out) == (is_missing, is_missing)
    lab.assert_no_problems()


async def test_a_pull_request_with_a_bad_posting_fails_and_says_why_without_a_secret(server):
    (server.lab / "postings" / "mice.yaml").write_text("title: Mice\nrole: boss\n")
    server.push()
    server.secrets = {}
    done = await server.event("pull_request")
    assert list(done) == ["check"]
    bad = done["check"]
    assert bad.code == 1
    assert bad.out.count("config.yaml") == 0, "any token will do"
    assert 'mice.yaml:2: role: "boss" is not one of' in bad.out


async def test_the_site_is_built_and_handed_to_pages_and_counts_on(server):
    done = await server.event("schedule", schedule="23 4 * * *")
    assert list(done) == ["pages", "deploy", "import"], done["pages"].out
    pages = done["pages"]
    assert pages.code == 0, pages.out
    site = pages.workspace / "_site"
    assert {"index.html", "feed.atom", "calendar.ics", "postings.json", "404.html"} <= {
        path.name for path in site.iterdir()
    }
    assert "https://lab.example/jobs" in (site / "feed.atom").read_text()
    [upload] = [given for action, given in pages.used if action.startswith("actions/upload-pages-artifact@")]
    assert upload == {"path": "_site"}
    assert [action.partition("@")[0] for action, _ in done["deploy"].used] == ["actions/deploy-pages"]
    assert git(server.origin, "ls-tree", "--name-only", "callboard-published") == "callboard.db\n"


async def test_an_issue_of_the_form_becomes_a_pull_request_with_the_file(server):
    body = as_github_writes({"title": "PhD in Owls $(touch evil)", "role": "phd", "deadline": "3/4/2199"})
    issue = {"body": body, "number": "7", "user": {"login": "ada"}}
    event = partial(server.event, "issues", issue=issue, sender={"login": "bea"})
    server.may = "read"
    [ran] = (await event(label={"name": "position"})).values()
    assert (ran.code, "bea cannot write to this repository" in ran.out) == (0, True)
    assert server.asked.read_text().endswith("/collaborators/bea/permission --jq .permission\n")
    server.may = "write"
    assert await event(label={"name": "other"}) == {}
    [ran] = (await event(label={"name": "position"})).values()
    assert ran.code == 0, ran.out
    file = "postings/phd-in-owls-touch-evil.yaml"
    shown = git(server.origin, "show", "--format=%an|%s", "--name-only", "position-7").split("\n")
    assert shown[:3] == ["ada|Add phd-in-owls-touch-evil", "", file]
    assert not (ran.workspace / "evil").exists()
    asked = server.asked.read_text()
    assert "pr create --head position-7 --title Add phd-in-owls-touch-evil" in asked
    assert "may be 2199-03-04 or 2199-04-03" in ran.out
    theirs = server.commits("position-7")
    [ran] = (await event(label={"name": "position"})).values()
    assert (ran.code, "::warning::the branch position-7 has commits that are not the bot's" in ran.out) == (0, True)
    assert git(server.origin, "rev-parse", "position-7").strip() == theirs
    server.is_over = True
    [ran] = (await event(label={"name": "position"})).values()
    assert (ran.code, git(server.origin, "log", "-1", "--format=%cn", "position-7")) == (0, "callboard\n")
    assert theirs in server.asked.read_text(), "its pull request was looked for as it stood there"
    server.is_over = False
    [ran] = (await event(label={"name": "position"})).values()
    assert (ran.code, "::warning::" in ran.out) == (0, False), "the bot's own is replaced"
    issue["body"] = as_github_writes({"title": "Owls", "role": "boss"})
    [ran] = (await event(label={"name": "position"})).values()
    assert ran.code == 1
    assert "issue comment 7 --body-file" in server.asked.read_text()


async def test_what_is_new_at_a_source_becomes_a_pull_request(server):
    sources = "sources:\n  - {name: page, kind: page, path: openings.md, trust: true}\n"
    config = server.lab / "config.yaml"
    config.write_text(config.read_text() + sources)
    page = "## PhD position in mice\n\nWe are looking for a PhD student. Apply by 2 May 2099 to mice@lab.example.\n"
    (server.lab / "openings.md").write_text(f"---\ntitle: Openings\n---\n{page}")
    server.push()
    done = (await server.event("schedule", only="import", schedule="23 4 * * *"))["import"]
    assert done.code == 0, done.out
    shown = git(server.origin, "show", "--name-only", "--format=", "callboard-sources")
    assert shown == "postings/phd-position-in-mice.yaml\n"
    assert "pr create --head callboard-sources" in server.asked.read_text()
    git(server.lab, "pull", "-q", "origin", "callboard-sources")
    git(server.lab, "push", "-q", "origin", "main")
    again = (await server.event("schedule", only="import", schedule="23 4 * * *"))["import"]
    assert "nothing new" in again.out
