"""Killed at each step, and at any instant: nothing is lost, nothing is published twice, no file is half-written."""

import asyncio
import signal

import pytest

from bot.domain.draft import Action, DraftState
from tests.submissions import dying
from tests.submissions.conftest import ADA, BOB, OWLS
from tests.submissions.surviving import check_after_kills

pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]


def die(lab, what, name, point):
    """Whether the process was killed, and had not ended before."""
    process = dying.processes().Process(target=dying.one, args=(lab.config, what, name, point))
    process.start()
    process.join(60)
    assert process.exitcode in {0, -signal.SIGKILL}
    return process.exitcode != 0


async def index_follows(here, lab):
    """A git that the killed process has left may have the index for a while; then it follows."""
    async with asyncio.timeout(60):
        while lab.git("status", "--porcelain", "postings"):
            await here.recover()


def commits(lab):
    return [subject for subject in lab.log() if subject != "Begin"]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("first", range(3))
async def test_killed_at_any_step_of_an_approval_it_is_published_once(lab, first):
    here = await lab.under_git().submissions(uses_git=True)
    for point in range(first, 200, 3):
        draft = await here.hand_in(BOB, {**OWLS, "title": f"Owls {point}"})
        was_killed = die(lab, "approve", draft.id, point)
        held = await here.store.held_back()
        await here.recover()
        if (await here.store.get(draft.id)).state is DraftState.WAITING:  # it died before it was decided
            assert not held
            await here.approve(draft.id, ADA)
        assert commits(lab).count(f"Add owls-{point}") == 1
        assert (lab.postings / f"owls-{point}.yaml").read_text().startswith(f"title: Owls {point}\n")
        await index_follows(here, lab)
        actions = [str(entry.action) for entry in await here.store.audit(f"owls-{point}")]
        assert actions == ["handed-in", "approved", "published"]
        assert await here.store.held_back() == frozenset()
        if not was_killed:
            break
    assert point > 15
    assert len(commits(lab)) == len(list(lab.postings.iterdir()))


@pytest.mark.parametrize("what", ["extend", "publish"])
@pytest.mark.parametrize("step", [2])
async def test_killed_at_any_step_a_change_is_made_once_or_not_at_all(lab, what, step):
    here = await lab.under_git().submissions(uses_git=True)
    for point in range(0, 200, step if "sqlite" in lab.database else 5):
        name = f"owls-{point}"
        if what == "extend":
            (lab.postings / f"{name}.yaml").write_text("title: Owls # all\nrole: phd\ndeadline: 2027-05-02\n")
            lab.git("add", "postings")
            lab.git("commit", "-qm", "Begin")
        was_killed = die(lab, what, name, point)
        await here.written(None)
        await here.recover()
        done = [entry for entry in await here.store.audit(name) if entry.action in {Action.EXTENDED, Action.PUBLISHED}]
        is_done = len(done) == 1
        assert len(done) <= 1
        assert [subject.split()[-1] for subject in commits(lab)].count(name) == is_done
        file = lab.postings / f"{name}.yaml"
        if what == "extend":
            deadline = "2027-06-01" if is_done else "2027-05-02"
            assert file.read_text() == f"title: Owls # all\nrole: phd\ndeadline: {deadline}\n"
        else:
            assert file.exists() == is_done
        await index_follows(here, lab)
        if not was_killed:
            break
    assert is_done
    assert point > 15


async def test_killed_again_and_again_at_random_nothing_is_lost_or_doubled(lab):
    lab.under_git()
    await check_after_kills(lab, kills=4, seed=7)
