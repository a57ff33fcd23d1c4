"""Several processes on one database, with Telegram by long polling: one polls, the others take over."""

import asyncio
import signal

import asyncpg
import pytest

from tests.process.lab import Lab
from tests.store.conftest import postgresql_url, server, sqlite_url  # noqa: F401  # fixtures

pytestmark = pytest.mark.process
PERSON = 7


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
async def lab(tmp_path, url):
    async with Lab(tmp_path) as lab:
        platforms = {"telegram": {"token": lab.telegram.token, "api_url": lab.telegram.url}}
        lab.configure(
            [{"name": "lab", "platform": "telegram", "address": "@lab_jobs"}], database=url, platforms=platforms
        )
        lab.post("robots", title="Robots")
        yield lab
        lab.assert_no_problems()  # among them every poll that was ended by another's


async def fleet(lab, count):
    """So many processes; the first one polls."""
    processes = [await lab.start()]
    await processes[0].says("answering in Telegram")
    for _ in range(count - 1):
        processes.append(await lab.start())
        await processes[-1].says("stands by")
        assert not [line for line in processes[-1].log if "answering in Telegram" in line]
    return processes


def answers(lab):
    return [message for message in lab.telegram.sent if message.chat.id == PERSON]


async def ask(lab, count):
    """So many questions, as fast as they come, and all their answers, which the next poll acknowledges: who is killed
    before that leaves them to be answered once more.
    """
    before = len(answers(lab))
    for _ in range(count):
        lab.telegram.say(PERSON, "/positions", user=PERSON)
    await lab.until(lambda: len(answers(lab)) >= before + count and not lab.telegram._updates, 60)
    assert len(answers(lab)) == before + count


async def polls_alone(processes):
    """The process of these that has taken over."""
    waiting = [asyncio.create_task(one.says("answering in Telegram")) for one in processes]
    done, rest = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    assert len(done) == 1
    return processes[waiting.index(done.pop())]


@pytest.mark.parametrize("count", [2, 4])
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
async def test_one_polls_and_another_takes_over_when_it_ends(lab, count, end):
    processes = await fleet(lab, count)
    first = processes[0]
    await ask(lab, 2)
    while len(processes) > 1:
        await first.stop(end)
        processes.remove(first)
        first = await polls_alone(processes)
        await ask(lab, 2)
    assert await first.stop() == 0


async def test_no_question_is_lost_where_it_is_killed_while_it_answers(lab):
    first, second = await fleet(lab, 2)
    numbers = range(12)
    for number in numbers:
        lab.telegram.add_user(100 + number, f"Reader {number}")
        lab.telegram.say(100 + number, "/positions", user=100 + number)
    await lab.until(lambda: any(message.chat.id >= 100 for message in lab.telegram.sent))
    await first.stop(signal.SIGKILL)
    await second.says("answering in Telegram")
    await lab.until(lambda: {100 + number for number in numbers} <= {message.chat.id for message in lab.telegram.sent})
    assert await second.stop() == 0


async def test_who_is_cut_off_from_its_lock_polls_no_more(tmp_path, postgresql_url):  # noqa: F811
    """As a machine that is put to sleep, and awakes when another has taken over."""
    async with Lab(tmp_path) as lab:
        platforms = {"telegram": {"token": lab.telegram.token, "api_url": lab.telegram.url}}
        lab.configure([], database=postgresql_url, platforms=platforms)
        first, second = await fleet(lab, 2)
        await ask(lab, 1)
        first.process.send_signal(signal.SIGSTOP)
        database = await asyncpg.connect(postgresql_url)
        query = (
            "SELECT pg_terminate_backend(pid) FROM (SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory') one"
        )
        assert all(row[0] for row in await database.fetch(query))
        await database.close()
        await second.says("answering in Telegram")
        first.process.send_signal(signal.SIGCONT)
        await first.says("stands by")
        ended = len(lab.telegram.problems)
        assert ended <= 2, "its own poll of before, and one that it may have begun as it awoke"
        await ask(lab, 3)
        assert len(lab.telegram.problems) == ended
        await second.stop(signal.SIGKILL)
        await lab.until(lambda: len([line for line in first.log if "answering in Telegram" in line]) == 2)
        await ask(lab, 2)
        assert await first.stop() == 0
