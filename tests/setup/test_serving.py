"""A lab is set up on a page in the browser, without script; both platforms are emulated."""

import asyncio
import stat

import pytest

from bot.setup import serving
from bot.setup.lab import Lab
from tests.emulators.slack import SlackServer
from tests.emulators.telegram import TelegramServer
from tests.emulators.telegram_faults import status, unauthorized
from tests.setup.served import serves
from tests.setup.visitor import Visitor

GROUP = -1001234567890


@pytest.fixture
async def servers(monkeypatch):
    monkeypatch.setattr(serving, "LOOKED_EVERY", 0.02)
    async with TelegramServer() as telegram, SlackServer() as slack:
        telegram.add_chat(GROUP, type="channel", title="Jobs", admin=True)
        slack.add_channel("C0JOBS0001", name="jobs")
        slack.add_channel("C0LAB00001", name="lab")
        yield telegram, slack
        assert telegram.problems == []
        assert slack.problems == []


async def test_from_the_first_question_to_the_files_with_both_platforms(tmp_path, servers):
    telegram, slack = servers
    folder = tmp_path / "our lab"
    urls = {"telegram": telegram.url, "slack": slack.url}
    async with serves(folder, urls) as page, Visitor() as visitor:
        await visitor.open(page.link)
        assert "key=" not in str(visitor.answer.url)
        await visitor.send(language="en")
        await visitor.send(name="Owl <b>Lab", place="Rostock, Germany", timezone="europe/berlin")
        assert visitor.heading == "Where shall it announce?"
        await visitor.send(slack="yes", telegram="yes")
        assert 'href="https://api.slack.com/apps?new_app=1&amp;manifest_json=%7B' in visitor.text
        await visitor.send(SLACK_BOT_TOKEN=slack.bot_token)
        await visitor.send(SLACK_APP_TOKEN=slack.app_token)
        assert "#jobs" in visitor.text
        await visitor.send(channel="C0LAB00001")
        assert "#lab (C0LAB00001)" in visitor.text
        await visitor.send("", trial="yes")
        assert "is taken back" in visitor.text
        assert [message.text for message in slack.sent] == ["This is a test: I can speak here."]
        assert slack.sent[0].deleted

        await visitor.send(TELEGRAM_BOT_TOKEN=telegram.token)
        assert "No channel so far." in visitor.text
        telegram.fail("getUpdates", status(502))
        waits = asyncio.create_task(visitor.session.get(f"{page.home}/channels"))
        telegram.my_chat_member(GROUP, "administrator")
        assert await (await asyncio.wait_for(waits, 20)).json() == {"found": True}
        await visitor.open(page.home + "/")
        await visitor.send(channel=str(GROUP))
        await visitor.send("", trial="no")
        assert telegram.sent == []
        await visitor.send(service="none")
        assert visitor.heading == "Is that right?"
        assert f"Jobs ({GROUP})" in visitor.text
        assert "Owl &lt;b&gt;Lab" in visitor.text
        assert not folder.exists()

        await visitor.send("write")
        assert f"callboard run --config '{folder}/config.yaml'" in visitor.text
        assert await asyncio.wait_for(page.ended, 20), "it ends by itself"
    tokens = (telegram.token, slack.bot_token, slack.app_token)
    assert not any(token in text for text in visitor.texts for token in tokens)
    assert all(token in (folder / "tokens.env").read_text() for token in tokens)
    assert stat.S_IMODE((folder / "tokens.env").stat().st_mode) == 0o600
    assert 'address: "C0LAB00001"' in (folder / "config.yaml").read_text()


async def test_what_does_not_hold_up_is_told_and_no_token_is_given_back(tmp_path, servers):
    telegram, _slack = servers
    async with serves(tmp_path, {"telegram": telegram.url}) as page, Visitor() as visitor:
        await visitor.open(page.link)
        await visitor.send(language="en")
        await visitor.send(name="Owl Lab", timezone="Rostok")
        assert "I know no time zone “Rostok”" in visitor.text
        assert visitor.value("name") == "Owl Lab"
        await visitor.send(name="Owl Lab", timezone="Europe/Berlin")
        await visitor.send(telegram="yes")
        await visitor.send(TELEGRAM_BOT_TOKEN=" ")
        assert "press “Without Telegram”" in visitor.text
        await visitor.send(TELEGRAM_BOT_TOKEN="12:wrong-token")
        assert "Telegram does not accept the token" in visitor.text
        assert "platforms." not in visitor.text
        assert "wrong-token" not in visitor.text + repr(vars(page.sitting))
        assert visitor.value("TELEGRAM_BOT_TOKEN") is None
        await visitor.send(TELEGRAM_BOT_TOKEN="not a token at all")
        assert "not a token at all" not in visitor.text
        await visitor.send(TELEGRAM_BOT_TOKEN=telegram.token)
        await visitor.send(channel__other="@nobody_here")
        assert visitor.value("channel.other") == "@nobody_here"
        assert 'role="alert"' in visitor.text
        await visitor.send("without")
        await visitor.send(service="none")
        assert visitor.heading == "Is that right?"
        assert "no channel yet" in visitor.text


async def test_of_many_channels_one_is_found_by_its_letters(tmp_path, servers):
    _telegram, slack = servers
    for number in range(20):
        slack.add_channel(f"C0LAB000{number:02}", name=f"lab-{number:02}")
    async with serves(tmp_path, {"slack": slack.url}) as page, Visitor() as visitor:
        await visitor.open(page.link)
        await visitor.send(language="en")
        await visitor.send(timezone="UTC")
        await visitor.send(slack="yes")
        await visitor.send(SLACK_BOT_TOKEN=slack.bot_token)
        await visitor.send(SLACK_APP_TOKEN=slack.app_token)
        assert '<option value="C0LAB00019">#lab-19</option>' in visitor.text
        await visitor.send(channel="")
        assert "press “Without a channel”" in visitor.text
        await visitor.send(channel="C0LAB00019")
        assert "#lab-19 (C0LAB00019)" in visitor.text


async def test_what_keeps_it_from_looking_for_channels_is_told_and_one_may_look_again(tmp_path, servers):
    telegram, _slack = servers
    async with serves(tmp_path, {"telegram": telegram.url}) as page, Visitor() as visitor:
        await visitor.open(page.link)
        await visitor.send(language="en")
        await visitor.send(timezone="UTC")
        await visitor.send(telegram="yes")
        telegram.fail("getUpdates", status(502))
        await visitor.send(TELEGRAM_BOT_TOKEN=telegram.token)
        assert "no clear answer from Telegram" in visitor.text
        assert 'role="alert"' in visitor.text
        await visitor.send("look")
        assert 'role="alert"' not in visitor.text
        telegram.my_chat_member(GROUP, "administrator")
        await visitor.send("look")
        assert f'value="{GROUP}"' in visitor.text


async def test_a_platform_that_refuses_in_the_end_is_told_and_nothing_is_written(tmp_path, servers):
    telegram, _slack = servers
    async with serves(tmp_path / "lab", {"telegram": telegram.url}) as page, Visitor() as visitor:
        await visitor.open(page.link)
        await visitor.send(language="en")
        await visitor.send(timezone="UTC")
        await visitor.send(telegram="yes")
        await visitor.send(TELEGRAM_BOT_TOKEN=telegram.token)
        await visitor.send("without")
        await visitor.send(service="none")
        telegram.fail("getMe", *[unauthorized()] * 5)
        await visitor.send("write")
        assert "Telegram does not accept the token" in visitor.text
        assert not (tmp_path / "lab").exists()


async def test_one_can_go_back_and_leave_a_platform_out(page, visitor):
    await visitor.send(language="en")
    await visitor.send(name="Owl Lab", timezone="Europe/Berlin")
    await visitor.send(telegram="yes")
    await visitor.send("back")
    await visitor.send("back")
    assert visitor.value("name") == "Owl Lab"
    await visitor.send(name="Eagle Lab", timezone="Europe/Berlin")
    await visitor.send(telegram="yes")
    await visitor.send("without")
    await visitor.send(service="none")
    assert visitor.heading == "Is that right?"
    assert "Eagle Lab" in visitor.text
    assert page.interview.progress.lab == Lab("Europe/Berlin", "en", "Eagle Lab")


async def test_it_speaks_as_the_browser_does_until_it_is_told(page):
    async with Visitor("de-AT,de;q=0.9") as visitor:
        await visitor.open(page.link)
        assert 'lang="de"' in visitor.text
        assert visitor.heading == "Eine Gruppe einrichten"
        await visitor.send(language="en")
        assert 'lang="en"' in visitor.text


async def test_what_a_platform_says_is_told_in_german_or_marked_as_another_language(tmp_path, servers):
    telegram, _slack = servers
    async with serves(tmp_path, {"telegram": telegram.url}) as page, Visitor("de") as visitor:
        await visitor.open(page.link)
        await visitor.send(language="de")
        await visitor.send(timezone="Rostok")
        assert "<p>Eine Zeitzone „Rostok“ kenne ich nicht." in visitor.text
        await visitor.send(timezone="Europe/Berlin")
        await visitor.send(telegram="yes")
        await visitor.send(TELEGRAM_BOT_TOKEN="12:wrong-token")
        assert "<p>Telegram nimmt das Token nicht an" in visitor.text
        telegram.fail("getMe", status(502))
        await visitor.send(TELEGRAM_BOT_TOKEN=telegram.token)
        assert '<p lang="en">could not be verified' in visitor.text


async def test_what_is_there_is_said_and_stays(tmp_path):
    (tmp_path / "config.yaml").write_text("mine")
    async with serves(tmp_path) as page, Visitor() as visitor:
        await visitor.open(page.link)
        assert f"There already is config.yaml in {tmp_path}." in visitor.text
        await visitor.send(language="en")
        await visitor.send(timezone="UTC")
        await visitor.send()
        await visitor.send(service="systemd")
        assert "<code>callboard.service</code></li>" in visitor.text
        assert "<code>config.yaml</code> – is there already, and stays as it is" in visitor.text
        await visitor.send("write")
        assert "<code>config.yaml</code> – was there already, and stays as it was" in visitor.text
        assert await asyncio.wait_for(page.ended, 20)
    assert (tmp_path / "config.yaml").read_text() == "mine"
    assert (tmp_path / "postings" / "_template.yaml").exists()


async def test_what_a_file_of_tokens_lacks_that_was_there_is_told(tmp_path, servers):
    telegram, _slack = servers
    (tmp_path / "tokens.env").write_text("TELEGRAM_BOT_TOKEN=12:of-another-bot\n")
    async with serves(tmp_path, {"telegram": telegram.url}) as page, Visitor() as visitor:
        await visitor.open(page.link)
        for answers in (
            {"language": "en"},
            {"timezone": "UTC"},
            {"telegram": "yes"},
            {"TELEGRAM_BOT_TOKEN": telegram.token},
            {"button": "without"},
            {"service": "none"},
            {"button": "write"},
        ):
            await visitor.send(**answers)
    told = f"{tmp_path / 'tokens.env'} was there already, so you have to add what the config names: TELEGRAM_BOT_TOKEN<"
    assert told in visitor.text
    assert (tmp_path / "tokens.env").read_text() == "TELEGRAM_BOT_TOKEN=12:of-another-bot\n"


async def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    async with serves(tmp_path / "file") as page, Visitor() as visitor:
        await visitor.open(page.link)
        await visitor.send(language="en")
        await visitor.send(timezone="UTC")
        await visitor.send()
        await visitor.send(service="none")
        await visitor.send("write")
        assert f"{tmp_path / 'file'} cannot be written: " in visitor.text
        assert not page.ended.done()
