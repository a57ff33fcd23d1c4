"""A posting changes after it was announced, as an admin sees it on both platforms."""

import pytest

from tests.process.lab import GROUP, SLACK_CHANNEL, Lab

pytestmark = pytest.mark.process

OWLS = {"title": "PhD on owls", "deadline": "2037-05-02", "apply": "https://apply.example/owls"}


def telegram(lab):
    return [message for message in lab.telegram.sent if message.text]


def slack(lab):
    return list(lab.slack.sent)


@pytest.fixture
async def lab(tmp_path):
    async with Lab(tmp_path) as made:
        made.configure()
        made.post("phd-owls", **OWLS)
        yield made
        made.assert_no_problems()


async def test_an_extended_deadline_is_put_right_and_told_in_a_reply(lab):
    process = await lab.start()
    await lab.until(lambda: len(telegram(lab)) == 1 and len(slack(lab)) == 1)
    for day in ("2037-05-07", "2037-05-08", "2037-05-09"):  # quick changes are one
        lab.post("phd-owls", **{**OWLS, "deadline": day})
    await lab.until(lambda: len(telegram(lab)) == 2 and len(slack(lab)) == 2)
    first, news = telegram(lab)
    await lab.until(lambda: "9 May 2037" in first.text)
    assert first.marked("strikethrough") == ["Saturday, 2 May 2037, 23:59 (Europe/Berlin, UTC+2)"]
    assert "Deadline extended" in news.text
    assert news.reply_to == first.message_id
    await lab.until(lambda: "9 May 2037" in slack(lab)[0].shown)
    assert slack(lab)[1].thread_ts == slack(lab)[0].ts
    assert await process.stop() == 0
    rows = (await lab.callboard("ledger", "--json")).rows
    assert sorted((row["channel"], row["kind"]) for row in rows) == [
        (channel, kind)
        for channel in ("lab-slack", "lab-telegram")
        for kind in ("announcement", "deadline-moved", "edit")
    ]


async def test_what_is_filled_is_struck_and_what_opens_again_is_announced_again(lab):
    assert (await lab.callboard("tick")).code == 0
    lab.post("phd-owls", **OWLS, status="filled")
    assert (await lab.callboard("tick")).code == 0
    (first,) = telegram(lab)
    assert first.marked("strikethrough") == ["PhD on owls"]
    assert "This position is filled." in first.text
    assert first.buttons == []
    assert "filled" in slack(lab)[0].shown
    assert slack(lab)[0].buttons == []
    lab.post("phd-owls", **OWLS)
    assert (await lab.callboard("tick")).code == 0
    first, again = telegram(lab)
    assert first.marked("strikethrough") == []
    assert again.text.startswith("📣 Open again: PhD on owls")
    assert len(slack(lab)) == 2
    for _ in range(2):
        assert (await lab.callboard("tick")).code == 0
    assert len(telegram(lab)) == len(slack(lab)) == 2


async def test_a_renamed_file_is_no_news_and_a_deleted_one_is_no_longer_listed(lab):
    lab.post("postdoc-bats", title="Postdoc on bats", role="postdoc")
    assert (await lab.callboard("tick")).code == 0
    assert len(telegram(lab)) == 2
    (lab.postings / "phd-owls.yaml").rename(lab.postings / "phd-night-owls.yaml")
    (lab.postings / "postdoc-bats.yaml").unlink()
    assert (await lab.callboard("tick")).code == 0
    assert len(telegram(lab)) == 2
    gone = next(message for message in telegram(lab) if "bats" in message.text)
    assert "no longer listed" in gone.text
    lab.post("postdoc-bats", title="Postdoc on bats", role="postdoc")
    assert (await lab.callboard("tick")).code == 0
    assert len(telegram(lab)) == 2
    assert "no longer listed" not in gone.text
    lab.post("phd-night-owls", title="PhD on night owls", deadline="2037-05-02")
    assert (await lab.callboard("tick")).code == 0
    assert len(telegram(lab)) == 2
    assert any("night owls" in message.text for message in telegram(lab))


async def test_withdraw_takes_it_back_everywhere_and_resend_announces_it_again_in_one_channel(lab):
    assert (await lab.callboard("tick")).code == 0
    taken = await lab.callboard("withdraw", "phd-owls")
    assert taken.code == 0, taken.err
    assert lab.telegram.messages(GROUP) == []
    assert lab.slack.messages(SLACK_CHANNEL) == []
    assert (await lab.callboard("tick", "--at", "2037-05-01T12:00")).code == 0
    assert lab.telegram.messages(GROUP) == []
    again = await lab.callboard("resend", "phd-owls", "--channel", "lab-telegram")
    assert again.code == 0, again.err
    assert len(lab.telegram.messages(GROUP)) == 1
    assert lab.slack.messages(SLACK_CHANNEL) == []
    assert (await lab.callboard("tick")).code == 0
    assert len(lab.telegram.messages(GROUP)) == 1


async def test_withdraw_beside_a_running_bot_edits_what_is_too_old_to_delete(lab):
    process = await lab.start()
    await lab.until(lambda: len(telegram(lab)) == 1 and len(slack(lab)) == 1)
    assert await process.stop() == 0
    lab.telegram.age(GROUP, telegram(lab)[0].message_id, 50)
    taken = await lab.callboard("withdraw", "phd-owls")
    assert taken.code == 0, taken.err
    assert "This position was withdrawn." in telegram(lab)[0].text
    unknown = await lab.callboard("withdraw", "phd-mice")
    assert unknown.code == 2
    assert "phd-mice" in unknown.err
