"""Behind a real web server with its defaults: the world sees the board, and nothing of whoever runs the bot."""

import asyncio
import json
import os
import re
import shutil
from contextlib import asynccontextmanager

import aiohttp
import pytest

from tests.listening import listening
from tests.ports import free_address
from tests.process.lab import Lab

pytestmark = pytest.mark.process

NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen {front}; location / {{ proxy_pass http://{behind}; {more} }} }}
}}
"""
CADDY = "{{\n  admin off\n  auto_https off\n}}\nhttp://{front} {{\n  reverse_proxy {behind}{more}\n}}\n"
UNMARKED = "nginx, no mark"
SERVERS = {
    "nginx": ("nginx", "", NGINX),
    "nginx, HTTP/1.1": ("nginx", "proxy_http_version 1.1; proxy_set_header X-Forwarded-For $remote_addr;", NGINX),
    UNMARKED: ("nginx", 'proxy_http_version 1.1; proxy_set_header Connection "";', NGINX),  # as from 1.29.7 on
    "caddy": ("caddy", "", CADDY),
    "caddy, by the address behind": ("caddy", " {\n header_up Host {upstream_hostport}\n }", CADDY),
}


@asynccontextmanager
async def in_front(folder, name, behind):
    """The address of a web server that hands on to another."""
    program, more, text = SERVERS[name]
    path, front = shutil.which(program) or shutil.which(program, path="/usr/sbin"), free_address()
    if path is None:
        missing = f"{program} is not installed"
        if os.environ.get("CI"):  # a laptop may do without; what lands has been seen behind both
            pytest.fail(missing)
        pytest.skip(missing)
    folder.mkdir()
    written = folder / "server.conf"
    written.write_text(text.format(folder=folder, front=front, behind=behind, more=more))
    how = {"nginx": ("-p", folder, "-c", written), "caddy": ("run", "--adapter", "caddyfile", "--config", written)}
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin"}
    quiet = asyncio.subprocess.DEVNULL
    server = await asyncio.create_subprocess_exec(path, *how[program], env=environment, stdout=quiet, stderr=quiet)
    try:
        await listening(front)
        yield front
    finally:
        server.terminate()
        await asyncio.wait_for(server.wait(), 20)


@pytest.mark.parametrize("name", SERVERS)
async def test_the_world_sees_the_board_and_nothing_that_is_private(tmp_path, name):
    (tmp_path / "lab").mkdir()
    async with Lab(tmp_path / "lab") as lab:
        public, private = free_address(), free_address()
        web = {"listen": public, "health": private, "base_url": "https://jobs.lab.example"}
        lab.configure([{"name": "members", "platform": "web"}], platforms={"web": {}}, web=web)
        lab.post("owls", title="PhD with owls")
        lab.post("newts", title="Newts, a draft", status="draft")
        bot = await lab.start()
        await bot.says("delivered .* of owls")
        key = re.search(r"\?(key=[\w-]+)", await bot.says("chat at"))[1]
        await bot.says("the timeline at")
        if name == UNMARKED:  # nothing tells it from this machine's own requests: there, the key is what counts
            key = "key=guessed"
        cookie = {"Cookie": f"callboard-{public[-5:]}={key.removeprefix('key=')}"}
        async with (
            in_front(tmp_path / "public", name, public) as board,
            in_front(tmp_path / "private", name, private) as own,
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(20)) as client,
        ):
            async with client.get(f"http://{board}/") as answer:
                assert (answer.status, "PhD with owls" in await answer.text()) == (200, True)
            for path in ("/timeline", "/drafts", "/sources", "/preview/", "/preview/newts", "/preview/newts/board"):
                for address in (own, board):
                    for given in ({}, cookie):
                        async with client.get(f"http://{address}{path}?{key}", headers=given) as answer:
                            assert answer.status in {403, 404}, (address, path)
                            assert "Newts" not in await answer.text()
            async with client.get(f"http://{board}/chat/stream?{key}", headers=cookie) as stream:
                if stream.status == 200:  # it goes by the name of the address behind
                    seen = b""
                    while b"data:" not in seen or not seen.endswith(b"\n"):
                        seen += await stream.content.readany()
                    shown = json.loads(seen.partition(b"data: ")[2].partition(b"\n")[0])
                    assert shown == {"channels": [], "posts": []}
                else:
                    assert stream.status == 421
            for asked in await asyncio.gather(*(client.get(f"http://{board}/feed.json") for _ in range(100))):
                assert asked.status == 200
        assert not [line for line in bot.log if " ERROR " in line]
        assert await bot.stop() == 0
