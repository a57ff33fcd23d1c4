"""Links to postings' pages that somebody shares in Slack, and the cards below them."""

import logging

import pytest

from bot import config
from bot.app.responding import Responder
from bot.domain.message import Line, Message, Span
from bot.engine.board import Callboard
from bot.platforms.slack import rendering, unfurling
from bot.web import Listener
from tests.domain.build import instant
from tests.emulators import slack_rules
from tests.emulators.slack import error
from tests.platforms.answering import Everyone
from tests.platforms.slack.conftest import JOBS
from tests.platforms.slack.test_chat import by_http, by_socket

NOW = instant("2027-04-01 12:00")
EMMY = "U0456"  # German
PAGES = "https://jobs.lab.example/open/postings/"
CONFIG = """
timezone: Europe/Berlin
web: {base_url: "https://jobs.lab.example/open"}
platforms: {slack: {bot_token: xoxb-test-token, app_token: xapp-test-token}}
channels:
  - {name: lab, platform: slack, address: C0123456789}
  - {name: labor, platform: slack, address: "#stellen", language: de}
"""


class Front(Everyone):
    def __init__(self, board):
        self.routes, self.linked = Listener(), Responder(board).linked


@pytest.fixture
def board(tmp_path):
    (tmp_path / "postings").mkdir()
    for name, text in {
        "owls": "title: 'Owls <!channel> & *night* <@U0ADA>'\nlocation: Tübingen\npay: E13\ndeadline: 2027-05-02",
        "bats": "title: Bats\nlocation: Rostock\nstatus: filled\ndeadline: 2027-05-03",
        "mice": "title: Mice\ndeadline: 2027-03-03",
        "geese": "title: Geese\nstatus: draft",
        "swans": "title: Swans\nposted: 2027-06-01",
        "crows": "title: Crows\nstatus: withdrawn",
        "herons": "title: Herons\naliases: [cranes]",
    }.items():
        (tmp_path / "postings" / f"{name}.yaml").write_text(f"{text}\nrole: phd\n")
    (tmp_path / "config.yaml").write_text(CONFIG)
    board = Callboard(config.read(tmp_path / "config.yaml"), lambda: NOW)
    board.read()
    assert not board.problems
    return board


@pytest.fixture
def links(server):
    """An app that hears of links to the board."""
    server.scopes |= {"links:read", "links:write"}
    server.unfurl_domains = ["lab.example"]
    return server


@pytest.fixture
async def bot(server, board, links):
    async with by_socket(server, Front(board)):
        yield board


async def cards(server, shared):
    """The words of the cards, once there are some."""
    await server.wait_for(lambda: shared.cards)
    return shared.shown


@pytest.mark.parametrize("way", [by_socket, by_http], ids=["socket", "http"])
async def test_a_link_to_a_posting_has_a_card_below_it(server, board, links, way):
    async with way(server, Front(board)):
        shared = await server.share(f"{PAGES}owls?utm_source=mail#apply")
        [(url, text)] = (await cards(server, shared)).items()
        assert url == f"{PAGES}owls?utm_source=mail#apply"
        assert text.startswith("Owls <!channel> & *night* <@U0ADA>\nPhD · Tübingen\nE13\n")
        assert "Apply by *Sunday, 2 May 2027, 23:59 (Europe/Berlin, UTC+2)*" in text
        assert "left" not in text  # nobody puts it right later
        assert server.calls[-1].params["source"] == "conversations_history"


async def test_it_says_what_has_become_of_it(server, bot):
    shared = await server.share(f"{PAGES}bats", f"{PAGES}mice", f"{PAGES}cranes")
    shown = await cards(server, shared)
    assert "This position is filled." in shown[f"{PAGES}bats"]
    assert "passed" in shown[f"{PAGES}mice"]
    assert shown[f"{PAGES}cranes"].startswith("*Herons*")


async def test_only_what_everybody_may_see_and_only_the_boards_own_pages(server, bot):
    bot.hide(frozenset({"owls"}))
    hidden = [f"{PAGES}{name}" for name in ("geese", "swans", "crows", "owls", "nobody", "bats.ics", "bats/../mice")]
    others = ["https://lab.example/open/postings/bats", "https://jobs.lab.example/postings/bats"]
    others.append("https://jobs.lab.example:8080/open/postings/bats")
    nothing = await server.share(*hidden, *others)
    shared = await server.share(*hidden, f"{PAGES}bats", *others)
    assert list(await cards(server, shared)) == [f"{PAGES}bats"]
    assert not nothing.cards
    assert server.counts["chat.unfurl"] == 1


async def test_of_many_links_the_first_five_have_cards(server, bot):
    urls = [f"{PAGES}bats?{number}" for number in range(9)]
    assert list(await cards(server, await server.share(*urls))) == urls[: unfurling.MOST]


async def test_a_link_that_is_being_written_has_its_card_in_the_language_of_who_writes(server, bot):
    shared = await server.share(f"{PAGES}owls", user=EMMY, is_sent=False)
    [text] = (await cards(server, shared)).values()
    assert "Sonntag, 2. Mai 2027" in text
    assert server.calls[-1].params["source"] == "composer"
    assert shared.channel == "COMPOSER"


async def test_one_that_is_sent_has_it_in_the_channels(server, bot):
    server.add_channel("C0STELLEN", name="stellen")
    [german] = (await cards(server, await server.share(f"{PAGES}owls", channel="C0STELLEN"))).values()
    assert "Sonntag, 2. Mai 2027" in german
    [english] = (await cards(server, await server.share(f"{PAGES}owls", user=EMMY, channel=JOBS.address))).values()
    assert "Sunday, 2 May 2027" in english


async def test_where_slack_gives_no_id_channel_and_time_tell_which_message(server, bot):
    assert await cards(server, await server.share(f"{PAGES}owls", in_organization=True))
    assert "unfurl_id" not in server.calls[-1].params


async def test_another_workspace_and_what_comes_again_have_none(server, bot):
    foreign = await server.share(f"{PAGES}owls", team="T0OTHERLAB")
    shared = await server.share(f"{PAGES}owls")
    await server.redeliver(server.deliveries[-1])
    await cards(server, await server.share(f"{PAGES}bats"))
    assert not foreign.cards
    assert shared.cards
    assert server.counts["chat.unfurl"] == 2


async def test_in_a_channel_that_another_workspace_shares_there_are_cards_too(server, bot):
    assert await cards(server, await server.share(f"{PAGES}owls", shared_by="T0OTHERLAB"))


@pytest.mark.parametrize("links_", [None, [], [None], ["x"], [{}], [{"url": 7}], [{"url": "https://[x"}], "x"])
async def test_an_event_that_makes_no_sense_is_left_alone(server, bot, links_):
    await server.event(
        {"type": "link_shared", "channel": JOBS.address, "user": EMMY, "message_ts": "1.5", "links": links_}
    )
    await cards(server, await server.share(f"{PAGES}bats"))
    assert server.counts["chat.unfurl"] == 1


async def test_without_the_scope_it_is_said_once_and_all_else_goes_on(server, bot, caplog):
    server.scopes -= {"links:write"}
    with caplog.at_level(logging.WARNING, "callboard.slack"):
        for number in range(3):
            await server.share(f"{PAGES}owls?{number}")
        await server.wait_for(lambda: server.counts["chat.unfurl"] == 3)
        server.scopes |= {"links:write"}
        assert await cards(server, await server.share(f"{PAGES}owls"))
    [line] = [record.message for record in caplog.records]
    assert "a link to the board is shown as it is, and not as a card: the app lacks the scope links:write" in line


async def test_a_message_that_was_deleted_meanwhile_is_no_trouble(server, bot, caplog):
    server.fail("chat.unfurl", error("cannot_find_message"), error("cannot_unfurl_url"))
    with caplog.at_level(logging.WARNING, "callboard.slack"):
        for number in range(2):
            await server.share(f"{PAGES}owls?{number}")
        await server.wait_for(lambda: server.counts["chat.unfurl"] == 2)
        assert await cards(server, await server.share(f"{PAGES}owls"))
    [line] = [record.message for record in caplog.records]
    assert "the workspace lets no app show that address" in line


async def test_without_an_address_for_the_world_there_are_none(server, board, links):
    board.config = config.read(_without_web(board.config.path))
    async with by_socket(server, Front(board)):
        await server.share(f"{PAGES}owls")
        assert server.counts["chat.unfurl"] == 0


def _without_web(path):
    path.write_text(path.read_text().replace("web:", "# web:"))
    return path


# --- What stands on it


@pytest.mark.parametrize(
    "title", ["*bold* _it_ ~no~ `code`", ":tada: party", "<!here> <@U1> <https://evil.example|x> &amp;", "a" * 900]
)
def test_whatever_a_title_is_it_is_text(title):
    blocks = rendering.card(Message((Line.of(Span(title, bold=True)), Line.of("PhD"))))
    assert slack_rules.judge_blocks(blocks) == []
    assert list(slack_rules._mentions("", blocks, loud=False)) == []
    shown = slack_rules.shown(None, blocks).replace("*", "").replace("…", "")
    assert title.replace("*", "")[:400] in shown


def test_a_plain_title_is_bold_and_one_of_what_is_over_struck_through():
    [open_, over] = (
        rendering.card(Message((Line.of(Span("Owls", bold=True, strike=strike)),))) for strike in (False, True)
    )
    assert open_[0]["text"] == {"type": "mrkdwn", "text": "*Owls*", "verbatim": True}
    assert over[0]["text"]["text"] == "*~Owls~*"
