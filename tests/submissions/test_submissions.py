"""Drafts and what becomes of them, on both databases."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.draft import Action, DraftState, Step
from bot.sources.files.values import FieldsError
from bot.submissions.carrying import SubmissionError
from bot.submissions.submissions import DecidedError
from tests.submissions.conftest import ADA, BOB, OWLS


async def test_what_is_handed_in_waits_and_is_published_once_when_it_is_approved(lab):
    here, there = await lab.submissions(), await lab.submissions()
    draft = await here.hand_in(BOB, OWLS)
    assert (draft.state, draft.posting, draft.by) == (DraftState.WAITING, None, BOB)
    assert list(lab.postings.iterdir()) == []
    assert await there.store.handed_in(states=[DraftState.WAITING]) == [draft]
    done = await there.approve(draft.id, ADA)
    assert (done.posting, done.state, done.step) == ("phd-in-owls", DraftState.APPROVED, Step.DONE)
    assert (lab.postings / "phd-in-owls.yaml").read_text() == "title: PhD in Owls\nrole: phd\ndeadline: 2027-05-02\n"
    with pytest.raises(DecidedError) as late:
        await here.approve(draft.id, BOB)
    assert late.value.draft.decided_by == ADA
    with pytest.raises(DecidedError):
        await here.reject(draft.id, BOB)
    audit = await here.store.audit("phd-in-owls")
    assert [(entry.by.name, entry.action, entry.detail) for entry in audit] == [
        ("Bob Beispiel", Action.HANDED_IN, "title, role, deadline"),
        ("Ada Example", Action.APPROVED, ""),
        ("Bob Beispiel", Action.PUBLISHED, "PhD in Owls"),
    ]
    assert await there.owners("phd-in-owls") == {BOB.person}
    assert await here.store.held_back() == frozenset()
    assert await here.store.published(["phd-in-owls", "bats"]) == {"phd-in-owls"}


async def test_of_many_who_press_at_once_the_first_counts(lab):
    some = [await lab.submissions() for _ in range(4)]
    draft = await some[0].hand_in(BOB, OWLS)
    pressed = (one.approve(draft.id, ADA) if place % 2 else one.reject(draft.id, BOB) for place, one in enumerate(some))
    results = await asyncio.gather(*pressed, return_exceptions=True)
    assert sum(isinstance(result, DecidedError) for result in results) == 3
    decided = await some[0].store.get(draft.id)
    written = [path.name for path in lab.postings.iterdir()]
    assert written == (["phd-in-owls.yaml"] if decided.state is DraftState.APPROVED else [])
    assert all(result.draft.decided_by == decided.decided_by for result in results if isinstance(result, DecidedError))


async def test_a_rejection_has_a_reason_and_whoever_handed_it_in_hears_of_it_once(lab):
    here = await lab.submissions()
    draft = await here.hand_in(BOB, OWLS)
    assert await here.store.untold() == []
    await here.reject(draft.id, ADA, "no money")
    [told] = await here.store.untold()
    assert (told.id, told.why) == (draft.id, "no money")
    assert await here.store.tell(draft.id)
    assert not await here.store.tell(draft.id)
    assert await here.store.untold() == []
    assert [(entry.action, entry.detail) for entry in await here.store.audit()][1:] == [(Action.REJECTED, "no money")]


async def test_fifty_at_once_get_ids_and_files_of_their_own(lab):
    some = [await lab.submissions() for _ in range(3)]
    drafts = await asyncio.gather(*(some[place % 3].hand_in(BOB, OWLS) for place in range(50)))
    done = await asyncio.gather(*(some[place % 3].approve(draft.id, ADA) for place, draft in enumerate(drafts)))
    assert len({draft.posting for draft in done}) == 50
    assert {path.stem for path in lab.postings.iterdir()} == {draft.posting for draft in done}


async def test_a_change_alters_its_lines_alone_and_is_known_by_what_it_did(lab):
    file = lab.postings / "owls.yaml"
    file.write_text("title: Owls # all\nrole: phd\ndeadline: 2027-05-02\n")
    here = await lab.submissions()
    done = await here.change(ADA, "owls", {"deadline": "2027-06-01"}, Action.EXTENDED)
    assert done.is_done
    assert file.read_text() == "title: Owls # all\nrole: phd\ndeadline: 2027-06-01\n"
    await here.change(ADA, "owls", {"status": "filled"}, Action.CLOSED)
    audit = await here.store.audit("owls")
    assert [(entry.action, entry.detail) for entry in audit] == [
        (Action.EXTENDED, "2027-05-02 -> 2027-06-01"),
        (Action.CLOSED, "filled"),
    ]
    with pytest.raises(SubmissionError, match="owls says that already"):
        await here.change(ADA, "owls", {"status": "filled"}, Action.CLOSED)
    with pytest.raises(LookupError):
        await here.change(ADA, "bats", {"status": "filled"})
    with pytest.raises(FieldsError, match="is no date"):
        await here.change(ADA, "owls", {"deadline": "soon"})


async def test_a_change_that_no_longer_fits_is_not_made_and_waits(lab):
    file = lab.postings / "owls.yaml"
    file.write_text("title: Owls\nrole: phd\ndeadline: 2027-05-02\npay: E13\n")
    here = await lab.submissions()
    draft = await here.propose(BOB, "owls", {"deadline": "2027-06-01"})
    other = await here.propose(BOB, "owls", {"pay": "E14"})
    file.write_text("title: Owls\nrole: phd\ndeadline: 2027-05-20\npay: E13\n")
    with pytest.raises(SubmissionError, match=r"owls\.yaml was changed meanwhile: deadline says 2027-05-20"):
        await here.approve(draft.id, ADA)
    waits = await here.store.get(draft.id)
    assert (waits.state, waits.trouble[:10]) == (DraftState.WAITING, "owls.yaml ")
    assert (await here.approve(other.id, ADA)).is_done
    assert file.read_text() == "title: Owls\nrole: phd\ndeadline: 2027-05-20\npay: E14\n"
    assert [entry.action for entry in await here.store.audit("owls")] == [
        "handed-in",
        "handed-in",
        "approved",
        "changed",
    ]


async def test_two_changes_never_lose_one_another(lab):
    file = lab.postings / "owls.yaml"
    file.write_text("title: Owls\nrole: phd\n")
    some = [await lab.submissions() for _ in range(4)]
    keys = ["pay", "group", "location", "call", "start", "duration", "organization", "summary"]
    changes = (some[place % 4].change(ADA, "owls", {key: f"the {key}"}) for place, key in enumerate(keys))
    await asyncio.gather(*changes)
    assert {f"{key}: the {key}" for key in keys} < set(file.read_text().splitlines())


async def test_an_admin_may_change_what_waits(lab):
    here = await lab.submissions()
    draft = await here.hand_in(BOB, OWLS)
    revised = await here.revise(draft.id, ADA, {"pay": "E13", "deadline": None})
    assert revised.fields == {"title": "PhD in Owls", "role": ["phd"], "pay": "E13"}
    with pytest.raises(FieldsError, match="title: is missing"):
        await here.revise(draft.id, ADA, {"title": None})
    await here.approve(draft.id, ADA)
    assert (lab.postings / "phd-in-owls.yaml").read_text() == "title: PhD in Owls\nrole: phd\npay: E13\n"
    with pytest.raises(DecidedError):
        await here.revise(draft.id, ADA, {"pay": "E14"})


async def test_a_change_that_waits_may_be_changed_as_well(lab):
    file = lab.postings / "owls.yaml"
    file.write_text("title: Owls\nrole: phd\npay: E13\n")
    here = await lab.submissions()
    draft = await here.propose(BOB, "owls", {"pay": "E14"})
    revised = await here.revise(draft.id, ADA, {"group": "Birds"})
    assert (revised.changes, revised.base) == ({"pay": "E14", "group": "Birds"}, {"pay": "E13", "group": None})
    await here.approve(draft.id, ADA)
    assert file.read_text() == "title: Owls\nrole: phd\ngroup: Birds\npay: E14\n"


async def test_ids_that_are_or_were_taken_are_not_given_again(lab):
    (lab.postings / "bats.yaml").write_text("title: Bats\nrole: phd\naliases: [phd-in-owls]\n")
    (lab.postings / "phd-in-owls-2.yaml").write_text("title: broken\n")
    here = await lab.submissions()
    assert (await here.preview(OWLS)).id == "phd-in-owls-3"
    assert (await here.publish(ADA, OWLS)).posting == "phd-in-owls-3"
    (lab.postings / "phd-in-owls-3.yaml").unlink()
    (lab.postings / "phd-in-owls-4.yaml").write_text("made by hand, and not seen yet")
    assert (await here.publish(ADA, OWLS)).posting == "phd-in-owls-5"
    assert (lab.postings / "phd-in-owls-4.yaml").read_text() == "made by hand, and not seen yet"


async def test_a_folder_that_cannot_be_written_leaves_the_draft(lab):
    here = await lab.submissions()
    draft = await here.hand_in(BOB, OWLS)
    lab.postings.rename(lab.folder / "elsewhere")
    with pytest.raises(SubmissionError, match=r"postings cannot be read: No such file.*; it is done as soon"):
        await here.approve(draft.id, ADA)
    (lab.folder / "elsewhere").rename(lab.postings)
    assert [done.posting for done in await here.recover()] == ["phd-in-owls"]
    assert (lab.postings / "phd-in-owls.yaml").exists()


async def test_what_a_draft_said_is_forgotten_after_a_month_and_the_audit_stays(lab):
    here = await lab.submissions()
    draft, waits = await here.hand_in(BOB, OWLS), await here.hand_in(BOB, OWLS)
    await here.approve(draft.id, ADA)
    now = here._now()
    here._board.clock = lambda: now + timedelta(days=31)
    await here.recover()
    assert [left.id for left in await here.store.handed_in()] == [waits.id]
    assert len(await here.store.audit("phd-in-owls")) == 3


async def test_a_person_is_forgotten_on_request(lab):
    here = await lab.submissions()
    draft = await here.hand_in(BOB, OWLS)
    await here.approve(draft.id, ADA)
    assert await here.store.forget(BOB.person) > 0
    assert await here.owners("phd-in-owls") == frozenset()
    assert {(entry.by.name, str(entry.by.person)) for entry in await here.store.audit()} == {
        ("forgotten", "forgotten:-"),
        ("Ada Example", "slack:U0ADA"),
    }
    assert "4711" not in repr(await here.store.handed_in())


async def test_owners_are_whom_the_file_names_too_and_stay_when_it_is_renamed(lab):
    (lab.postings / "owls.yaml").write_text("title: Owls\nrole: phd\nowner: slack:U0OWL\n")
    here = await lab.submissions()
    done = await here.publish(BOB, OWLS)
    assert {str(person) for person in await here.owners("owls")} == {"slack:U0OWL"}
    old = lab.postings / f"{done.posting}.yaml"
    (lab.postings / "renamed.yaml").write_text(f"{old.read_text()}aliases: [{done.posting}]\n")
    old.unlink()
    await here.written(None)
    assert await here.owners("renamed") == {BOB.person}
    assert await here.owners(done.posting) == {BOB.person}


async def test_counts_tell_what_waits(lab):
    here = await lab.submissions()
    assert (await here.store.counts()).waiting == 0
    first = await here.hand_in(BOB, OWLS)
    await here.hand_in(BOB, OWLS)
    await here.approve((await here.hand_in(BOB, OWLS)).id, ADA)
    counts = await here.store.counts()
    assert (counts.waiting, counts.oldest, counts.approved, counts.rejected) == (2, first.at, 1, 0)


async def test_with_a_posting_its_owners_are_erased_and_what_its_drafts_said(lab):
    from bot.engine.erasing import erase

    here = await lab.submissions()
    contact = {"name": "Ada Beispiel", "email": "ada@lab.example"}
    done = await here.approve((await here.hand_in(BOB, {**OWLS, "contact": contact})).id, ADA)
    waits = await here.propose(BOB, done.posting, {"pay": "E13"})
    await here.change(ADA, done.posting, {"status": "filled"}, Action.CLOSED)
    assert await erase(here._board, done.posting) >= 2
    assert await here.owners(done.posting) == frozenset()
    assert await here.store.handed_in() == [waits]
    assert len(await here.store.audit(done.posting)) == 5


async def test_what_another_process_approves_is_pushed_too(lab):
    bot, other = await lab.submissions(), await lab.submissions()
    draft = await bot.hand_in(BOB, OWLS)
    assert (await bot.counts()).waiting == 1
    assert not bot.wants_push.is_set()
    await other.approve(draft.id, ADA)
    counts = await bot.counts()
    assert (counts.waiting, counts.oldest, counts.approved, counts.rejected) == (0, None, 1, 0)
    assert bot.wants_push.is_set()
    bot.wants_push.clear()
    await bot.counts()
    assert not bot.wants_push.is_set()


@pytest.mark.parametrize("at", ["take_step", "finish"])
async def test_what_a_killed_process_has_written_is_finished_before_the_same_key_is_changed_again(lab, monkeypatch, at):
    here = await lab.submissions()
    (lab.postings / "owls.yaml").write_text("title: Owls\nrole: phd\ndeadline: 2027-05-02\n")
    await here.written(None)

    class KilledError(BaseException):
        pass

    async def dies(name, step, *entries, **written):
        if at == "finish" or step is Step.WRITTEN:
            raise KilledError
        return await take_step(name, step, *entries, **written)

    take_step = here.store.take_step
    with monkeypatch.context() as patch:
        patch.setattr(here.store, at, dies)
        with pytest.raises(KilledError):
            await here.change(ADA, "owls", {"deadline": "2027-06-01"}, Action.EXTENDED)
    await here.change(BOB, "owls", {"deadline": "2027-07-01"}, Action.EXTENDED)
    await here.recover()
    entries = [(entry.by.name, entry.action) for entry in await here.store.audit("owls")]
    assert entries == [(ADA.name, Action.EXTENDED), (BOB.name, Action.EXTENDED)]
    assert (lab.postings / "owls.yaml").read_text() == "title: Owls\nrole: phd\ndeadline: 2027-07-01\n"
