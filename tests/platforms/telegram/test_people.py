"""Whom Telegram knows, and where they are reached. Over real HTTP."""

import pytest

from bot.domain.schedule import Destination
from bot.platforms.base import CannotAskError, DeliveryError
from tests.emulators.telegram import status
from tests.platforms.telegram.conftest import CHANNEL, GROUP, PERSON

JOBS, NEWS = Destination("telegram", "@lab_jobs"), Destination("telegram", str(CHANNEL))


async def test_who_has_written_is_reached_in_the_chat_with_them(server, telegram):
    with pytest.raises(DeliveryError, match="the person has not started the bot yet") as refused:
        await telegram.private_place(str(PERSON))
    assert (refused.value.permanent, refused.value.of_chat) == (True, True)
    server.say(PERSON, "/start")
    assert await telegram.private_place(str(PERSON)) == Destination("telegram", str(PERSON))
    server.fail("getChat", status(502))
    with pytest.raises(DeliveryError) as unclear:
        await telegram.private_place(str(PERSON))
    assert not unclear.value.permanent


async def test_whoever_writes_in_the_name_of_a_chat_has_no_place(telegram):
    with pytest.raises(DeliveryError, match="in the name of a chat") as refused:
        await telegram.private_place(str(GROUP))
    assert (refused.value.permanent, refused.value.of_chat) == (True, False)


@pytest.mark.parametrize(
    ("standing", "belongs"),
    [
        ({"status": "creator"}, True),
        ({"status": "administrator"}, True),
        ({"status": "member"}, True),
        ({"status": "restricted", "is_member": True}, True),
        ({"status": "restricted", "is_member": False}, False),
        ({"status": "left"}, False),
        ({"status": "kicked", "until_date": 0}, False),
    ],
)
async def test_a_member_is_who_is_in_one_of_the_chats(server, telegram, standing, belongs):
    server.join(CHANNEL, PERSON, **standing)
    assert await telegram.is_member(str(PERSON), [JOBS, NEWS]) is belongs
    assert await telegram.administers(str(PERSON), NEWS) is (standing["status"] in {"creator", "administrator"})


async def test_nobody_is_let_in_where_a_chat_does_not_tell(server, telegram):
    server.add_chat(-1007, type="channel", username="others")
    others = Destination("telegram", "@others")
    with pytest.raises(CannotAskError, match="Member list is inaccessible"):
        await telegram.is_member(str(PERSON), [others, JOBS])
    server.join(GROUP, PERSON)
    assert await telegram.is_member(str(PERSON), [others, JOBS]), "another one says yes"
    server.fail("getChatMember", status(502))
    with pytest.raises(CannotAskError):
        await telegram.is_member(str(PERSON), [JOBS])
    with pytest.raises(CannotAskError, match="User not found"):
        await telegram.is_member("99", [JOBS])
    assert await telegram.is_member(str(PERSON), []) is False


async def test_an_anonymous_administrator_is_known_by_the_group(telegram):
    assert await telegram.administers(str(GROUP), JOBS)
    assert await telegram.is_member(str(GROUP), [JOBS])
    assert not await telegram.administers(str(GROUP), NEWS)


async def test_people_have_the_names_that_they_show(server, telegram):
    server.say(PERSON, "/start")
    assert await telegram.name_of(str(PERSON)) == "Ida"
    assert await telegram.name_of(str(GROUP)) == "Lab jobs"
    assert await telegram.name_of("99") is None


async def test_an_invitation_opens_the_private_chat(server, telegram):
    link = await telegram.invitation("new_owls-1")
    message = server.follow(link, PERSON)
    assert message.text == "/start new_owls-1"
    assert await telegram.private_place(str(PERSON))


async def test_a_group_or_channel_has_a_number_and_what_cannot_be_found_out_is_not_taken_for_none(server, telegram):
    assert await telegram.lasting_address("@lab_jobs") == str(GROUP)
    assert await telegram.lasting_address(str(CHANNEL)) == str(CHANNEL)
    assert await telegram.lasting_address("@lab_nowhere") is None
    server.say(PERSON, "/start")
    assert await telegram.lasting_address(str(PERSON)) is None, "that is a person"
    server.fail("getChat", status(502))
    with pytest.raises(CannotAskError, match="which chat @lab_jobs is"):
        await telegram.lasting_address("@lab_jobs")
