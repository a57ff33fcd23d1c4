"""kill -9 in the middle of 200 notices, and a start after it."""

import signal
from collections import Counter

import pytest

from tests.process.lab import Lab

pytestmark = pytest.mark.process

DESTINATIONS = 20  # on each platform
POSTINGS = 5


@pytest.mark.parametrize("after", [60])
async def test_killed_in_the_middle_of_200_notices_none_is_lost_and_at_most_the_wire_is_doubled(tmp_path, after):
    async with Lab(tmp_path) as lab:
        channels = []
        for number in range(DESTINATIONS):
            group, place = -1001000 - number, f"C{number:010}"
            lab.telegram.add_chat(group, type="supergroup", title=f"group {number}")
            lab.slack.add_channel(place, name=f"place-{number}")
            channels.append({"name": f"telegram-{number}", "platform": "telegram", "address": group})
            channels.append({"name": f"slack-{number}", "platform": "slack", "address": place})
        lab.configure(channels)
        titles = [f"Position number {number} of five" for number in range(POSTINGS)]
        for number, title in enumerate(titles):
            lab.post(f"position-{number}", title=title)

        bot = await lab.start()
        await lab.until(lambda: len(lab.telegram.sent) + len(lab.slack.sent) >= after)
        await bot.stop(signal.SIGKILL)
        ledger = await lab.callboard("ledger", "--json")
        on_the_wire = Counter(row["channel"] for row in ledger.rows if row["state"] == "on the wire")
        assert max(on_the_wire.values(), default=0) <= 1

        again = await lab.start()
        heard = Counter[tuple[str, str]]()

        def arrived() -> int:
            heard.clear()
            for message in lab.telegram.sent:
                heard[f"telegram{message.chat.id}", _title_in(message.text, titles)] += 1
            for message in lab.slack.sent:
                heard[f"slack{message.channel}", _title_in(message.shown, titles)] += 1
            return len(heard)

        everything = 2 * DESTINATIONS * POSTINGS
        await lab.until(lambda: arrived() == everything, seconds=60)
        assert await again.stop() == 0
        final = await lab.callboard("ledger", "--json")
        assert Counter(row["state"] for row in final.rows) == {"delivered": everything}
        assert arrived() == everything, "lost"
        doubled = Counter(place for place, _ in heard.elements())
        for place, count in doubled.items():
            extra = count - POSTINGS
            assert extra <= (1 if place.startswith("telegram") else 0), f"{place} was told {extra} too many"
        told = sum(count - POSTINGS for count in doubled.values())
        assert told <= sum(on_the_wire.values())
        assert told <= sum("may stand there twice" in line for line in again.log), "every double is logged as such"
        lab.assert_no_problems()


def _title_in(text: str, titles: list[str]) -> str:
    return next(title for title in titles if title in text)
