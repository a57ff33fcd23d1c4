"""A newcomer's first hour, by the README: clone, start, copy a posting and edit it slowly, extend, fill, withdraw.

What the channel in the browser, the terminal and the board show is looked at after each step.
"""

import asyncio
import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from tests.ports import free_address
from tests.process.lab import Process

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]
INVITATION = "PhD Students, Postdocs and Student Assistants in Machine Learning"
OWLS = """title: PhD Student in Owl Flight
role: phd
organization: University of Example
deadline: 2199-05-02
timezone: Europe/Berlin
apply: owls@lab.example
"""
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


class Newcomer:
    """Somebody with a clone and a terminal."""

    def __init__(self, folder):
        self.folder = folder / "call board"
        self.postings = self.folder / "postings"
        self.config = self.folder / "config.yaml"
        self.board, self.own = free_address(), free_address()
        self.bots = []
        self.reading = []

    def clone(self):
        if (ROOT / ".git").exists():
            subprocess.run(["git", "clone", "--quiet", ROOT, self.folder], check=True, capture_output=True)
        else:  # as an archive it has no history
            shutil.copytree(ROOT, self.folder, ignore=shutil.ignore_patterns(".venv", "node_modules", "*.db*"))

    def writes_config(self, settle):
        """A copy of the example, with ports that are free and a rest as long as the test needs it."""
        text = (self.folder / "config.example.yaml").read_text()
        text = text.replace("127.0.0.1:8080", self.board).replace("127.0.0.1:9090", self.own)
        text = re.sub(r"^  web: \{\}", f"  web: {{listen: '{self.board}'}}", text, flags=re.MULTILINE)
        text, count = re.subn(r"^settle: \w+", f"settle: {settle}", text, flags=re.MULTILINE)
        assert count == 1
        beside = self.folder / "config.yaml.new"
        beside.write_text(text)
        beside.replace(self.config)

    def saves(self, name, text):
        """As an editor does: beside it, then in its place."""
        beside = self.folder / "being-saved"
        beside.write_text(text)
        beside.replace(self.postings / name)

    async def types(self, *words):
        """A command, with what `make` has installed; in the clone, so that it is the clone's own."""
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words),
            cwd=self.folder,
            env={**ENVIRONMENT, "HOME": str(self.folder.parent)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def sees(self, *words, code=0):
        """What a command says, on both ways; it ends with this code."""
        process = await self.types(*words)
        said = b"".join(await asyncio.wait_for(process.communicate(), 60)).decode()
        assert process.returncode == code, said
        return said

    async def starts(self):
        process = Process(await self.types("run", "--config", "config.yaml"))
        self.bots.append(process)
        for stream, into in ((process.process.stderr, process.log), (process.process.stdout, process.out)):
            self.reading.append(asyncio.create_task(process.read(stream, into)))
        await process.says(r"\bready$")
        return process

    async def leaves(self):
        for bot in self.bots:
            if bot.process.returncode is None:
                bot.process.kill()
                await bot.process.wait()
        await asyncio.gather(*self.reading)

    async def channel(self, predicate):
        """The texts of the channel's posts, as soon as they are as they should be."""
        address, shown = f"http://{self.board}/chat/stream", None
        try:
            async with asyncio.timeout(20):
                while True:
                    try:
                        async with aiohttp.ClientSession() as client, client.get(address) as stream:
                            async for line in stream.content:
                                if line.startswith(b"data: "):
                                    posts = json.loads(line.removeprefix(b"data: "))["posts"]
                                    break
                    except aiohttp.ClientError:  # it is between two configs
                        posts = []
                    shown = [said(post) for post in posts]
                    if predicate(shown):
                        return posts
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"the channel does not become what it should be: {shown}") from None

    async def page(self, path, status=200):
        async with aiohttp.ClientSession() as client, client.get(f"http://{self.board}{path}") as answer:
            assert answer.status == status
            return await answer.text()

    async def board_lists(self, *titles, lately=()):
        """Waits until these are on the board, in this order, and no others; those that closed lately stand below."""
        shown = None
        try:
            async with asyncio.timeout(20):
                while shown != (titles, tuple(lately)):
                    await asyncio.sleep(0.05)
                    page = await self.page("/")
                    parts = page.partition('class="lately"')[::2]
                    shown = tuple(tuple(re.findall(r'href="/postings/[a-z0-9-]+">([^<]+)</a>', part)) for part in parts)
        except TimeoutError:
            raise AssertionError(f"the board has {shown}") from None


def said(post):
    return "".join(span.get("text", "") for line in post["lines"] for span in line["spans"])


@pytest.fixture
async def newcomer(tmp_path):
    made = Newcomer(tmp_path)
    made.clone()
    yield made
    await made.leaves()


async def test_the_first_hour(newcomer):
    newcomer.writes_config("1h")
    bot = await newcomer.starts()
    await bot.says("6 postings, 1 of them open; no problems")
    await newcomer.channel(lambda posts: len(posts) == 1 and INVITATION in posts[0])
    await newcomer.board_lists(INVITATION)

    # A copy of another posting is that other one until its title is changed.
    shutil.copy(newcomer.postings / "rostock-open-invitation.md", newcomer.postings / "phd-owls.md")
    await bot.says("phd-owls: is new")
    assert "phd-owls.md" in await newcomer.sees("check")
    # It is edited slowly, with what an editor saves by itself on the way.
    half = "---\ntitle: PhD Student in Owl Fl"
    newcomer.saves("phd-owls.md", half)
    await bot.says(r"phd-owls\.md:1: .*---")
    assert "phd-owls.md:1:" in await newcomer.sees("check", code=1)
    newcomer.saves("phd-owls.md", f"---\n{OWLS.replace('2199-05-02', '2199-02-30')}---\n")
    assert 'phd-owls.md:5: deadline: "2199-02-30"' in await newcomer.sees("check", code=1)
    await bot.says(r'phd-owls\.md:5: deadline: "2199-02-30"')
    newcomer.saves("phd-owls.md", f"---\n{OWLS.replace('deadline: 2199-05-02', '')}---\n")  # well, but not done
    await newcomer.sees("check")
    newcomer.saves("phd-owls.md", f"---\n{OWLS.replace('role: phd', 'role: PhD candidate')}---\n")
    await bot.says(r"phd-owls\.md:3: role")
    await newcomer.board_lists(INVITATION)
    await newcomer.page("/postings/phd-owls", 404)
    await newcomer.channel(lambda posts: len(posts) == 1)

    # Done. It has rested: now it is announced, once, as it is by now.
    newcomer.saves("phd-owls.md", f"---\n{OWLS}---\nYou will measure how owls fly.\n")
    newcomer.writes_config("1s")
    await newcomer.channel(lambda posts: len(posts) == 2 and "New position: PhD Student in Owl Flight" in posts[1])
    await bot.says("browser: delivered announcement of phd-owls")
    await newcomer.board_lists("PhD Student in Owl Flight", INVITATION)
    assert "2 May 2199" in await newcomer.page("/postings/phd-owls")

    extended = OWLS.replace("2199-05-02", "2199-06-02")
    newcomer.saves("phd-owls.md", f"---\n{extended}---\nYou will measure how owls fly.\n")
    first, news = (await newcomer.channel(lambda posts: len(posts) == 3 and "2 June 2199" in posts[1]))[1:]
    assert "2 May 2199" in said(first)  # struck through
    assert "Deadline extended" in said(news)
    assert news["answers"] == first["id"]
    assert "2 June 2199" in await newcomer.page("/postings/phd-owls")

    newcomer.saves("phd-owls.md", f"---\n{extended}status: filled\n---\nYou will measure how owls fly.\n")
    await newcomer.channel(lambda posts: "filled" in posts[1].casefold())
    await newcomer.board_lists(INVITATION, lately=["PhD Student in Owl Flight"])
    assert "filled" in (await newcomer.page("/postings/phd-owls")).casefold()

    # It should never have gone out.
    assert "phd-owls" in await newcomer.sees("withdraw", "phd-owls")
    await newcomer.channel(lambda posts: not any("Owl" in text for text in posts))
    await newcomer.board_lists(INVITATION)
    await newcomer.page("/postings/phd-owls", 410)

    # Whoever ends it and starts it again hears nothing twice.
    assert await bot.stop(signal.SIGINT) == 0
    assert sum("New position" in line for line in bot.out) == 2  # in the terminal, too
    again = await newcomer.starts()
    await newcomer.channel(lambda posts: len(posts) == 1)
    assert await again.stop() == 0
    assert not any("delivered" in line for line in again.log)
    told = [row["kind"] for row in map(json.loads, (await newcomer.sees("ledger", "--json")).splitlines())]
    assert told.count("announcement") == 4  # of two postings, in two channels
