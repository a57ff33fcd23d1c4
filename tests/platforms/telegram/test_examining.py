"""What `check --online` finds in Telegram: the token, the webhook, and what the bot may do in each chat."""

import asyncio

import pytest

from bot.domain.schedule import Destination
from bot.platforms.telegram.webhook import Webhook
from tests.emulators.telegram import TelegramServer, hang, status, too_many
from tests.platforms.telegram.conftest import CHANNEL, FORUM, GROUP, PERSON

HOOK = Webhook("https://callboard.lab.example/hook/very-Secret", "s3cret", "127.0.0.1:8080")


def place(address, thread=None):
    return Destination("telegram", str(address), thread)


async def found(telegram, *places):
    """The texts of problems, and of notes."""
    findings = await telegram.examine(places)
    assert all(one.at in (*places, None) for one in findings)
    assert all("\n" not in one.text for one in findings)
    return [one.text for one in findings if not one.is_note], [one.text for one in findings if one.is_note]


@pytest.fixture(autouse=True)
def _nothing_is_sent(server):
    yield
    asked = {"getMe", "getWebhookInfo", "getChat", "getChatMember"}
    assert set(server.counts) <= asked


async def test_a_channel_in_which_the_bot_may_post_is_well(server, telegram):
    assert await found(telegram, place("@lab_news"), place(CHANNEL)) == ([], [])


async def test_a_token_that_is_wrong_says_where_to_get_the_right_one(server, make):
    telegram = make(token="123456:WRONG-TOKEN")
    [finding] = await telegram.examine([place("@lab_news")])
    await telegram.close()
    assert (finding.at, finding.key, finding.is_note) == (None, "token", False)
    assert "get the right one from @BotFather" in finding.text
    assert "WRONG" not in finding.text


async def test_no_network_is_said_once(server, telegram):
    await server.stop()
    [finding] = await telegram.examine([place("@lab_news"), place(GROUP)])
    assert finding.text.startswith("could not be verified: Telegram cannot be reached")
    assert (finding.at, finding.key, finding.is_note) == (None, None, False)


@pytest.mark.parametrize(
    ("standing", "rights", "said"),
    [
        ("left", {}, "not an administrator of @lab_news; in Telegram open the channel › Administrators › Add Admin"),
        ("kicked", {}, "was removed from"),
        ("member", {}, "not an administrator of @lab_news"),
        ("administrator", {"can_post_messages": False}, "Administrators › @callboard_bot, and turn on Post Messages"),
    ],
)
async def test_a_channel_in_which_it_may_not_post(server, telegram, standing, rights, said):
    server.set_standing(CHANNEL, standing, **rights)
    [problem], notes = await found(telegram, place("@lab_news"))
    assert said in problem
    assert notes == []


async def test_who_may_post_may_edit_and_a_lacking_right_to_pin_is_but_a_note(server, telegram):
    server.set_standing(CHANNEL, "administrator", can_edit_messages=False, can_delete_messages=False)
    problems, [note] = await found(telegram, place("@lab_news"))
    assert problems == []
    assert note.startswith("the bot may not pin messages in @lab_news")


@pytest.mark.parametrize(
    ("standing", "rights", "said"),
    [
        ("left", {}, "is not in the group @lab_jobs; in Telegram open the group › Add Members"),
        ("kicked", {}, "was removed from"),
        ("restricted", {}, "Permissions › Exceptions › @callboard_bot, and turn on Send Messages"),
    ],
)
async def test_a_group_in_which_it_may_not_write(server, telegram, standing, rights, said):
    server.set_standing(GROUP, standing, **rights)
    problems, _ = await found(telegram, place("@lab_jobs"))
    [problem] = problems
    assert said in problem


async def test_a_private_group_that_it_is_not_in(server, telegram):
    server.set_standing(FORUM, "left")
    [problem], _ = await found(telegram, place(FORUM))
    assert f"is not in the group {FORUM}" in problem


async def test_a_group_where_members_may_not_write(server, telegram):
    server.chat(GROUP).may_write = False
    [problem], _ = await found(telegram, place(GROUP))
    assert "members may not write in @lab_jobs" in problem
    server.set_standing(GROUP, "administrator")
    assert await found(telegram, place(GROUP)) == ([], [])


async def test_privacy_mode_is_noted_once_where_it_holds(server, telegram):
    server.add_chat(-1007, title="Lab")
    problems, notes = await found(telegram, place(GROUP), place(-1007))
    assert problems == []
    [note] = [note for note in notes if "privacy mode" in note]
    assert "in 'Lab' and @lab_jobs the bot hears commands such as /positions@callboard_bot" in note
    server.privacy = False
    assert not [note for note in (await found(telegram, place(GROUP)))[1] if "privacy" in note]


async def test_every_forum_has_a_general_topic(server, telegram):
    server.set_standing(FORUM, "administrator")
    assert await found(telegram, place(FORUM, 1)) == ([], [])


async def test_a_topic_is_not_verified_and_a_group_without_topics_is_a_problem(server, telegram):
    server.set_standing(FORUM, "administrator")
    server.set_standing(GROUP, "administrator")
    problems, [note] = await found(telegram, place(FORUM, 18))
    assert problems == []
    assert "whether there is a topic 18, and whether it is open, cannot be asked" in note
    [problem], _ = await found(telegram, place(GROUP, 18))
    assert "@lab_jobs has no topics" in problem


async def test_a_group_that_became_a_supergroup_gives_the_new_address(server, telegram):
    server.add_chat(-77, "group")
    server.migrate(-77, -1007777777777)
    [finding] = [one for one in await telegram.examine([place(-77)]) if not one.is_note]
    assert finding.text == "the group is a supergroup now; write address: -1007777777777"
    assert finding.key == "address"


@pytest.mark.parametrize("written", ["1234567890", "-1234567890", "1001234567890"])
async def test_a_number_without_its_beginning_gets_it_back(server, telegram, written):
    [problem], _ = await found(telegram, place(written))
    assert problem == f"there is no chat {written}, but {GROUP} is @lab_jobs; write address: {GROUP}"


@pytest.mark.parametrize(
    ("written", "said"), [("-100999", "or the bot was never in it"), ("@lab_jbos", "check its name")]
)
async def test_an_address_of_nothing(server, telegram, written, said):
    [problem], _ = await found(telegram, place(written))
    assert written in problem
    assert said in problem


async def test_a_person_cannot_be_asked_about(server, telegram):
    server._met.add(PERSON)  # else Telegram knows of no such chat
    problems, [note] = await found(telegram, place(PERSON))
    assert problems == []
    assert "cannot be asked" in note


async def test_a_webhook_while_the_bot_polls_is_a_problem_that_names_its_host_alone(server, telegram):
    server.webhook = "https://other.example/123456:ABCDEF"
    [problem], _ = await found(telegram)
    assert "a webhook is set (at other.example)" in problem
    assert "ABCDEF" not in problem


async def test_updates_that_wait_are_noted(server, telegram):
    server.say(PERSON, "/positions")
    assert await found(telegram) == ([], ["1 updates wait; `callboard run` answers them"])


async def test_a_webhook_of_its_own(server, make):
    telegram = make(webhook=HOOK)
    try:
        assert await found(telegram) == ([], ["no webhook is set yet; `callboard run` sets it"])
        server.webhook = "https://other.example/x"
        assert "another address (at other.example)" in (await found(telegram))[1][0]
        server.webhook = HOOK.url
        server.hook.last_error = None
        assert await found(telegram) == ([], [])
        server.hook.last_error = (1_700_000_000, "Wrong response from the webhook: 502 Bad Gateway")
        problems, [note] = await found(telegram)
        assert problems == []
        assert "502 Bad Gateway; since then all has arrived" in note
        server._updates.append({"update_id": 1, "message": {}})
        [problem], notes = await found(telegram)
        assert "at 2023-11-14 22:13 UTC: Wrong response from the webhook: 502 Bad Gateway; 1 updates wait" in problem
        assert notes == []
        server._updates.clear()
    finally:
        await telegram.close()


async def test_a_platform_that_asks_to_wait_is_waited_for(server, telegram):
    server.fail("getChat", too_many(1))
    assert await found(telegram, place("@lab_news")) == ([], [])


async def test_it_ends_in_time_and_keeps_what_it_has(server, make, monkeypatch):
    monkeypatch.setattr("bot.platforms.examining.SECONDS", 0.4)
    server.fail("getChat", hang(30), chat="@lab_news")
    server.set_standing(GROUP, "left")
    telegram = make()
    async with asyncio.timeout(20):
        problems, _ = await found(telegram, place("@lab_news"), place("@lab_jobs"))
    await telegram.close()
    assert problems[0] == "could not be verified: no answer within 0 s"
    assert "is not in the group @lab_jobs" in problems[1]


async def test_an_answer_that_is_none_leaves_it_unverified(server, telegram):
    server.fail("getChatMember", status(502))
    [problem], _ = await found(telegram, place("@lab_news"))
    assert problem.startswith("could not be verified: no clear answer from Telegram")


async def test_a_hundred_channels_are_asked_for_in_time():
    async with TelegramServer() as server:
        from datetime import UTC, datetime

        from bot.platforms.telegram.adapter import Telegram
        from bot.wording.catalogue import wording

        places = [place(-1000000000000 - number) for number in range(100)]
        for at in places:
            server.add_chat(int(at.address), "channel", admin=True)
        telegram = Telegram(server.token, server.url, wording, lambda: datetime.now(UTC))
        assert await found(telegram, *places) == ([], [])
        await telegram.close()
