"""Two admins decide at the same time: one in Slack, one in Telegram, over real HTTP and a socket."""

import asyncio
import re
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from bot.app.effects import Effects
from bot.app.responding import Responder
from bot.chat import reviewing
from bot.config import read as read_config
from bot.domain.draft import Action, Contributor, DraftState
from bot.domain.person import Person
from bot.engine.board import Callboard
from bot.engine.ownership import Ownership
from bot.platforms.slack.manifest import manifest
from bot.platforms.telegram.adapter import Telegram
from bot.store import Ledger
from bot.submissions.submissions import Submissions
from bot.wording.catalogue import wording
from tests.domain.build import instant
from tests.emulators.slack import SlackServer
from tests.emulators.telegram import TelegramServer
from tests.platforms.answering import Everyone
from tests.platforms.slack.conftest import make_slack

NOW = instant("2027-04-01 12:00")
ADA, EVE, MIA = "U0ADA", 4242, Contributor(Person("slack", "U0MIA"), "Mia")
MANY = 100
_BY = "was approved by "
CONFIG = """
timezone: Europe/Berlin
database: {url}
platforms:
  slack: {{bot_token: xoxb-1-x, app_token: xapp-1-x}}
  telegram: {{token: "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}
people: {{admins: ["slack:U0ADA", "telegram:4242"]}}
submissions: {{from: members}}
"""


class Front(Everyone):
    def __init__(self, responder):
        self.answer, self.submitted = responder.answer, responder.submitted
        self.ownership = Ownership()
        self.ownership.update({"slack", "telegram"})
        self.while_it_sends = self.ownership.during

    def sends(self, platform):
        return platform in self.ownership

    def look_who_sends(self):
        """Nobody else does."""

    async def turn(self, destination):
        """Nobody waits: what is looked at is not the pace."""


class Lab:
    """Both platforms, and a bot that answers on them. `seen` are the messages that show each draft."""

    def __init__(self, folder, database):
        (folder / "postings").mkdir()
        (folder / "config.yaml").write_text(CONFIG.format(url=database))
        self.board = Callboard(read_config(folder / "config.yaml"), lambda: NOW)
        self.board.read()
        self.postings = folder / "postings"

    @asynccontextmanager
    async def open(self):
        async with AsyncExitStack() as stack:
            self.slack = await stack.enter_async_context(SlackServer())
            self.telegram = await stack.enter_async_context(TelegramServer(limits=None))
            self.slack.scopes = set(manifest(wording("en"), mode="socket")["oauth_config"]["scopes"]["bot"])
            self.slack.add_user(ADA, name="ada")
            self.slack.add_user("U0MIA", name="mia")
            self.telegram.add_user(EVE, "Eve", language_code="en")
            self.telegram.say(EVE, "/start")
            ledger = await Ledger.open(self.board.config.database)
            stack.push_async_callback(ledger.close)
            self.submissions = Submissions(self.board, ledger.drafts, uses_git=False, written=self._look)
            slack = make_slack(self.slack)
            telegram = Telegram(self.telegram.token, self.telegram.url, wording, lambda: NOW)
            self.platforms = {"slack": slack, "telegram": telegram}
            effects = Effects(self.board, ledger, self.submissions, self.platforms, self._turn)
            front = Front(Responder(self.board, ledger, self.submissions, self.platforms, effects))
            tasks = [asyncio.create_task(platform.listen(front)) for platform in self.platforms.values()]
            await self.slack.wait_for(lambda: self.slack.sockets)
            yield self
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for platform in self.platforms.values():
                await platform.close()
            assert (self.slack.problems, self.telegram.problems) == ([], [])

    async def _look(self, _path):
        self.board.take_in(self.board.registry.read())

    async def _turn(self, destination):
        """See `Front.turn`."""

    async def hand_in(self, number):
        draft = await self.submissions.hand_in(MIA, {"title": f"Owls {number}", "role": ["phd"], "pay": f"E{number}"})
        message = reviewing.shown(
            self.board.context_in("en"), draft, await self.submissions.preview_of(draft), to_reviewer=True
        )
        for platform, person in (("slack", ADA), ("telegram", str(EVE))):
            at = await self.platforms[platform].private_place(person)
            await self.platforms[platform].send(at, message, f"draft {draft.id}")
        return draft.id

    def in_slack(self):
        """What Ada sees: the texts that tell of each number, and the message as it was shown."""
        return told((one.shown, one) for one in self.slack.messages(ADA))

    def in_telegram(self):
        return told((one.text, one) for one in self.telegram.messages(EVE))


def told(messages):
    found = {}
    for text, message in messages:
        if number := re.search(r"Owls (\d+)\b", text):
            found.setdefault(int(number[1]), []).append((text, message))
    return found


def deciders(found):
    """Who has approved which number, as it is told there."""
    return {
        number: {text.partition(_BY)[2].partition(":")[0] for text, _ in some if _BY in text}
        for number, some in found.items()
    }


@pytest.fixture
async def lab(tmp_path):
    async with Lab(tmp_path, f"sqlite:///{tmp_path}/callboard.db").open() as lab:
        yield lab


async def test_of_two_who_approve_at_once_on_two_platforms_the_first_counts_each_time(lab):
    names = await asyncio.gather(*map(lab.hand_in, range(MANY)))
    slack, telegram = lab.in_slack(), lab.in_telegram()
    pressed = []
    for number in range(MANY):
        in_slack = lab.slack.press(slack[number][0][1], "Approve", ADA)
        if number % 2:
            pressed.append(asyncio.create_task(in_slack))
            await asyncio.sleep(0)
        lab.telegram.press(EVE, telegram[number][0][1].message_id, "Approve")
        if not number % 2:
            pressed.append(asyncio.create_task(in_slack))
    await asyncio.gather(*pressed)
    await lab.telegram.wait_for(lambda: all(deciders(lab.in_telegram()).values()), 60)
    await lab.slack.wait_for(lambda: all(deciders(lab.in_slack()).values()), 60)
    assert not lab.telegram.unanswered
    drafts = {draft.id: draft for draft in await lab.submissions.store.handed_in()}
    assert {(draft.state, draft.is_done) for draft in drafts.values()} == {(DraftState.APPROVED, True)}
    published = [drafts[name].posting for name in names]
    assert len(set(published)) == MANY
    assert sorted(path.stem for path in lab.postings.iterdir()) == sorted(published)
    for number, posting in enumerate(published):
        assert f"pay: E{number}\n" in (lab.postings / f"{posting}.yaml").read_text()
        by = {drafts[names[number]].decided_by.name}
        assert deciders(lab.in_slack())[number] == deciders(lab.in_telegram())[number] == by
    actions = [entry.action for entry in await lab.submissions.store.audit()]
    assert [actions.count(one) for one in (Action.HANDED_IN, Action.APPROVED, Action.PUBLISHED)] == [MANY] * 3
