"""A lab on GitLab with no server: what `init --pages gitlab` writes is run, against a bare repository and the emulated
platforms.
"""

import pytest

from tests.pages.build import repository, secrets
from tests.pages.runner import GitLab, git
from tests.process.lab import Lab

pytestmark = pytest.mark.process


@pytest.fixture
async def lab(tmp_path):
    async with Lab(tmp_path) as lab:
        yield lab


@pytest.fixture
async def server(lab, tmp_path):
    return GitLab(tmp_path, await repository(tmp_path / "ours", lab, "gitlab"), secrets(lab))


async def test_two_scheduled_rounds_announce_once(lab, server):
    for _ in range(2):
        done = await server.pipeline(CALLBOARD_DO="tick")
        assert list(done) == ["tick"]
        assert done["tick"].code == 0, done["tick"].out
    assert (len(lab.telegram.sent), len(lab.slack.sent)) == (1, 1)
    assert git(server.origin, "ls-tree", "--name-only", "callboard-ledger") == "callboard.db\n"
    assert not any(token in done["tick"].out for token in secrets(lab).values())
    lab.assert_no_problems()


async def test_the_site_is_built_and_new_positions_of_a_source_are_proposed(server):
    git(server.origin, "config", "receive.advertisePushOptions", "true")
    config = server.lab / "config.yaml"
    config.write_text(f"{config.read_text()}sources:\n  - {{name: page, kind: page, path: openings.md, trust: true}}\n")
    page = "## PhD position in mice\n\nWe are looking for a PhD student. Apply by 2 May 2099 to mice@lab.example.\n"
    (server.lab / "openings.md").write_text(f"---\ntitle: Openings\n---\n{page}")
    server.push()
    server.secrets = {}
    done = await server.pipeline(CALLBOARD_DO="pages")
    assert list(done) == ["pages", "import"]
    assert done["pages"].code == 0, done["pages"].out
    assert "https://lab.example/jobs" in (done["pages"].workspace / "public" / "feed.atom").read_text()
    assert done["import"].code == 0, done["import"].out
    shown = git(server.origin, "show", "--name-only", "--format=", "callboard-sources")
    assert shown == "postings/phd-position-in-mice.yaml\n"
    theirs = server.commits("callboard-sources")
    left = (await server.pipeline(only="import", CALLBOARD_DO="pages"))["import"]
    assert (left.code, "callboard-sources has commits that are not the bot's" in left.out) == (0, True)
    assert git(server.origin, "rev-parse", "callboard-sources").strip() == theirs


async def test_a_merge_request_with_a_bad_posting_fails_and_says_why_without_a_secret(server):
    (server.lab / "postings" / "mice.yaml").write_text("title: Mice\nrole: boss\n")
    server.push()
    server.secrets = {}
    done = await server.pipeline(CI_PIPELINE_SOURCE="merge_request_event", CI_COMMIT_BRANCH="")
    assert list(done) == ["check"]
    assert done["check"].code == 1
    assert 'mice.yaml:2: role: "boss" is not one of' in done["check"].out
