"""Who may open the page of `callboard init --web`, what it takes in, and how it ends."""

import asyncio
import sys
import webbrowser
from datetime import date

import pytest
from click.testing import CliRunner

from bot.cli import callboard
from bot.cli.setting_up import _serve
from bot.setup.interview import Interview
from bot.setup.lab import Lab
from bot.setup.serving import SetupServer, bound
from bot.setup.sitting import Sitting
from bot.setup.steps import begin
from bot.setup.writing import SetupOutcome
from tests.setup.visitor import Visitor


async def test_the_link_opens_once(page):
    async with Visitor() as other, Visitor() as visitor:
        await other.open(f"{page.home}/?key=wrong")
        assert other.status == 403
        async with other.session.head(page.link) as answer:
            assert answer.status == 403
        await visitor.open(page.link)
        assert visitor.status == 200
        await other.open(page.link)
        assert other.status == 403
        assert "Press Ctrl-C" in other.text
        assert "<form" not in other.text
        await visitor.open(page.link)
        assert visitor.status == 200


FOREIGN = {
    "another host": ({"Host": "rebound.example"}, 421),
    "another origin": ({"Origin": "http://evil.example"}, 403),
    "an origin that is hidden": ({"Origin": "null"}, 403),
    "another port": ({"Origin": "http://127.0.0.1:1"}, 403),
    "another site": ({"Sec-Fetch-Site": "cross-site"}, 403),
    "a web server in front": ({"X-Forwarded-For": "192.0.2.1"}, 403),
    "no cookie": ({"Cookie": ""}, 403),
    "another cookie": ({"Cookie": "callboard-1=x"}, 403),
    "no form": ({"Content-Type": "application/json"}, 415),
}


@pytest.mark.parametrize(("headers", "status"), FOREIGN.values(), ids=FOREIGN)
async def test_a_form_counts_only_from_the_page_itself(page, visitor, headers, status):
    step, token = page.interview.step, visitor.token
    if "Cookie" in headers:
        visitor.session.cookie_jar.clear()
    await visitor.send(headers=headers, language="de")
    assert visitor.status == status
    assert page.interview.step is step
    if "Cookie" not in headers:
        await visitor.send(token=token, language="de")
        assert (visitor.status, page.interview.progress.lab.language) == (200, "de")


async def test_a_form_without_an_origin_does_not_count(page, visitor):
    sent = {"token": visitor.token, "do": "next", "language": "de"}
    async with visitor.session.post(page.home, data=sent) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("headers", [{"Host": "rebound.example"}, {"X-Forwarded-For": "192.0.2.1"}, {"Via": "1.1 x"}])
@pytest.mark.parametrize("path", ["/", "/channels"])
async def test_nobody_else_sees_anything(page, visitor, headers, path):
    async with visitor.session.get(page.home + path, headers=headers) as answer:
        assert answer.status in {403, 421}
        assert "token" not in await answer.text()


async def test_another_site_cannot_ask_for_channels(page, visitor):
    async with visitor.session.get(f"{page.home}/channels", headers={"Sec-Fetch-Site": "same-site"}) as answer:
        assert answer.status == 403


async def test_a_form_counts_once(page, visitor):
    token = visitor.token
    await visitor.send(language="de")
    await visitor.send(token=token, language="en")
    assert page.interview.progress.lab.language == "de"
    assert visitor.heading == "Die Gruppe"
    assert "eine ältere Seite" in visitor.text
    await visitor.send(token="x", timezone="UTC")
    assert page.interview.progress.lab.timezone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"language=" + b"x" * 40_000, 413), (b"&".join([b"a=b"] * 60), 400), (b"language=%ff", 400), (b"\xff=1", 400)],
    ids=["huge", "many fields", "no text", "no text either"],
)
async def test_a_body_that_no_page_sends_is_refused(page, visitor, body, status):
    headers = {"Origin": page.home, "Content-Type": "application/x-www-form-urlencoded"}
    async with visitor.session.post(page.home, data=body, headers=headers) as answer:
        assert answer.status == status


async def test_a_browser_may_do_nothing_with_it_but_send_it_back(visitor):
    headers = visitor.answer.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert (policy["default-src"], policy["base-uri"], policy["frame-ancestors"]) == ("'none'", "'none'", "'none'")
    assert (policy["form-action"], policy["connect-src"], policy["img-src"]) == ("'self'", "'self'", "data:")
    assert policy["script-src"].startswith("'sha256-")
    assert (headers["Cache-Control"], headers["X-Frame-Options"]) == ("no-store", "DENY")
    assert "https:" not in visitor.text.partition("</head>")[0]


async def test_it_ends_when_nobody_asks(tmp_path):
    with bound(0) as listening:
        server = SetupServer(Sitting(Interview(begin(Lab("UTC", "en"), {}, {})), tmp_path, date.today), listening)
        assert listening.getsockname()[0] == "127.0.0.1"
        assert not await asyncio.wait_for(server.serve(idle=0), 20)


# --- The command


def test_a_port_that_is_taken_is_told(tmp_path):
    with bound(0) as taken:
        port = taken.getsockname()[1]
        told = CliRunner().invoke(callboard, ["init", str(tmp_path), "--web", "--port", str(port)])
    assert told.exit_code == 2
    assert f"--port: 127.0.0.1:{port}: Address already in use" in told.output


@pytest.mark.parametrize(
    ("outcome", "unfinished", "code", "end"),
    [
        (None, None, 2, "nichts wurde geschrieben\n"),
        (SetupOutcome("callboard run", (), {"config.yaml": True}), None, 0, "callboard run\n"),
        (None, SetupOutcome("", (), {"config.yaml": True}, "full"), 1, "lab kann nicht geschrieben werden: full\n"),
    ],
    ids=["nothing", "all", "half of it"],
)
def test_ctrl_c_says_what_was_written(tmp_path, monkeypatch, outcome, unfinished, code, end):
    async def serve(self):
        self.sitting.outcome, self.sitting.unfinished = outcome, unfinished
        raise KeyboardInterrupt

    monkeypatch.setattr(SetupServer, "serve", serve)
    told = CliRunner().invoke(callboard, ["init", str(tmp_path / "lab"), "--web", "--language", "de"])
    assert "Öffne diese Adresse in einem Browser auf diesem Rechner; sie öffnet einmal: http://" in told.output
    assert told.exit_code == code
    assert told.output.endswith(end)


def test_the_link_is_put_on_no_browsers_command_line(tmp_path, monkeypatch):
    opened = []

    async def serve(self):
        return True

    monkeypatch.setattr(SetupServer, "serve", serve)
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    interview = Interview(begin(Lab("UTC", "en"), {}, {}))
    with bound(0) as listening:
        asyncio.run(_serve(Sitting(interview, tmp_path, date.today), interview.wording, listening))
    assert opened == []


async def test_it_may_be_asked_for_through_a_tunnel(page):
    async with Visitor() as visitor:
        visitor.session.headers["Host"] = "localhost:9999"
        await visitor.open(page.link)
        await visitor.send(headers={"Origin": "http://localhost:9999"}, language="de")
        assert (visitor.status, visitor.heading) == (200, "Die Gruppe")


@pytest.mark.parametrize("options", [["--port", "18080"], ["--web", "--yes"]])
def test_options_that_do_not_go_together_are_told(tmp_path, options):
    assert CliRunner().invoke(callboard, ["init", str(tmp_path), *options]).exit_code == 2
