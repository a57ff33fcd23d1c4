"""All that the bot shows in a browser, judged by others: `make judges`.

The judges come from npm, so this is no part of the tests.
"""

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

import aiohttp

from tests.ports import free_port
from tests.process.lab import Lab

_HERE = Path(__file__).parent
_HOSTILE = "</script><img src=x onerror=alert(1)> \"'& {{ 7*7 }} <!--"
_POSTINGS = {
    "owls": {
        "organization": "Universität Tübingen",
        "location": "Tübingen, Germany",
        "deadline": "2199-05-02",
        "url": "https://lab.example/owls",
        "apply": "jobs@lab.example",
        "summary": "You count owls.\n\n- at night\n- with *care*",
        "tags": ["night", "birds"],
        "pay": "TV-L E13",
    },
    "mice": {"role": ["postdoc", "research-staff"], "organization": "Lab", "location": "Wien, Austria"},
    "bats": {"status": "filled", "aliases": ["flying-mice"], "deadline": "2199-06-01"},
    "newts": {"deadline": "2020-03-01", "organization": "Lab", "location": "Jena, Germany"},
    "frogs": {"deadline": "2199-07-01", "deadline_kind": "review-begins", "timezone": "AoE"},
    "hostile": {
        "title": _HOSTILE,
        "organization": _HOSTILE,
        "location": f"{_HOSTILE}, Germany",
        "group": _HOSTILE,
        "summary": _HOSTILE,
        "description": _HOSTILE,
        "tags": [_HOSTILE],
        "deadline": "2199-08-01",
    },
}
_PATHS = {
    "board": "/",
    "found": "/?q=owls&role=phd",
    "nothing": "/?q=zebrafish",
    "missing": "/nothing",
    "embed": "/embed",
    "embed-nothing": "/embed?q=zebrafish",
    "chat": "/chat",
    **{f"posting-{name}": f"/postings/{name}" for name in _POSTINGS},
}
_OWN = {"timeline": "/timeline", **{f"preview-{name}": f"/preview/{name}" for name in _POSTINGS}}


async def _pages(folder: Path, into: Path) -> None:
    async with Lab(folder) as lab:
        public, own = (f"127.0.0.1:{free_port()}" for _ in range(2))
        lab.configure(
            [{"name": "here", "platform": "web"}],
            platforms={"web": {"listen": public}},
            web={"listen": public, "health": own, "base_url": "https://jobs.lab.example"},
        )
        for name, fields in _POSTINGS.items():
            lab.post(name, **fields)
        bot = await lab.start()
        await bot.says("ready")
        await bot.says("the board at")
        key = (await bot.says("the timeline at")).partition("?")[2].partition(",")[0]
        async with aiohttp.ClientSession() as client:
            asked = [(name, f"http://{public}{path}") for name, path in _PATHS.items()]
            asked += [(name, f"http://{own}{path}?{key}") for name, path in _OWN.items()]
            for language in ("en", "de"):
                for name, url in asked:
                    async with client.get(url, headers={"Accept-Language": language}) as answer:
                        assert answer.status == (404 if name == "missing" else 200), f"{url}: {answer.status}"
                        (into / f"{name}-{language}.html").write_bytes(await answer.read())
        await bot.stop()
        for name in ("html", "jsonld"):
            done = await lab.callboard("export", "--format", name, "--out", str(into / "export"))
            assert done.code == 0, done.err


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as pages:
        asyncio.run(_pages(Path(folder), Path(pages)))
        return subprocess.run(["node", _HERE / "judge.mjs", pages], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
