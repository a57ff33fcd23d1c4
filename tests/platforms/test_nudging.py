"""An owner is asked and answers by buttons: the whole bot against the emulated servers, in both languages."""

import asyncio
import logging
from contextlib import asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.config import read as read_config
from bot.domain.notice import State
from bot.platforms.slack.manifest import manifest
from bot.store import Ledger
from bot.wording.catalogue import wording
from tests.domain.build import BERLIN, instant
from tests.emulators.slack import SlackServer
from tests.emulators.telegram import TelegramServer
from tests.platforms.whole import whole_bot

NOON = instant("2027-05-20 12:00", BERLIN)
CHANNEL, IDA, EMMY, JOBS = -1001234567890, 4242, "U0456", "C0123456789"
LONG = "phd-in-the-long-term-dynamics-of-very-small-owls-in-tuebingen"
CONFIG = """
timezone: Europe/Berlin
language: {language}
settle: 0s
reminders: []
platforms:
{platforms}
channels: [{{name: jobs, {channel}, announce_closing: true}}]
"""
OWLS = "title: Owls at night # by hand\nrole: phd\ndeadline: 2027-05-31\nowner: {}\n"
WORDS = {
    "en": SimpleNamespace(
        asked="Does this still hold?", passed="The deadline has passed.", extend="Extend", filled="Filled",
        well="All is well", thanks="Thank you", when="Until when", date="2 June 2027", over="filled",
    ),
    "de": SimpleNamespace(
        asked="Stimmt das noch?", passed="Die Frist ist abgelaufen.", extend="Verlängern", filled="Besetzt",
        well="Alles stimmt", thanks="Danke", when="Bis wann", date="2. Juni 2027", over="besetzt",
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def log(caplog):
    caplog.set_level(logging.INFO, "callboard")


@pytest.fixture(params=["en", "de"])
def words(request):
    return SimpleNamespace(language=request.param, **vars(WORDS[request.param]))


@asynccontextmanager
async def lab(folder, log, words, platforms, channel, owner, name="owl", begin=NOON):
    (folder / "postings").mkdir(exist_ok=True)
    file = folder / "postings" / f"{name}.yaml"
    if not file.exists():
        file.write_text(OWLS.format(owner))
    text = CONFIG.format(language=words.language, platforms=platforms, channel=channel)
    async with whole_bot(folder, text, begin) as clock:

        def move(at):
            """It is that time; and something has changed, so that the bot looks at its clock."""
            clock.now = instant(at, BERLIN)
            nobody = folder / "postings" / "later.yaml"
            nobody.write_text(f"title: Not yet\nrole: phd\nstatus: draft\nsummary: '{clock.now}'\n")

        async def delivered(what):
            """Lets time go by until that is written down, not only seen."""
            async with asyncio.timeout(20):
                while f"jobs: {what}" not in log.text:
                    move(f"{clock.now + timedelta(seconds=3)}")
                    await asyncio.sleep(0.1)

        if begin == NOON:
            await delivered("delivered announcement")
        yield SimpleNamespace(file=file, move=move, delivered=delivered)


async def entries(folder):
    ledger = await Ledger.open(read_config(folder / "config.yaml").database)
    try:
        return [(one.channel, one.kind, one.state) for one in await ledger.records(states=[State.REFUSED])]
    finally:
        await ledger.close()


# --- Telegram


@pytest.fixture
async def telegram():
    async with TelegramServer(limits=None) as server:
        server.add_chat(CHANNEL, username="lab_jobs")
        server.add_user(IDA, "Ida", language_code="en")
        yield server
        assert server.problems == []


def in_telegram(server):
    return (
        f'  telegram: {{token: "{server.token}", api_url: "{server.url}"}}',
        'platform: telegram, address: "@lab_jobs"',
    )


def asked_in_telegram(server, holds):
    return next((one for one in reversed(server.messages(IDA)) if holds in one.text), None)


async def test_in_telegram_the_owner_extends_confirms_and_closes_by_buttons(telegram, tmp_path, caplog, words):
    language = words.language
    telegram.users[IDA].language_code = language
    telegram.say(IDA, "/start")
    async with lab(tmp_path, caplog, words, *in_telegram(telegram), f"telegram:{IDA}", LONG) as here:
        here.move("2027-05-24 09:00")
        asked = await telegram.wait_for(lambda: asked_in_telegram(telegram, words.asked))
        telegram.press(IDA, asked.message_id, words.extend)
        await telegram.wait_for(lambda: asked_in_telegram(telegram, words.when))
        telegram.say(IDA, words.date)
        await telegram.wait_for(lambda: "2027-06-02" in here.file.read_text() or None)
        assert here.file.read_text() == OWLS.format(f"telegram:{IDA}").replace("2027-05-31", "2027-06-02")
        await here.delivered("delivered deadline-moved")
        here.move("2027-06-01 09:00")
        again = await telegram.wait_for(
            lambda: next(
                (
                    m
                    for m in reversed(telegram.messages(IDA))
                    if words.asked in m.text and m.message_id != asked.message_id
                ),
                None,
            )
        )
        telegram.press(IDA, again.message_id, words.well)
        await telegram.wait_for(lambda: asked_in_telegram(telegram, words.thanks))
    async with lab(
        tmp_path, caplog, words, *in_telegram(telegram), f"telegram:{IDA}", LONG, instant("2027-06-01 10:00", BERLIN)
    ) as here:
        here.move("2027-06-03 09:00")
        passed = await telegram.wait_for(lambda: asked_in_telegram(telegram, words.passed))
        telegram.press(IDA, passed.message_id, words.filled)
        await telegram.wait_for(lambda: "status: filled" in here.file.read_text() or None)
        told = telegram.messages(CHANNEL)[0]
        await here.delivered("edited announcement")
        await telegram.wait_for(lambda: words.over in telegram.messages(CHANNEL)[0].text or None)
        assert told.message_id == telegram.messages(CHANNEL)[0].message_id  # the announcement itself was put right


async def test_in_telegram_nobody_else_answers_in_the_owners_place(telegram, tmp_path, caplog):
    words = SimpleNamespace(language="en", **vars(WORDS["en"]))
    telegram.say(IDA, "/start")
    telegram.add_user(99, "Eve", language_code="en")
    telegram.say(99, "/start")
    async with lab(tmp_path, caplog, words, *in_telegram(telegram), f"telegram:{IDA}") as here:
        before = here.file.read_text()
        telegram.say(99, "/close owl filled")
        telegram.say(99, "/extend owl 2 June 2027")
        telegram.say(99, "/confirm owl")
        await telegram.wait_for(lambda: sum("Only its owner" in one.text for one in telegram.messages(99)) == 3 or None)
        assert here.file.read_text() == before


async def test_in_telegram_where_the_owner_has_blocked_the_bot_the_admin_hears_it(telegram, tmp_path, caplog):
    words = SimpleNamespace(language="en", **vars(WORDS["en"]))
    telegram.say(IDA, "/start")
    telegram.add_user(99, "Eve", language_code="en")
    telegram.say(99, "/start")
    platforms, channel = in_telegram(telegram)
    platforms += '\npeople: {admins: ["telegram:99"]}'
    async with lab(tmp_path, caplog, words, platforms, channel, f"telegram:{IDA}") as here:
        telegram.block(IDA)
        here.move("2027-05-24 09:00")
        asked = await telegram.wait_for(
            lambda: next((one for one in telegram.messages(99) if "Does this still hold?" in one.text), None)
        )
        assert "cannot be reached" in asked.text
    assert (f"private:telegram:{IDA}", "nudge", State.REFUSED) in await entries(tmp_path)


# --- Slack


@pytest.fixture
async def slack():
    async with SlackServer() as server:
        server.scopes = set(manifest(wording("en"), mode="socket")["oauth_config"]["scopes"]["bot"])
        server.add_channel(JOBS, name="jobs")
        server.add_user(EMMY, name="emmy")
        yield server
        assert server.problems == []


def in_slack(server):
    tokens = f"bot_token: {server.bot_token}, app_token: {server.app_token}, signing_secret: {server.signing_secret}"
    return f'  slack: {{{tokens}, api_url: "{server.url}"}}', f"platform: slack, address: {JOBS}"


async def test_in_slack_the_owner_extends_by_a_form_and_closes_by_a_button(slack, tmp_path, caplog, words):
    async with lab(tmp_path, caplog, words, *in_slack(slack), f"slack:{EMMY}") as here:
        await slack.wait_for(lambda: slack.sockets)
        here.move("2027-05-24 09:00")

        def asked(holds):
            return next((one for one in reversed(slack.messages(EMMY)) if holds in one.shown), None)

        message = await slack.wait_for(lambda: asked(words.asked))
        await slack.press(message, words.extend, EMMY)
        await slack.wait_for(lambda: slack.modals.top(EMMY))
        refused = await slack.submit(EMMY, deadline="2027-05-01")
        assert "deadline" in refused.errors
        await slack.submit(EMMY, deadline="2027-06-02", deadline_time="12:00")
        await slack.wait_for(lambda: "deadline: 2027-06-02 12:00" in here.file.read_text() or None)
        await here.delivered("delivered deadline-moved")
        here.move("2027-06-01 09:00")
        again = await slack.wait_for(
            lambda: next(
                (one for one in slack.messages(EMMY) if words.asked in one.shown and one.ts > message.ts), None
            )
        )
        await slack.press(again, words.filled, EMMY)
        await slack.wait_for(lambda: "status: filled" in here.file.read_text() or None)
        await here.delivered("edited announcement")
        await slack.wait_for(lambda: words.over in slack.channel(JOBS).messages[0].shown or None)
