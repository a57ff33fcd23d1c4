"""Ten thousand inputs to all ways in; `make fuzz` has a million. First that the ways lead in at all."""

import json
from random import Random
from urllib.parse import urlencode

import pytest

from tests.fuzz import payloads
from tests.fuzz.driver import CPU_SECONDS, feed, made
from tests.fuzz.targets import RESPONSE_URL, SECRET, TARGETS, Slack, Target, request
from tests.fuzz.world import World

pytestmark = pytest.mark.process

SEED = 8_9
EACH = 10_000 // len(TARGETS) + 1


@pytest.fixture
async def world():
    async with World() as world:
        yield world


@pytest.mark.timeout(300)
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
async def test_nothing_that_anybody_can_send_harms_it(world, target):
    failures = [str(failure) async for failure in feed(world, target, SEED, range(EACH))]
    assert not failures, "\n".join(failures[:5])
    if target.name in {"telegram", "slack"}:  # they were not only refused
        assert world.platforms.calls.total() > EACH / 4


async def test_a_good_input_gets_to_the_bot_and_is_answered(world):
    headers = {"Host": "bot.lab.example", "X-Telegram-Bot-Api-Secret-Token": SECRET}
    update = json.dumps({"update_id": 1, **payloads.TELEGRAM[0]}).encode()
    assert await world.ask("telegram", request("POST", "/telegram", headers, update)) == 200
    await world.is_quiet()
    assert world.platforms.calls["sendMessage"] == 1
    slack = Slack()
    headers = {"Host": "bot.lab.example", "Content-Type": "application/json"}
    mention = json.dumps(payloads.SLACK_EVENTS[0]).encode()
    assert await slack.fed(world, request("POST", "/slack/events", headers, mention)) is None
    assert world.platforms.calls["chat.postMessage"] == 1
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    command = f"command=/positions&text=phd&channel_id=C1&user_id=U1&response_url={RESPONSE_URL}".encode()
    assert await slack.fed(world, request("POST", "/slack/events", headers, command)) is None
    assert world.platforms.calls["1"] == 1  # its response_url
    for number, payload in enumerate(payloads.SLACK_EVENTS[4:6]):
        event = json.dumps({**payload, "event_id": f"EvNew{number}"}).encode()
        asks = {**headers, "Content-Type": "application/json"}
        assert await slack.fed(world, request("POST", "/slack/events", asks, event)) is None
    for payload in (payloads.SLACK_HOME_PRESS, payloads.SLACK_SHORTCUT):
        pressed = urlencode({"payload": json.dumps(payload)}).encode()
        assert await slack.fed(world, request("POST", "/slack/events", headers, pressed)) is None
    await world.is_quiet()
    calls = world.platforms.calls
    assert (calls["views.publish"], calls["chat.unfurl"], calls["views.open"]) == (1, 1, 2)
    assert await world.ask("board", request("GET", "/?q=phd", {"Host": "jobs.lab.example"})) == 200
    assert await world.ask("own", request("GET", "/timeline", {"Host": "localhost"})) == 403
    own = {"Host": "localhost", "Cookie": f"callboard-1={world.key}"}
    assert await world.ask("own", request("GET", "/timeline", own)) == 200
    assert await world.ask("own", request("GET", "/preview/draft", own)) == 200
    chat = {"Host": "localhost", "Content-Type": "application/json"}
    assert await world.ask("own", request("POST", "/chat/ask", chat, b'{"text": "phd"}')) == 200
    assert world.took() == []


def test_an_input_can_be_made_again():
    for target in TARGETS:
        inputs = [made(target, SEED, number) for number in range(20)]
        assert inputs == [made(target, SEED, number) for number in range(20)]
        assert len(set(inputs)) > 15


class _Harmful(Target):
    name = "harmful"

    def made(self, random: Random) -> bytes:
        return random.choice((b"raises", b"fails", b"works", b"spins", b"logs"))

    async def fed(self, world, given):
        if given == b"raises":
            raise ZeroDivisionError
        if given == b"logs":
            world.complain()
        if given == b"spins":
            world.cost += CPU_SECONDS + 1
        return "it fails" if given == b"fails" else None


class _Small:
    cost = 0.0

    def __init__(self):
        self._lines = []

    def complain(self):
        self._lines.append("callboard: an error")

    def took(self):
        lines, self._lines = self._lines, []
        return lines


async def test_what_raises_fails_logs_an_error_or_takes_too_long_is_found(monkeypatch):
    world = _Small()
    monkeypatch.setattr("tests.fuzz.driver.process_time", lambda: world.cost)
    found = {failure.given: failure async for failure in feed(world, _Harmful(), SEED, range(60))}
    assert found.keys() == {b"raises", b"fails", b"spins", b"logs"}
    assert "ZeroDivisionError" in found[b"raises"].what
    assert "of the processor" in found[b"spins"].what
    again = found[b"fails"]
    assert f"--target harmful --seed {SEED} --from {again.number} --inputs 1" in str(again)
    assert made(_Harmful(), SEED, again.number) == b"fails"
