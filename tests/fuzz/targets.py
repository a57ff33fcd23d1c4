"""What the world can send: for each way in, how an input is made, and what is done with it."""

import hashlib
import hmac
import json
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from bot.app.responding import Responder
from bot.chat.reading import pressed
from bot.chat.reading import read as read_command
from bot.chat.request import Request
from bot.config import read
from bot.domain.schedule import Destination
from bot.engine.board import Callboard
from bot.platforms.base import Reader
from bot.schema import InvalidError, Problem
from bot.sources.files import Registry
from tests.fuzz import mutating, payloads
from tests.fuzz.world import SECRET, World


class Target(ABC):
    """`made` is the same for the same numbers; `fed` says what went wrong with it, if anything did."""

    name: str

    @abstractmethod
    def made(self, random: Random) -> bytes:
        """An input."""

    @abstractmethod
    async def fed(self, world: World, given: bytes) -> str | None:
        """What is wrong with the answer to an input. Raises whatever the program raises."""


RESPONSE_URL = "RESPONSE-URL"  # stands for an address that is known when it is sent

# --- By HTTP


class _Http(Target):
    port: str

    async def fed(self, world: World, given: bytes) -> str | None:
        status = await world.ask(self.port, given)
        await world.is_quiet()
        return f"the status is {status}" if status is not None and status >= 500 else None


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    head = "\r\n".join([*lines, "Connection: close", "", ""])
    return head.encode("utf-8", errors="surrogatepass") + body


def json_bytes(value: Any) -> bytes:
    return json.dumps(value).encode()


FORGED = "X-Forged: yes"
"""Marks what only whoever has the platform's secret could send. It must harm nothing, and may be told in the log."""

_FORGED_LINES = re.compile(r"callboard\.(slack|telegram): (an answer was not given|something from Slack)")


class _Platform(_Http):
    """What a platform sends, with its secret. Mostly people have written other words into it; else it is no longer what
    the platform's documentation says.
    """

    by_people: frozenset[str]
    kept: frozenset[str] = frozenset()

    def changed(self, random: Random, good: Any, headers: dict[str, str]) -> Any:
        if random.random() < 0.6:
            return mutating.rewritten(random, good, self.by_people)
        name, _, value = FORGED.partition(": ")
        headers[name] = value
        return mutating.mutated(random, good, self.kept)

    async def fed(self, world: World, given: bytes) -> str | None:
        wrong = await super().fed(world, given)
        if FORGED.encode() in given:
            world.overlook(_FORGED_LINES)
        return wrong


class Telegram(_Platform):
    """Updates by webhook."""

    name, port = "telegram", "telegram"
    by_people = frozenset("text caption first_name username title data language_code file_name".split())

    def made(self, random: Random) -> bytes:
        secret = SECRET if random.random() < 0.95 else _one_line(mutating.text(random, 300))
        headers = {"Host": "bot.lab.example", "X-Telegram-Bot-Api-Secret-Token": secret}
        good = random.choice(payloads.TELEGRAM)
        update = self.changed(random, {"update_id": random.getrandbits(40), **good}, headers)
        body = json_bytes(update)
        return request("POST", "/telegram", headers, body)


class Slack(_Platform):
    """Events, commands and presses, signed as Slack signs them."""

    name, port = "slack", "slack"
    by_people = frozenset("text command value user_name name channel_name username url".split())
    kept = frozenset({"response_url"})  # it leads to whoever signs

    def made(self, random: Random) -> bytes:
        """Without a signature, which is of the instant at which it is sent."""
        kind, headers = random.randrange(4), {"Host": "bot.lab.example"}
        if kind == 0:
            event = {**random.choice(payloads.SLACK_EVENTS), "event_id": str(random.random())}
            headers["Content-Type"] = "application/json"
            body = json_bytes(self.changed(random, event, headers))
        else:
            good = payloads.SLACK_COMMAND if kind == 1 else random.choice(payloads.SLACK_INTERACTIONS)
            answered = {"response_url": RESPONSE_URL} if "response_url" in good else {}
            changed = self.changed(random, {**good, **answered}, headers)
            pairs = changed if kind == 1 else {"payload": json.dumps(changed)}
            form = {str(key): value for key, value in pairs.items()} if isinstance(pairs, dict) else {"payload": "x"}
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form, doseq=True, errors="surrogatepass").encode()
        return request("POST", "/slack/events", headers, body)

    async def fed(self, world: World, given: bytes) -> str | None:
        """Each 16th has a signature that is none."""
        head, _, body = given.partition(b"\r\n\r\n")
        body = body.replace(RESPONSE_URL.encode(), quote(f"{world.platforms.url}/response/1", safe="").encode())
        stamp = str(int(time.time()))
        sealed = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        odd = hashlib.sha256(given).digest()
        if odd[0] < 16:
            stamp, sealed = (
                ("garbage", "½", "", str(2**70), "-1", stamp)[odd[1] % 6],
                ("", "ü" * 64, sealed)[odd[2] % 3],
            )
        lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
        lines += [f"Content-Length: {len(body)}".encode(), f"X-Slack-Request-Timestamp: {stamp}".encode()]
        lines.append(f"X-Slack-Signature: v0={sealed}".encode())
        return await super().fed(world, b"\r\n".join(lines) + b"\r\n\r\n" + body)


class Broken(_Http):
    """What is no HTTP any more, or no JSON, at each of the addresses."""

    name = "broken"

    def made(self, random: Random) -> bytes:
        inner = random.choice((Telegram, Slack, Pages, Chat))()
        return inner.port.encode() + b"\n" + mutating.mutated_bytes(random, inner.made(random))

    async def fed(self, world: World, given: bytes) -> str | None:
        port, _, given = given.partition(b"\n")
        status = await world.ask(port.decode(), given, patience=0.02)
        await world.is_quiet()
        world.overlook(_FORGED_LINES)  # the secret may still be whole
        return f"the status is {status}" if status is not None and status >= 500 else None


class Pages(_Http):
    """The board: any path, any query, any header."""

    name, port, host = "board", "board", "jobs.lab.example"

    def made(self, random: Random) -> bytes:
        path = random.choice(payloads.PATHS)
        if random.random() < 0.6:
            key = random.choice(("q", "role", "place", "tag", "lang", "page", "from", "to", "theme", "x"))
            path += f"{'&' if '?' in path else '?'}{key}={quote(mutating.text(random, 3000), errors='replace')}"
        if random.random() < 0.2:
            path = "/" + quote(mutating.mutated_text(random, path), safe="/?&=%", errors="replace")
        headers = {"Host": self.host, "Cookie": f"callboard-1={THE_KEY}", **_headers(random)}
        method = random.choice(("GET", "GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "PUT", "TRACE"))
        return request(method, path, headers, b"x=y" if method in {"POST", "PUT"} else b"")


THE_KEY = "THE-KEY"  # stands for the one that is known when it is sent


class Own(Pages):
    """What is for this machine alone: health, metrics, the timeline and previews. Some who ask have the key."""

    name, port, host = "own", "own", "localhost"

    async def fed(self, world: World, given: bytes) -> str | None:
        return await super().fed(world, given.replace(THE_KEY.encode(), world.key.encode()))


class Chat(_Http):
    """The chat in the browser: questions and buttons."""

    name, port = "chat", "own"

    def made(self, random: Random) -> bytes:
        given: Any = {"language": random.choice(("en", "de-DE", "xx", "")), "text": mutating.text(random)}
        if random.random() < 0.4:
            given["request"] = random.choice(("positions.2 phd", "position robust-0", "", "x" * 999, "deadlines -1"))
        if random.random() < 0.5:
            given = mutating.mutated(random, given)
        headers = {"Host": "127.0.0.1", "Content-Type": "application/json"}
        if random.random() < 0.3:
            headers |= _headers(random)
        return request("POST", "/chat/ask", headers, json_bytes(given))


def _headers(random: Random) -> dict[str, str]:
    made = {}
    for name in random.sample(sorted(payloads.HEADERS), random.randint(0, 5)):
        good = payloads.HEADERS[name]
        bad = random.choice(mutating.NASTY) if random.random() < 0.4 else mutating.mutated_text(random, good)
        made[name] = good if random.random() < 0.4 else _one_line(bad)[:6000]
    return made


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


# --- Files


_ACTS = re.compile(r"[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Posting(Target):
    """A file in the registry, as a colleague, an editor or an import leaves it."""

    name = "posting"

    def made(self, random: Random) -> bytes:
        good = random.choice(payloads.POSTINGS)
        if random.random() < 0.5:
            return mutating.mutated_bytes(random, good.encode())
        lines = good.splitlines()
        for _ in range(random.randint(1, 3)):
            at = random.randrange(len(lines))
            key, colon, _ = lines[at].partition(":")
            lines[at] = f"{key}{colon} {random.choice((mutating.text, _as_yaml))(random)}"
        return "\n".join(lines).encode(errors="surrogatepass")

    async def fed(self, world: World, given: bytes) -> str | None:
        """Reads it, and lets the whole board be asked for what it holds."""
        folder = world.folder / "fuzzed"
        folder.mkdir(exist_ok=True)
        for ending in (".yaml", ".md"):
            (folder / f"posting{ending}").unlink(missing_ok=True)
        (folder / f"posting{'.md' if given.startswith(b'---') else '.yaml'}").write_bytes(given)
        reading = Registry(folder, "Europe/Berlin").read()
        if forged := _forged(reading.problems):
            return forged
        board = Callboard(replace(_board(world).config, registry=folder))
        board.read()
        for posting in reading.changed:
            board.ask(Request("position", posting.id))
            board.ask(read_command(posting.title))
        return None


class ConfigFile(Target):
    """config.yaml, as an admin leaves it."""

    name = "config"

    def made(self, random: Random) -> bytes:
        if random.random() < 0.6:
            return mutating.mutated_bytes(random, payloads.CONFIG.encode())
        lines = payloads.CONFIG.splitlines()
        at = random.randrange(len(lines))
        key, colon, _ = lines[at].partition(":")
        lines[at] = f"{key}{colon} {random.choice((mutating.text, _as_yaml))(random)}"
        return "\n".join(lines).encode(errors="surrogatepass")

    async def fed(self, world: World, given: bytes) -> str | None:
        path = world.folder / "fuzzed.yaml"
        path.write_bytes(given)
        try:
            read(path)
        except InvalidError as error:
            return _forged(error.problems(path))
        return None


def _forged(problems: Sequence[Problem]) -> str | None:
    """Whether a problem's text would do something in a terminal or a log, or be more than its own line there."""
    return next((f"a problem's text acts: {str(one)!r}" for one in problems if _ACTS.search(str(one))), None)


def _as_yaml(random: Random) -> str:
    return json.dumps(mutating.value(random))


# --- Questions


class Question(Target):
    """What anybody types: commands, questions, filters and buttons."""

    name = "question"

    def made(self, random: Random) -> bytes:
        return mutating.text(random, 40_000).encode(errors="surrogatepass")

    async def fed(self, world: World, given: bytes) -> str | None:
        text = given.decode(errors="surrogatepass")
        board = _board(world)
        for asked in (
            read_command(text),
            pressed(text),
            Request("search", text),
            Request("deadlines", text),
        ):
            message = await Responder(board).answer(asked, _reader())
            if not message.lines:
                return "the answer is empty"
        return None


@cache
def _board(world: World) -> Callboard:
    board = Callboard(read(world.folder / "config.yaml"))
    board.read()
    return board


def _reader() -> Reader:
    return Reader(Destination("console", "here"), "de")


TARGETS = (Telegram(), Slack(), Broken(), Pages(), Own(), Chat(), Posting(), ConfigFile(), Question())
