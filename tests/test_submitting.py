"""Postings from chat through the running parts: dialogue, approval, the file, who hears of it. On a database."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.app.effects import Effects
from bot.app.responding import Responder
from bot.chat.reading import pressed, read
from bot.config import read as read_config
from bot.domain.form import Submission
from bot.domain.schedule import Destination
from bot.engine.board import Callboard
from bot.engine.rounds import Rounds
from bot.platforms.base import CannotAskError, DeliveryError, Platform, Reader
from bot.store import Ledger, LedgerError
from bot.store.dialogues import DialogueStore
from bot.submissions.program import GitError
from bot.submissions.submissions import Submissions
from tests.delivery.build import Lock
from tests.domain.build import instant

CONFIG = """
timezone: Europe/Berlin
platforms:
  lab: {kind: console}
people: {admins: ["lab:ada", "lab:eve"], editors: ["lab:bob"]}
submissions: {from: members}
channels: [{name: all, platform: lab}]
"""
OWLS = "/new\ntitle: PhD in Owls\nrole: phd\ndeadline: 2027-05-02"


class Lab(Platform):
    """A platform where everybody has a private chat; `said` is what was sent where."""

    name = "lab"

    def payload(self, destination, message, key):
        raise NotImplementedError

    async def listen(self, answers):
        raise NotImplementedError

    def __init__(self):
        self.said, self.silent, self.members = [], set(), {"mia", "max"}

    async def private_place(self, person):
        if person in self.silent:
            raise DeliveryError("never wrote to the bot", permanent=True, of_chat=True)
        return Destination("lab", person)

    async def invitation(self, payload):
        return f"https://chat.example/bot?start={payload}"

    async def is_member(self, person, places):
        if self.members is None:
            raise CannotAskError("down")
        return person in self.members

    async def name_of(self, person):
        return person.title()

    async def send(self, destination, message, key, answers=None):
        self.said.append((destination.address, message))
        return "1"


class World:
    def __init__(self, folder):
        self.folder, self.lab = folder, Lab()
        (folder / "postings").mkdir()
        (folder / "config.yaml").write_text(CONFIG)
        (folder / "postings" / "bats.yaml").write_text("title: Bats  # dark\nrole: postdoc\nowner: lab:mia\n")

    @asynccontextmanager
    async def process(self):
        """One process of the bot."""
        board = Callboard(read_config(self.folder / "config.yaml"), lambda: instant("2027-02-10 12:00"))
        board.read()
        ledger = await Ledger.open(board.config.database)

        async def look(_path):
            board.take_in(board.registry.read())

        async def turn(_destination):
            return None

        submissions = Submissions(board, ledger.drafts, uses_git=False, written=look)
        platforms = {"lab": self.lab}
        rounds = Rounds(board, ledger, Lock(platforms), platforms, timedelta(), preview=submissions.preview_of)
        self.rounds = rounds
        effects = Effects(board, ledger, submissions, platforms, turn)
        self.board, self.effects = board, effects
        self.responder = Responder(board, ledger, submissions, platforms, effects)
        await self.goes_on()
        yield self
        await self.goes_on()
        await rounds.close()

    async def goes_on(self):
        """Rounds until nothing is left to say."""
        async with asyncio.timeout(20):
            while (await self.rounds.tick()).left:
                await self.rounds.delivery.idle()
                await asyncio.sleep(0)

    async def says(self, person, text, *, place=None, **known):
        answer = await self._answer(person, text, place, known)
        await self.goes_on()
        return answer

    async def _answer(self, person, text, place, known):
        request = pressed(text) if text.split(" ")[0].partition(".")[2].isdecimal() else read(text)
        at = Destination("lab", place or person)
        return await self.responder.answer(request, Reader(at, person=person, is_private=place is None, **known))

    def files(self):
        return {path.name: path.read_text() for path in (self.folder / "postings").iterdir() if path.suffix == ".yaml"}

    def heard(self, person):
        return [message for at, message in self.lab.said if at == person]


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def button(message, label):
    return next(one.request for row in message.buttons for one in row if one.label == label)


async def handed_in(world, person="mia"):
    preview = await world.says(person, OWLS)
    return await world.says(person, button(preview, "Hand in"))


async def test_what_a_member_hands_in_is_published_when_an_admin_approves_it(world):
    async with world.process():
        assert "Handed in." in (await handed_in(world)).text
        assert list(world.files()) == ["bats.yaml"]
        [shown] = world.heard("ada")
        assert "Mia hands in a position:" in shown.text
        assert [row[0].label for row in shown.buttons] == ["Approve", "Change", "Reject"]
        done = await world.says("ada", button(shown, "Approve"))
        assert "approved by Ada: phd-in-owls" in done.text
    assert world.files()["phd-in-owls.yaml"] == "title: PhD in Owls\nrole: phd\ndeadline: 2027-05-02\n"
    assert "was approved by Ada" in world.heard("mia")[-1].text


async def test_of_two_admins_the_first_counts_and_the_other_is_told(world):
    async with world.process():
        await handed_in(world)
        [shown] = world.heard("ada")
        await world.says("ada", button(shown, "Approve"))
        again = await world.says("eve", button(shown, "Reject"))
        assert "was approved by Ada" in again.text
        assert again.is_beside
        assert "was approved by Ada" in (await world.says("eve", button(shown, "Approve"))).text
    assert len(world.heard("mia")) == 1


async def test_rejecting_asks_why_and_the_submitter_hears_it(world):
    async with world.process():
        await handed_in(world)
        [shown] = world.heard("eve")
        assert "Why is" in (await world.says("eve", button(shown, "Reject"))).text
        assert "was rejected by Eve. Too late" in (await world.says("eve", "Too late")).text
        assert "was rejected by Eve. Too late" in world.heard("mia")[-1].text
    assert list(world.files()) == ["bats.yaml"]


async def test_an_admin_changes_a_draft_before_approving_it(world):
    async with world.process():
        await handed_in(world)
        [shown] = world.heard("ada")
        preview = await world.says("ada", button(shown, "Change"))
        assert preview.is_beside
        preview = await world.says("ada", "pay: E13")
        shown = await world.says("ada", button(preview, "Save"))
        await world.says("ada", button(shown, "Approve"))
    assert "pay: E13" in world.files()["phd-in-owls.yaml"]


async def test_a_dialogue_goes_on_after_a_restart_and_is_never_mixed(world):
    async with world.process():
        await world.says("mia", "/new")
        await world.says("max", "/new")
        await world.says("mia", "Owls")
    async with world.process():
        assert "Until when" in (await world.says("mia", "phd")).text
        assert "Which role" in (await world.says("max", "Bats")).text


async def test_what_is_pressed_twice_is_done_once(world):
    async with world.process():
        preview = await world.says("bob", OWLS)
        assert "Published: phd-in-owls" in (await world.says("bob", button(preview, "Publish"))).text
        assert "That question is over." in (await world.says("bob", button(preview, "Publish"))).text
    assert set(world.files()) == {"bats.yaml", "phd-in-owls.yaml"}


async def test_buttons_of_another_person_do_nothing(world):
    async with world.process():
        preview = await world.says("bob", OWLS)
        assert (await world.says("mia", button(preview, "Publish"))).text == "That question is over."
        await handed_in(world)
        [shown] = world.heard("ada")
        assert (await world.says("mia", button(shown, "Approve"))).text == "Only admins approve and reject."
    assert list(world.files()) == ["bats.yaml"]


async def test_who_is_no_member_or_cannot_be_asked_about_hands_in_nothing(world):
    async with world.process():
        assert "Only members of the lab" in (await world.says("zoe", OWLS)).text
        world.lab.members = None
        assert "try again later" in (await world.says("yan", OWLS)).text


async def test_the_owner_that_a_file_names_changes_the_lines_concerned_alone(world):
    async with world.process():
        assert "Deadline moved: bats" in (await world.says("mia", "/extend bats 2 June 2027")).text
        assert "Closed: bats" in (await world.says("mia", "/close bats filled")).text
        assert "Only its owner" in (await world.says("max", "/reopen bats")).text
    text = world.files()["bats.yaml"]
    assert "title: Bats  # dark\nrole: postdoc\n" in text
    assert "status: filled" in text
    assert "deadline: 2027-06-02" in text


async def test_what_is_reopened_or_extended_and_still_not_open_is_said(world):
    async with world.process():
        await world.says("bob", "/extend bats 2027-03-01")
        await world.says("bob", "/close bats")
        assert "But it is not open: /reopen bats opens it" in (await world.says("bob", "/extend bats 2027-03-02")).text
        (world.folder / "postings" / "bats.yaml").write_text(
            "title: B\nrole: phd\nstatus: closed\ndeadline: 2027-01-31\n"
        )
        world.board.read()
        told = (await world.says("bob", "/reopen bats")).text
        assert "But its deadline has passed: Sunday, 31 January 2027" in told
        assert "/extend bats DATE moves it" in told
        assert "But its deadline has passed" in (await world.says("bob", "/reopen bats")).text
        assert "But" not in (await world.says("bob", "/extend bats 2027-03-02")).text


async def test_when_no_admin_is_reached_the_submitter_is_told(world):
    world.lab.silent = {"ada", "eve"}
    async with world.process():
        assert "no admin could be reached" in (await handed_in(world)).text


async def test_what_could_not_be_done_is_told_and_asked_again(world):
    async with world.process():
        preview = await world.says("mia", "/edit bats\npay: E13")
        preview_again = await world.says("mia", "location: Rostock")
        assert preview.buttons
        (world.folder / "postings" / "bats.yaml").unlink()
        told = await world.says("mia", button(preview_again, "Hand in"))
        assert "That could not be done: " in told.text
        assert told.is_beside
        assert "New position" in (await world.says("mia", "hm")).text


async def test_what_could_not_be_done_is_told_in_the_persons_own_language(world):
    async with world.process():
        preview = await world.says("mia", "/edit bats\ntitle: Bats", language="de")
        told = await world.says("mia", preview.buttons[0][0].request, language="de")
        assert told.text == "Das ging nicht: In bats steht das schon"
        submissions, file = world.effects._submissions, world.folder / "postings" / "bats.yaml"
        await submissions.propose(await world.effects._contributor(_person("lab:max")), "bats", {"pay": "E13"})
        await world.goes_on()
        approve = button(world.heard("ada")[-1], "Approve")
        file.write_text(file.read_text() + "pay: E12\n")
        told = await world.says("ada", approve, language="de")
        assert told.text == (
            "Das ging nicht: bats.yaml wurde inzwischen geändert: Bei pay steht E12; "
            "sieh es dir an und versuch es noch einmal"
        )
        file.unlink()
        world.board.read()
        told = await world.says("ada", approve, language="de")
        assert told.text == "Das ging nicht: Eine Stelle bats gibt es nicht mehr"
        told = await world.says("ada", approve)
        assert told.text == "That could not be done: there is no posting bats any more"


async def test_what_cannot_be_pushed_is_told_to_the_admins_or_else_in_the_review_channel(world):
    world.lab.silent = {"eve"}
    async with world.process():
        await world.effects.tell_of_push(GitError("`git {command}` failed: {why}", command="push", why="no route"))
        await world.effects.tell_of_push(None)
    told = [message.text for message in world.heard("ada")]
    assert "could not be pushed, and is tried again: `git push` failed: no route" in told[0]
    assert told[1:] == ["What was committed is pushed now."]
    world.lab.silent = {"ada", "eve"}
    review = "channels: [{name: admins, platform: lab, address: room}]"
    text = CONFIG.replace("from: members", "from: members, review: admins")
    (world.folder / "config.yaml").write_text(text[: text.index("channels")] + review)
    async with world.process():
        await world.effects.tell_of_push(GitError("closed"))
    assert [len(world.heard(place)) for place in ("ada", "room")] == [2, 1]


async def test_in_a_group_a_button_leads_into_the_private_chat(world):
    async with world.process():
        told = await world.says("mia", "/new", place="group")
        assert told.buttons[0][0].url == "https://chat.example/bot?start=new"
        assert "What is the title" in (await world.says("mia", "/start new")).text


async def test_the_reason_may_come_by_a_form_from_admins_alone(world):
    async with world.process():
        await handed_in(world)
        [shown] = world.heard("ada")
        form = (await world.says("ada", button(shown, "Reject"), shows_forms=True)).form
        filled_in = Submission(form.name, {"reason": "Too late"}, form.state)

        def by(person):
            return Reader(Destination("lab", "review"), person=person)

        assert (await world.responder.submitted(filled_in, by("mia"))).text == "Only admins approve and reject."
        assert "was rejected by Eve. Too late" in (await world.responder.submitted(filled_in, by("eve"))).text
        assert "was rejected by Eve" in (await world.responder.submitted(filled_in, by("ada"))).text
        forged = Submission("reject", {}, "nothing")
        assert "could not be done" in (await world.responder.submitted(forged, by("eve"))).text
        assert "could not be done" in (await world.responder.submitted(Submission("x"), by("eve"))).text


async def test_lines_in_a_group_are_previewed_in_private_where_the_bot_may_write_first(world, monkeypatch):
    async def nothing(_payload):
        return None

    monkeypatch.setattr(world.lab, "invitation", nothing)
    async with world.process():
        told = await world.says("bob", OWLS, place="group")
        assert told.text == "I have written to you in private."
        [preview] = world.heard("bob")
        assert "Published: phd-in-owls" in (await world.says("bob", button(preview, "Publish"))).text


async def test_without_a_database_questions_are_answered_all_the_same(world, monkeypatch):
    async with world.process():

        async def fails(*_):
            raise LedgerError("the disk is full")

        monkeypatch.setattr(DialogueStore, "get", fails)
        monkeypatch.setattr(DialogueStore, "put", fails)
        assert "Bats" in (await world.says("bob", "bats")).text
        assert "could not be done: the disk is full" in (await world.says("bob", "/new")).text


async def test_who_handed_in_hears_it_after_a_restart_too_and_once(world):
    async with world.process():
        await handed_in(world)
        [shown] = world.heard("ada")
        draft = button(shown, "Approve").partition(" ")[2]
        await world.effects._submissions.reject(draft, await world.effects._contributor(_person("lab:ada")))
    async with world.process():
        await world.goes_on()
    assert len([message for message in world.heard("mia") if "was rejected by Ada" in message.text]) == 1


def _person(text):
    from bot.domain.person import Person

    return Person.parse(text)


async def configured(world, text):
    (world.folder / "config.yaml").write_text(text)


@pytest.mark.parametrize(
    ("takes_from", "admitted"),
    [
        ("nobody", "ada bob"),
        ("editors", "ada bob"),
        ("members", "ada bob mia"),
        ("anyone", "ada bob mia zoe"),
    ],
)
async def test_from_whom_positions_are_taken(world, takes_from, admitted):
    await configured(world, CONFIG.replace("from: members", f"from: {takes_from}"))
    async with world.process():
        labels = {}
        for person in ("ada", "bob", "mia", "zoe"):
            preview = await world.says(person, OWLS)
            labels[person] = preview.buttons[0][0].label if preview.buttons else preview.text
        nobody = await world.responder.answer(read(OWLS), Reader(Destination("lab", "x"), is_private=True))
    assert [person for person, label in labels.items() if label in {"Publish", "Hand in"}] == admitted.split()
    assert {labels["ada"], labels["bob"]} == {"Publish"}
    for person, told in labels.items():
        assert person in admitted or told in {
            "Only editors and admins hand in positions here.",
            "Only members of the lab hand in positions here.",
        }
    assert not nobody.buttons
    assert nobody.text


async def test_who_is_the_same_person_on_two_platforms_has_the_rights_and_postings_of_both(world):
    linked = CONFIG.replace(
        'editors: ["lab:bob"]', 'editors: ["lab:bob"], same: [["lab:max", "lab:mia"], ["lab:eva", "lab:eve"]]'
    )
    await configured(world, linked)
    async with world.process():
        assert "2 May 2027" in (await world.says("max", "/extend bats 2027-05-02")).text
        assert "deadline: 2027-05-02" in world.files()["bats.yaml"]
        await handed_in(world)
        assert "1 draft waits" in (await world.says("max", "/drafts")).text
        [draft] = await world.effects._submissions.store.handed_in()
        done = await world.says("eva", f"approve.1 {draft.id}")
        assert "was approved by Eva" in done.text
        assert "Only its owner" in (await world.says("zoe", "/extend bats 2027-06-02")).text


async def test_who_has_left_meanwhile_ends_no_dialogue(world):
    async with world.process():
        preview = await world.says("mia", OWLS)
        change = await world.says("max", "/new")
        assert "title" in change.text
    world.lab.members = set()
    async with world.process():
        assert (
            await world.says("mia", button(preview, "Hand in"))
        ).text == "Only members of the lab hand in positions here."
        world.lab.members = {"mia"}
    async with world.process():
        assert "Handed in." in (await world.says("mia", button(preview, "Hand in"))).text


async def test_who_is_no_owner_or_admin_any_more_ends_nothing(world):
    async with world.process():
        preview = await world.says("mia", "/edit bats\npay: E13")
        (world.folder / "postings" / "bats.yaml").write_text("title: Bats\nrole: postdoc\n")
        world.board.take_in(world.board.registry.read())
        told = await world.says("mia", button(preview, "Hand in"))
        assert told.text == "Only its owner, editors and admins change this position."
        await handed_in(world)
        [draft] = await world.effects._submissions.store.handed_in()
        await world.says("eve", f"reject.1 {draft.id}")
    await configured(world, CONFIG.replace('"lab:ada", "lab:eve"', '"lab:ada"'))
    async with world.process():
        assert (await world.says("eve", "Too late")).text == "Only admins approve and reject."
        assert [one.state for one in await world.effects._submissions.store.handed_in()] == ["waiting"]


async def test_an_owner_who_hands_in_nothing_else_answers_until_when_and_only_while_they_are_one(world):
    await configured(world, CONFIG.replace("from: members", "from: editors"))
    async with world.process():
        assert "Until when" in (await world.says("mia", "/extend bats ")).text
        assert "2 June 2027" in (await world.says("mia", "2 June 2027")).text
        assert "deadline: 2027-06-02" in world.files()["bats.yaml"]
        await world.says("mia", "/extend bats ")
        text = world.files()["bats.yaml"].replace("owner: lab:mia\n", "")
        (world.folder / "postings" / "bats.yaml").write_text(text)
        world.board.take_in(world.board.registry.read())
        assert "Only its owner" in (await world.says("mia", "2 July 2027")).text
        assert world.files()["bats.yaml"] == text


async def test_membership_is_kept_for_a_short_while_only(world):
    asked = []
    is_member = world.lab.is_member

    async def counted(person, places):
        asked.append(person)
        return await is_member(person, places)

    world.lab.is_member = counted
    async with world.process():
        for minutes, count in ((0, 1), (4, 1), (6, 2)):
            world.board.clock = lambda minutes=minutes: instant("2027-02-10 12:00") + timedelta(minutes=minutes)
            await world.says("mia", "/new")
            assert len(asked) == count
        world.lab.members = set()
        assert "Only members" in (await world.says("zoe", "/new")).text
        world.lab.members = {"zoe"}
        world.board.clock = lambda: instant("2027-02-10 12:07")
        assert "What is the title" in (await world.says("zoe", "/new")).text


async def test_drafts_are_no_matter_for_a_group_but_for_the_one_that_reviews(world):
    review = CONFIG.replace("from: members", "from: members, review: room").replace(
        "channels: [", "channels: [{name: room, platform: lab, address: room}, "
    )
    await configured(world, review)
    async with world.process():
        await handed_in(world)
        assert "Write that to me in private" in (await world.says("ada", "/drafts", place="group")).text
        assert "1 draft waits" in (await world.says("ada", "/drafts", place="room")).text
        assert "1 draft waits" in (await world.says("ada", "/drafts")).text


FORGED = """approve.1 nothing; approve.1; reject.1 ../../x; revise.1 nothing; draft.1 nothing; reply.1 t0 !send;
reply.1; extend.1 bats !2020-01-01; extend.1 bats !; close.1 bats filled; drafts.999999; edit.1 nothing""".split(";")


@pytest.mark.parametrize("forged", FORGED)
async def test_what_is_forged_changes_nothing(world, forged):
    async with world.process():
        before = world.files()
        for person in ("zoe", "mia" if "bats" not in forged else "max"):
            assert (await world.says(person, forged.strip())).text
        assert world.files() == before
        assert await world.effects._submissions.store.handed_in() == []
