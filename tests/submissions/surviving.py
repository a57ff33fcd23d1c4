"""What has to hold after processes were killed that handed in, approved and changed postings."""

import asyncio
import random

from bot.domain.draft import Action, DraftState
from bot.sources.files import Registry
from tests.submissions import dying


async def check_after_kills(lab, kills, seed, longest=1.5):
    """Two processes at a time, each killed at random; then what is left is what the database says."""
    chance, context = random.Random(seed), dying.processes()
    here = await lab.submissions(uses_git=True)
    running = []
    for number in range(kills):
        while len(running) < 2:
            process = context.Process(target=dying.many, args=(lab.config, seed * 10_000 + number * 2 + len(running)))
            process.start()
            running.append(process)
        victim = running.pop(chance.randrange(2))
        victim.join(chance.uniform(0.05, longest))
        assert victim.exitcode is None
        victim.kill()
        victim.join()
    for process in running:
        process.kill()
        process.join()
    await here.written(None)
    while await here.store.unfinished():  # a git that was left running may hold a lock yet
        await here.recover()
    drafts, audit = await here.store.handed_in(), await here.store.audit()
    published = [entry.posting for entry in audit if entry.action is Action.PUBLISHED]
    changes = [entry for entry in audit if entry.action in {Action.PUBLISHED, Action.CHANGED}]
    assert len(published) == len(set(published))
    assert sorted(path.stem for path in lab.postings.iterdir()) == sorted(published)
    assert {draft.posting for draft in drafts if draft.state is DraftState.APPROVED} <= set(published)
    assert all(draft.posting is None for draft in drafts if draft.state is not DraftState.APPROVED)
    by_action = {Action.PUBLISHED: "Add", Action.CHANGED: "Change"}
    assert sorted([subject for subject in lab.log() if subject != "Begin"]) == sorted(
        f"{by_action[entry.action]} {entry.posting}" for entry in changes
    )
    async with asyncio.timeout(60):
        while lab.git("status", "--porcelain", "postings"):  # the same
            await here.recover()
    assert Registry(lab.postings, "Europe/Berlin").read().problems == ()
    rejected = {entry.draft for entry in audit if entry.action is Action.REJECTED}
    assert rejected == {draft.id for draft in drafts if draft.state is DraftState.REJECTED}
    return {"kills": kills, "drafts": len(drafts), "changes": len(changes), "rejected": len(rejected)}
