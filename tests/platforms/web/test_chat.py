"""The chat in the browser, over HTTP: who may read it, what arrives, what is answered."""

import asyncio
import io
import json
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest

from bot.app.responding import Responder
from bot.config import read as read_config
from bot.domain.message import Line, Message
from bot.domain.schedule import Destination
from bot.engine.board import Callboard
from bot.platforms.base import DeliveryError
from bot.platforms.web import adapter
from bot.platforms.web.adapter import BrowserChat
from bot.web import Listener
from tests.listening import listening
from tests.platforms.conversing import SCRIPT, fill
from tests.ports import free_address
from tests.store.build import NOON

LAB = Destination("web", "lab")
JSON = {"Content-Type": "application/json"}


def said(*lines):
    return Message(tuple(map(Line.of, lines)))


class Front:
    """What the running bot gives to those that listen."""

    def __init__(self, board):
        self.routes = Listener()
        self.answer = Responder(board).answer

    async def turn(self, _):
        return None


class Chat:
    def __init__(self, web, client, routes):
        self.web, self.client, self.routes = web, client, routes

    async def send(self, *lines, key="lab/owls/announcement", answers=None):
        return await self.web.send(LAB, said(*lines), key, answers)

    async def ask(self, given, **headers):
        body = given if isinstance(given, bytes) else json.dumps(given).encode()
        async with self.client.post("/chat/ask", data=io.BytesIO(body), headers={**JSON, **headers}) as answer:
            return answer.status, await answer.read()

    @asynccontextmanager
    async def stream(self):
        async with self.client.get("/chat/stream") as answer:
            assert (answer.status, answer.content_type) == (200, "text/event-stream")
            yield Stream(answer.content)


class Stream:
    def __init__(self, content):
        self._content = content

    async def next(self):
        async with asyncio.timeout(20):
            while not (line := await self._content.readline()).startswith(b"data: "):
                assert line, "the stream has ended"
        return json.loads(line[6:])

    async def ends(self):
        async with asyncio.timeout(20):
            while await self._content.readline():
                pass


@pytest.fixture
def listen():
    return free_address()


@pytest.fixture
def board(tmp_path):
    (tmp_path / "postings").mkdir()
    (tmp_path / "postings" / "owls.yaml").write_text("{title: PhD with owls, role: phd, url: 'https://lab.example/o'}")
    (tmp_path / "config.yaml").write_text("registry: postings")
    found = Callboard(read_config(tmp_path / "config.yaml"), lambda: NOON)
    found.read()
    return found


@pytest.fixture
async def chat(tmp_path, listen, board):
    web = BrowserChat(["lab", "other"], listen, lambda: NOON, tmp_path / "chat.jsonl")
    front = Front(board)
    task = asyncio.create_task(web.listen(front))
    async with aiohttp.ClientSession(f"http://{listen}", timeout=aiohttp.ClientTimeout(10)) as client:
        await listening(listen)
        yield Chat(web, client, front.routes)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def texts(change):
    posts = change["posts"] if "posts" in change else [change["post"]]
    return ["".join(span["text"] for line in post["lines"] for span in line["spans"]) for post in posts]


async def test_what_is_there_comes_first_then_each_change(chat):
    first = await chat.send("Owls wanted")
    async with chat.stream() as stream:
        start = await stream.next()
        assert (start["channels"], texts(start)) == (["lab", "other"], ["Owls wanted"])
        second = await chat.send("A week left", answers=first)
        news = await stream.next()
        assert (texts(news), news["post"]["answers"]) == (["A week left"], first)
        await chat.web.edit(first, said("Owls wanted, until June"), "lab/owls/announcement")
        edited = (await stream.next())["post"]
        assert (edited["id"], edited["edited_at"]) == (first, "2027-05-02T12:00:00Z")
        await chat.web.delete(second)
        assert await stream.next() == {"delete": second}
        assert "key" not in edited
    async with chat.stream() as again:  # as a page does that was cut off
        assert texts(await again.next()) == ["Owls wanted, until June"]


async def test_it_is_there_after_a_restart_and_can_be_found_and_edited(chat, tmp_path, listen):
    reference = await chat.send("Owls wanted")
    again = BrowserChat(["lab"], listen, lambda: NOON + timedelta(days=1), tmp_path / "chat.jsonl")
    assert await again.find(LAB, "lab/owls/announcement", NOON) == reference
    assert await again.find(LAB, "lab/owls/reminder", NOON) is None
    assert await again.find(Destination("web", "other"), "lab/owls/announcement", NOON) is None
    await again.edit(reference, said("Filled"), "lab/owls/announcement")
    with pytest.raises(DeliveryError, match="not kept any more") as caught:
        await again.edit("7", said("Filled"), "x")
    assert caught.value.permanent
    await again.delete("7")  # is gone already


async def test_what_cannot_be_written_down_is_not_delivered(tmp_path, listen):
    web = BrowserChat(["lab"], listen, lambda: NOON, tmp_path / "no folder" / "chat.jsonl")
    with pytest.raises(DeliveryError, match="could not be written down: No such file") as caught:
        await web.send(LAB, said("Owls"), "x")
    assert not caught.value.permanent
    assert await web.find(LAB, "x", NOON) is None


async def test_questions_and_buttons_are_answered_in_the_readers_language(chat):
    status, body = await chat.ask({"text": "Was ist offen?", "language": "de-AT"})
    assert status == 200
    answer = json.loads(body)
    assert "Offene Stellen" in answer["lines"][0]["spans"][0]["text"]
    (button,) = [one for row in answer["buttons"] for one in row]
    status, body = await chat.ask({"request": button["request"], "language": "fr"})
    assert "PhD with owls" in body.decode()
    assert b"Role" in body


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"no json", 400),
        (b"[1]", 400),
        (b"[" * 5000, 400),
        (b'{"text": 7}', 400),
        (b'{"text": "  "}', 400),
        (b'{"request": "' + b"x" * 2000 + b'"}', 400),
        (b'{"request": "nonsense"}', 200),
        (b'{"text": "/nonsense", "language": 7}', 200),
        (b'{"text": "' + b"x" * 100_000 + b'"}', 200),
        (b"x" * 2_000_000, 413),
    ],
)
async def test_whatever_is_posted_is_answered(chat, body, status):
    assert (await chat.ask(body))[0] == status


FOREIGN = [
    ({"Host": "lab.example"}, 421),
    ({"Host": "127.0.0.1.lab.example:80"}, 421),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
]


@pytest.mark.parametrize(("headers", "status"), FOREIGN)
async def test_pages_of_others_are_refused(chat, headers, status):
    assert (await chat.ask({"text": "phd"}, **headers))[0] == status
    for path in ("/chat", "/chat/stream", "/chat/chat.js"):
        async with chat.client.get(path, headers=headers) as answer:
            assert answer.status == status


async def test_a_form_of_another_page_cannot_ask(chat):
    async with chat.client.post("/chat/ask", data=b'{"text": "phd"}', headers={"Content-Type": "text/plain"}) as answer:
        assert answer.status == 415


async def test_a_link_on_another_page_may_lead_here(chat):
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    async with chat.client.get("/chat", headers=headers) as answer:
        assert answer.status == 200


MARKS = ({"X-Forwarded-For": "203.0.113.7"}, {"Via": "1.1 x"}, {"X-Real-IP": "203.0.113.7"}, {"Forwarded": "for=x"})


@pytest.mark.parametrize("mark", MARKS)
async def test_through_a_web_server_in_front_one_may_ask_and_reads_no_channel(chat, mark, monkeypatch):
    monkeypatch.setattr(adapter, "_SIGN_OF_LIFE", 0.02)
    await chat.send("for the lab alone")
    async with chat.client.get("/chat", headers=mark) as answer:
        assert answer.status == 200
    status, answer = await chat.ask({"text": "phd"}, **mark)
    assert (status, b"owls" in answer) == (200, True)
    key = chat.routes.link("", "").partition("?")[2]
    for headers in (mark, {**mark, "Cookie": f"callboard-1={key.removeprefix('key=')}"}):
        async with chat.client.get(f"/chat/stream?{key}", headers=headers) as stream:
            seen = await stream.content.readany()
            await chat.send("also for the lab alone")
            while seen.count(b"\n:\n") < 2:
                seen += await stream.content.readany()
            assert b'data: {"channels": [], "posts": []}' in seen
            assert seen.count(b"data:") == 1


async def test_where_a_web_server_hands_on_the_world_only_who_has_the_key_reads_a_channel(board, listen):
    web, front = BrowserChat(["lab"], listen, lambda: NOON), Front(board)
    front.routes = Listener(public={listen})
    task = asyncio.create_task(web.listen(front))
    await listening(listen)
    key = front.routes.link("", "").partition("?key=")[2]
    async with aiohttp.ClientSession() as client:
        for headers, seen in (({}, []), ({"Cookie": f"callboard-1={key}"}, ["lab"]), (MARKS[0], [])):
            async with client.get(f"http://{listen}/chat/stream", headers=headers) as answer:
                assert (await Stream(answer.content).next())["channels"] == seen
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_chat_that_listens_elsewhere_is_for_all_who_reach_it_through_a_web_server_too(board, listen):
    web = BrowserChat(["lab"], f"0.0.0.0:{listen.rpartition(':')[2]}", lambda: NOON)
    task = asyncio.create_task(web.listen(Front(board)))
    await listening(listen)
    async with aiohttp.ClientSession() as client:
        headers = {"Host": "chat.lab.example", **MARKS[0]}
        async with client.get(f"http://{listen}/chat/stream", headers=headers) as answer:
            assert (await Stream(answer.content).next())["channels"] == ["lab"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_through_a_web_server_in_front_only_so_many_pages_too(chat, monkeypatch):
    monkeypatch.setattr(adapter, "MOST_STREAMS", 1)
    async with chat.client.get("/chat/stream", headers=MARKS[0]) as stream:
        await stream.content.readany()
        async with chat.client.get("/chat/stream", headers=MARKS[0]) as answer:
            assert answer.status == 503
        async with chat.stream() as own:
            assert (await own.next())["channels"] == ["lab", "other"], "strangers take no place of the lab's"


async def test_the_link_of_the_log_opens_the_chat_and_is_kept(chat, listen, caplog):
    link = chat.routes.link(listen, "/chat")
    async with chat.client.get(link, headers={"Sec-Fetch-Mode": "navigate"}, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/chat")
        cookie = answer.headers["Set-Cookie"]
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Strict")
    async with chat.client.get("/chat", headers={"Cookie": cookie.partition(";")[0]}) as answer:
        assert answer.status == 200
    async with chat.client.get("/chat?key=wrong") as answer:
        assert "Set-Cookie" not in answer.headers


async def test_nothing_of_the_page_comes_from_elsewhere_or_is_written_into_it(chat):
    for path in ("/chat", "/chat/chat.js", "/chat/chat.css", "/chat/icon.svg"):
        async with chat.client.get(path) as answer:
            text = await answer.text()
            assert answer.status == 200
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "innerHTML" not in text
        assert "insertAdjacent" not in text
        assert " style=" not in text


async def test_a_page_that_does_not_read_is_ended_and_holds_up_nobody(chat, monkeypatch):
    monkeypatch.setattr(adapter, "_MOST_WAITING", 3)
    async with chat.stream() as stream:
        await stream.next()
        for number in range(10):  # at once: the stream had no time to read
            await chat.send(f"{number}", key=f"lab/{number}")
        await stream.ends()
    async with chat.stream() as again:
        assert len((await again.next())["posts"]) == 10


async def test_only_so_many_pages_at_once(chat, monkeypatch):
    monkeypatch.setattr(adapter, "MOST_STREAMS", 1)
    async with chat.stream() as stream:
        await stream.next()
        async with chat.client.get("/chat/stream") as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    await asyncio.sleep(0.1)
    await chat.send("wakes up whoever has gone")
    async with asyncio.timeout(20):
        while chat.web._streams:  # noqa: ASYNC110  # nobody tells that a connection has ended
            await asyncio.sleep(0.02)


async def test_a_sign_of_life_keeps_a_stream_open(chat, monkeypatch):
    monkeypatch.setattr(adapter, "_SIGN_OF_LIFE", 0.02)
    async with chat.client.get("/chat/stream") as answer:
        seen = b""
        while b"\n:\n" not in seen:
            seen += await answer.content.readany()
    assert b"retry: 1000" in seen


def test_one_with_a_name_of_its_own_has_a_path_of_its_own(listen):
    assert BrowserChat([], listen, lambda: NOON, name="physics").path == "/chat/physics"


async def test_a_conversation_builds_on_the_answer_before_in_its_own_page(chat, board, tmp_path):
    fill(board, tmp_path / "postings")
    for text, said, holds in SCRIPT:
        line = "I remind single persons on platforms where I know them" if text.startswith("remind me") else said
        _, body = await chat.ask({"text": text, "language": "en", "conversation": "mine"})
        shown = json.dumps(json.loads(body), ensure_ascii=False)
        assert line in shown, text
        assert holds in shown, text
        _, body = await chat.ask({"text": "the second one", "language": "en", "conversation": "another"})
        assert b"I do not know what you refer to" in body


async def test_who_comes_through_a_web_server_and_names_no_conversation_has_none(chat, board, tmp_path):
    fill(board, tmp_path / "postings")
    for _ in range(2):
        _, body = await chat.ask({"text": "the second one"}, **{"X-Forwarded-For": "192.0.2.1"})
        assert b"I do not know what you refer to" in body
        await chat.ask({"text": "phd"}, **{"X-Forwarded-For": "192.0.2.1"})
