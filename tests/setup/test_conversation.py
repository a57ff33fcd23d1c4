"""A lab is set up with somebody at a terminal; both platforms are emulated."""

import asyncio
from collections import deque
from pathlib import Path

import pytest

from bot.platforms.slack.errors import ADVICE
from bot.setup import conversation
from bot.setup.conversation import Conversation
from bot.setup.interview import AnswerProblem, Interview
from bot.setup.lab import Lab
from bot.setup.steps import SecretStep, begin
from tests.emulators.slack import SlackServer
from tests.emulators.telegram import TelegramServer
from tests.emulators.telegram_faults import status

GROUP = -1001234567890


class Somebody:
    """Answers from a list: by a part of the question."""

    def __init__(self, *answers):
        self.answers = deque(answers)
        self.told = []
        self.secrets = []
        self.types = False

    def _next(self, question):
        part, answer = self.answers.popleft()
        assert part in question, (part, question)
        return answer

    def ask(self, question, *, default="", is_secret=False):
        if is_secret:
            self.secrets.append(question)
        answer = self._next(question)
        return {True: "y", False: "", "": default}.get(answer, answer)

    def has_typed(self):
        return self.types

    def tell(self, text):
        self.told.append(text)


@pytest.fixture
async def servers(monkeypatch):
    monkeypatch.setattr(conversation, "LOOKED_EVERY", 0.02)
    async with TelegramServer() as telegram, SlackServer() as slack:
        yield telegram, slack
        assert telegram.problems == []
        assert slack.problems == []


async def held(somebody, servers, lab, environment=None, folder=Path("/nowhere"), **given):
    """The lab that comes of it."""
    telegram, slack = servers
    settings = {"telegram": {"api_url": telegram.url}, "slack": {"api_url": slack.url}}
    progress = begin(lab, settings, environment or {}, **{"asks_language": False, "asks_service": False, **given})
    return await Conversation(somebody, Interview(progress), folder).hold()


async def test_the_bot_is_added_to_a_channel_and_finds_its_number_by_itself(servers):
    telegram, _slack = servers
    telegram.add_chat(GROUP, type="channel", title="Jobs")
    telegram.set_standing(GROUP, "left")
    somebody = Somebody(
        ("called", "Owl Lab"),
        ("Where", "Rostock, Germany"),
        ("time zone", "Berlin"),
        ("time zone", "europe/berlin"),
        ("Slack", False),
        ("Telegram", True),
        ("TELEGRAM_BOT_TOKEN", "12:wrong-token"),
        ("TELEGRAM_BOT_TOKEN", telegram.token),
        ("Which channel", ""),
        ("test message", True),
    )
    work = asyncio.create_task(held(somebody, servers, Lab("UTC", "en")))
    await telegram.wait_for(lambda: any("look out for it" in text for text in somebody.told))
    telegram.my_chat_member(GROUP, "administrator")
    lab = await asyncio.wait_for(work, 20)
    [asked] = lab.platforms
    assert (asked.kind, asked.channel) == ("telegram", str(GROUP))
    assert (lab.name, lab.place, lab.timezone) == ("Owl Lab", "Rostock, Germany", "Europe/Berlin")
    assert any("I know no time zone “Berlin”" in text for text in somebody.told)
    assert any("token" in text for text in somebody.told)
    assert [message.text for message in telegram.sent] == ["This is a test: I can speak here."]
    assert telegram.sent[0].deleted
    assert somebody.told[-1] == "The test message was there, and is taken back."
    assert not any(telegram.token in text for text in somebody.told)
    assert len(somebody.secrets) == 2


async def test_a_channel_in_slack_is_chosen_from_a_list(servers):
    _telegram, slack = servers
    slack.add_channel("C0JOBS0001", name="jobs")
    slack.add_channel("C0LAB00001", name="lab")
    somebody = Somebody(
        ("heißt", ""),
        ("Wo", ""),
        ("Zeitzone", ""),
        ("Slack", True),
        ("Telegram", False),
        ("SLACK_BOT_TOKEN", slack.bot_token),
        ("SLACK_APP_TOKEN", slack.app_token),
        ("Kanal", "2"),
        ("Probe", False),
    )
    lab = await held(somebody, servers, Lab("Europe/Berlin", "de"))
    [asked] = lab.platforms
    listed = [text for text in somebody.told if text.startswith("2. ")]
    assert listed == [f"2. #lab ({asked.channel})"]
    assert any("https://api.slack.com/apps?new_app=1&manifest_json=%7B" in text for text in somebody.told)


async def test_whoever_has_no_token_leaves_the_platform_out(servers):
    somebody = Somebody(
        ("called", ""),
        ("Where", ""),
        ("time zone", ""),
        ("Slack", False),
        ("Telegram", True),
        ("TELEGRAM_BOT_TOKEN", ""),
    )
    lab = await held(somebody, servers, Lab("Europe/Berlin", "en"))
    assert lab == Lab("Europe/Berlin", "en")


async def test_a_channel_where_it_may_not_speak_is_told_and_asked_for_again(servers):
    telegram, _slack = servers
    telegram.add_chat(GROUP, type="channel", title="Jobs", username="lab_jobs", admin=True)
    somebody = Somebody(
        ("Slack", False),
        ("Telegram", True),
        ("TELEGRAM_BOT_TOKEN", telegram.token),
        ("Which channel", "@lab_jobz"),
        ("Which channel", "@lab_jobs"),
        ("test message", False),
    )
    telegram.my_chat_member(GROUP, "administrator")
    known = Lab("Europe/Berlin", "en", "Owl Lab", "Rostock")
    somebody.answers.appendleft(("time zone", ""))
    lab = await held(somebody, servers, known)
    assert lab.platforms[0].channel == "@lab_jobs"
    assert any("@lab_jobz" in text or "lab_jobz" in text or "not found" in text for text in somebody.told)


async def test_a_token_gets_a_name_that_the_environment_does_not_have_for_another(servers):
    telegram, _slack = servers
    somebody = Somebody(
        ("time zone", ""),
        ("Slack", False),
        ("Telegram", True),
        ("TELEGRAM_BOT_TOKEN", telegram.token),
        ("Which channel", ""),
        ("test message", False),
    )
    telegram.add_chat(GROUP, type="channel", title="Jobs", admin=True)
    telegram.my_chat_member(GROUP, "administrator")
    known = Lab("Europe/Berlin", "en", "Owl Lab", "Rostock")
    lab = await held(somebody, servers, known, {"TELEGRAM_BOT_TOKEN": "11:of-another-bot"})
    [secret] = lab.platforms[0].secrets
    assert (secret.variable, secret.value) == ("LAB_TELEGRAM_BOT_TOKEN", telegram.token)


async def test_what_stays_is_said_and_the_language_asked_first_and_spoken_from_then_on(servers, tmp_path):
    (tmp_path / "config.yaml").touch()
    somebody = Somebody(
        ("Language / Sprache", "de"),
        ("heißt", ""),
        ("Wo", ""),
        ("Zeitzone", ""),
        ("Slack", False),
        ("Telegram", False),
    )
    lab = await held(somebody, servers, Lab("Europe/Berlin", "en"), folder=tmp_path, asks_language=True)
    assert somebody.told[0].startswith(f"There already is config.yaml in {tmp_path}.")
    assert lab == Lab("Europe/Berlin", "de")


async def test_a_test_message_that_does_not_arrive_is_told_and_offered_again(servers):
    telegram, _slack = servers
    telegram.add_chat(GROUP, type="channel", title="Jobs", admin=True)
    telegram.my_chat_member(GROUP, "administrator")
    telegram.fail("sendMessage", status(500))
    somebody = Somebody(
        ("time zone", ""),
        ("Slack", False),
        ("Telegram", True),
        ("TELEGRAM_BOT_TOKEN", telegram.token),
        ("Which channel", ""),
        ("test message", True),
        ("test message", False),
    )
    await held(somebody, servers, Lab("Europe/Berlin", "en", "Owl Lab", "Rostock"))
    assert any("no clear answer" in text for text in somebody.told), somebody.told
    assert telegram.sent == []


async def test_what_keeps_the_bot_running_is_asked_last(servers):
    somebody = Somebody(("Zeitzone", ""), ("Slack", False), ("Telegram", False), ("Bot am Laufen", "systemd"))
    lab = await held(somebody, servers, Lab("Europe/Berlin", "de", "Eulen", "Rostock"), asks_service=True)
    assert lab.service == "systemd"
    assert not somebody.answers


async def test_whoever_knows_the_address_need_not_wait_until_it_is_found(servers):
    telegram, _slack = servers
    telegram.add_chat(GROUP, type="channel", title="Jobs", username="lab_jobs", admin=True)
    somebody = Somebody(
        ("time zone", ""),
        ("Slack", False),
        ("Telegram", True),
        ("TELEGRAM_BOT_TOKEN", telegram.token),
        ("Which channel", "@lab_jobs"),
        ("test message", False),
    )
    known = Lab("Europe/Berlin", "en", "Owl Lab", "Rostock")
    work = asyncio.create_task(held(somebody, servers, known))
    await telegram.wait_for(lambda: any("write its address here" in text for text in somebody.told))
    somebody.types = True
    lab = await asyncio.wait_for(work, 20)
    assert lab.platforms[0].channel == "@lab_jobs"


async def test_yes_and_no_are_said_in_the_language_that_is_spoken(servers):
    somebody = Somebody(
        ("Zeitzone", ""),
        ("Slack angekündigt werden? [j/N]", "vielleicht"),
        ("Slack angekündigt werden? [j/N]", "ja"),
        ("Telegram angekündigt werden? [j/N]", "Nein"),
        ("SLACK_BOT_TOKEN", ""),
    )
    await held(somebody, servers, Lab("Europe/Berlin", "de", "Eulen", "Rostock"))
    assert "Schreib ja oder nein." in somebody.told
    assert any(text.startswith("Lege die App") for text in somebody.told)


async def test_of_many_channels_some_are_listed_and_any_can_be_named(servers):
    _telegram, slack = servers
    for number in range(40):
        slack.add_channel(f"C0LAB000{number:02}", name=f"lab-{number:02}")
    somebody = Somebody(
        ("time zone", ""),
        ("Slack", True),
        ("Telegram", False),
        ("SLACK_BOT_TOKEN", slack.bot_token),
        ("SLACK_APP_TOKEN", slack.app_token),
        ("Which channel", "#LAB-39"),
        ("test message", False),
    )
    lab = await held(somebody, servers, Lab("Europe/Berlin", "en", "Owl Lab", "Rostock"))
    assert lab.platforms[0].channel == "C0LAB00039"
    assert len([text for text in somebody.told if "(C0LAB000" in text]) == 31  # the chosen one is named once more
    assert "and 10 more: write the name, as the platform shows it" in somebody.told


async def test_who_cannot_be_asked_for_channels_is_told_and_the_address_asked_for(servers):
    telegram, _slack = servers
    telegram.add_chat(GROUP, type="channel", title="Jobs", username="lab_jobs", admin=True)
    telegram.fail("getUpdates", status(502))
    somebody = Somebody(
        ("time zone", ""),
        ("Slack", False),
        ("Telegram", True),
        ("TELEGRAM_BOT_TOKEN", telegram.token),
        ("Which channel", "@lab_jobs"),
        ("test message", False),
    )
    lab = await held(somebody, servers, Lab("Europe/Berlin", "en", "Owl Lab", "Rostock"))
    assert lab.platforms[0].channel == "@lab_jobs"
    assert any("no clear answer from Telegram" in text for text in somebody.told)


async def test_a_token_that_is_none_is_told_in_the_language_that_is_spoken_and_in_the_words_of_the_question(servers):
    _telegram, slack = servers
    somebody = Somebody(
        ("Zeitzone", ""),
        ("Slack", True),
        ("Telegram", True),
        ("SLACK_BOT_TOKEN", "xapp-1-A0-of-nobody"),
        ("SLACK_BOT_TOKEN", "xoxb-of-nobody"),
        ("SLACK_BOT_TOKEN", slack.bot_token),
        ("SLACK_APP_TOKEN", "nothing of the sort"),
        ("SLACK_APP_TOKEN", ""),
        ("TELEGRAM_BOT_TOKEN", ""),
    )
    await held(somebody, servers, Lab("Europe/Berlin", "de", "Eulen", "Rostock"))
    wrong = "Das ist das App-Level-Token (xapp-…) von Slack; gefragt ist hier das Bot-Token (xoxb-…) von Slack."
    assert wrong in somebody.told
    assert any(text.startswith("Slack nimmt das Bot-Token nicht an; kopiere es noch einmal") for text in somebody.told)
    assert not any("auf Englisch" in text for text in somebody.told)
    assert any(text.startswith("Das ist nicht das App-Level-Token (xapp-…) von Slack;") for text in somebody.told)
    assert not any("_token" in text or "of-nobody" in text for text in somebody.told)


def test_what_a_platform_says_is_told_in_german_as_far_as_the_catalogue_has_it():
    interview = Interview(begin(Lab("Europe/Berlin", "de", "Eulen", "Rostock"), {}, {}))
    step = SecretStep("slack", "bot_token")
    known = [f"{ADVICE['token_revoked']} (Slack: token_revoked)"]
    german = "das Bot-Token wurde widerrufen; installiere die App noch einmal und kopiere das neue Token"
    assert interview._in_words(known[0]) == AnswerProblem(f"{german} (Slack: token_revoked)", "de")
    assert list(interview._led_by(step, known)) == []
    unknown = ["Slack: not_in_orbit"]
    assert interview._in_words(unknown[0]) == AnswerProblem("Slack: not_in_orbit", "en")
    assert [lead.text.partition(".")[0] for lead in interview._led_by(step, unknown)] == [
        "Slack nimmt das Token so nicht an"
    ]


async def test_a_number_that_is_not_in_the_list_is_no_chat(servers):
    telegram, _slack = servers
    telegram.add_chat(GROUP, type="channel", title="Jobs", admin=True)
    telegram.my_chat_member(GROUP, "administrator")
    somebody = Somebody(
        ("time zone", ""),
        ("Slack", False),
        ("Telegram", True),
        ("TELEGRAM_BOT_TOKEN", telegram.token),
        ("Which channel", "7"),
        ("Which channel", "1"),
        ("test message", False),
    )
    lab = await held(somebody, servers, Lab("Europe/Berlin", "en", "Owl Lab", "Rostock"))
    assert lab.platforms[0].channel == str(GROUP)
    assert "There is no number 7 in the list." in somebody.told
