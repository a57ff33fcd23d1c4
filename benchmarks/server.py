"""The emulated Telegram that all are measured on: as light as possible, so that who sends is the limit.

It reads requests by hand and gives canned answers, each with a message id of its own, and counts what it got, so that
losses and doubles are seen. With limits, it refuses what Telegram's FAQ does: more than 30 messages in any second, and
more than 20 in any minute to a group. People can be made to ask; how long each waits for an answer is written down.
"""

import asyncio
import json
import random
import re
import sys
import time
from collections import Counter, defaultdict, deque
from typing import Any

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CHAT = re.compile(rb'chat_id"?[:=] *"?(-?\d+)')
_NEXT = re.compile(rb'"(offset|timeout)": *(\d+)')
_HEAD = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
_SENT = b'{"ok":true,"result":{"message_id":%d,"date":1700000000,"chat":{"id":%b,"type":"private","first_name":"A"}}}'
_ME = {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
_FIRST_PERSON = 900_000_000
TOKEN_RATE, GROUP_RATE = (30, 1.0), (20, 60.0)


class Telegram:
    def __init__(self, *, limited: bool) -> None:
        self.limited = limited
        self.forget()
        self.updates: list[dict[str, Any]] = []
        self.polls: list[tuple[asyncio.Transport, asyncio.TimerHandle]] = []
        self.asking: set[asyncio.Task[None]] = set()
        self.people = 0

    def forget(self) -> None:
        self.bodies: Counter[bytes] = Counter()
        self.refused = 0
        self.arrivals: list[tuple[float, int, str]] = []
        self.asked: dict[int, float] = {}
        self.waited: list[float] = []
        self.windows: dict[Any, deque[float]] = defaultdict(deque)

    def send(self, bot: bytes, body: bytes) -> bytes:
        found = _CHAT.search(body)
        assert found
        if self.limited and (wait := self._judge(bot, int(found[1]))):
            self.refused += 1
            text = {"ok": False, "error_code": 429, "description": f"Too Many Requests: retry after {wait}"}
            return _answer({**text, "parameters": {"retry_after": wait}}, b"429 Too Many Requests")
        self.bodies[body] += 1
        text = _SENT % (self.bodies.total() if self.limited else len(self.bodies), found[1])
        return _HEAD % (b"200 OK", len(text), text)

    def _judge(self, bot: bytes, chat: int) -> int:
        now = time.monotonic()
        if (asked := self.asked.pop(chat, None)) is not None:
            self.waited.append(now - asked)
        limits = [(bot, *TOKEN_RATE)] + ([(chat, *GROUP_RATE)] if chat < 0 else [])
        for name, count, seconds in limits:
            window = self.windows[name]
            while window and window[0] <= now - seconds:
                window.popleft()
            if len(window) >= count:
                return max(1, round(window[0] + seconds - now + 0.5))
        for name, *_ in limits:
            self.windows[name].append(now)
        self.arrivals.append((now, chat, bot.decode()))
        return 0

    # --- People who ask

    def let_ask(self, count: int, every: float) -> None:
        task = asyncio.create_task(self._ask(count, every))
        self.asking.add(task)
        task.add_done_callback(self.asking.discard)

    async def _ask(self, count: int, every: float) -> None:
        """At random instants, each from a chat of their own."""
        for _ in range(count):
            await asyncio.sleep(random.uniform(0, 2 * every))
            self.people += 1
            chat = {"id": _FIRST_PERSON + self.people, "type": "private", "first_name": "Ada"}
            person = {"id": chat["id"], "is_bot": False, "first_name": "Ada"}
            message = {"message_id": 1, "date": int(time.time()), "chat": chat, "from": person, "text": "/positions"}
            self.updates.append({"update_id": self.people, "message": message})
            self.asked[chat["id"]] = time.monotonic()
            for transport, timer in self.polls:
                timer.cancel()
                transport.write(_answer(self.updates))
            self.polls.clear()

    def poll(self, transport: asyncio.Transport, body: bytes) -> None:
        wanted = {name: int(number) for name, number in _NEXT.findall(body)}
        self.updates = [one for one in self.updates if one["update_id"] >= wanted.get(b"offset", 0)]
        if self.updates:
            transport.write(_answer(self.updates))
            return
        timer = asyncio.get_running_loop().call_later(wanted.get(b"timeout", 0), self._end_poll, transport)
        self.polls.append((transport, timer))

    def _end_poll(self, transport: asyncio.Transport) -> None:
        self.polls = [one for one in self.polls if one[0] is not transport]
        transport.write(_answer([]))

    # --- What the benchmarks ask

    def seen(self) -> dict[str, Any]:
        return {
            "got": self.bodies.total(),
            "distinct": len(self.bodies),
            "refused": self.refused,
            "arrivals": self.arrivals,
            "waited": self.waited,
            "unanswered": len(self.asked),
            "asking": len(self.asking),
        }


class _Connection(asyncio.Protocol):
    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n") + 4) > 3:
            found = _LENGTH.search(self.buffer, 0, end)
            whole = end + int(found[1]) if found else end
            if len(self.buffer) < whole:
                return
            path = self.buffer[: self.buffer.index(b"\r\n")].split(b" ")[1]
            body, self.buffer = self.buffer[end:whole], self.buffer[whole:]
            self.take(path, body)

    def take(self, path: bytes, body: bytes) -> None:
        telegram = self.telegram
        match path.split(b"/")[1:]:
            case [bot, b"sendMessage"]:
                self.transport.write(telegram.send(bot, body))
            case [_, b"getUpdates"]:
                telegram.poll(self.transport, body)
            case [_, b"getMe"]:
                self.transport.write(_answer(_ME))
            case [b"seen"]:
                self.transport.write(_answer(telegram.seen()))
            case [b"forget"]:
                telegram.forget()
                self.transport.write(_answer(True))
            case [b"ask", count, every]:
                telegram.let_ask(int(count), float(every))
                self.transport.write(_answer(True))
            case _:  # the command menu
                self.transport.write(_answer(True))


def _answer(result: Any, status: bytes = b"200 OK") -> bytes:
    whole = result if isinstance(result, dict) and "error_code" in result else {"ok": True, "result": result}
    text = json.dumps(whole).encode()
    return _HEAD % (status, len(text), text)


async def main() -> None:
    telegram = Telegram(limited="--limited" in sys.argv)
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(telegram), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
