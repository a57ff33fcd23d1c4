"""The preview: what is said about a posting that nobody has heard of yet, and how it will look."""

import re
from datetime import datetime

import pytest

from bot.config import read
from bot.engine.board import Callboard
from bot.inspect.showing import previewed
from tests.domain.build import instant

NOW = instant("2027-04-15 13:00")
CONFIG = """\
registry: postings
timezone: Europe/Berlin
platforms: {console: {}, telegram: {token: "1:a"}}
channels:
  - {name: lab, platform: telegram, address: "@lab", language: de}
  - {name: postdocs, platform: telegram, address: "@postdocs", filter: postdoc}
  - {name: far-away, platform: console, timezone: Asia/Tokyo}
"""


@pytest.fixture
def lab(tmp_path):
    (tmp_path / "postings").mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG)
    file = tmp_path / "postings" / "owls.yaml"

    async def preview(text: str, now: datetime = NOW, frame: str | None = None):
        file.write_text(f"role: phd\n{text}")  # a small file of a test
        board = Callboard(read(tmp_path / "config.yaml"), lambda: now)
        board.read()
        assert not board.problems
        return await previewed(board, board.index.get("owls"), frame)

    return preview


async def test_a_draft_is_shown_as_it_would_be_announced_and_nobody_hears_of_it(lab):
    page = await lab("title: Owls at night\nstatus: draft\ndeadline: 2027-05-02\n")
    assert "A draft: nobody hears of it until its status is open." in page.html
    assert "Heard in lab (at once), far-away (at once), once it is open." in page.html
    assert "Neue Stelle:" in page.html  # the channel on Telegram is German
    assert "New position:" in page.html  # there is none on Slack: the config's language
    assert "as lab hears it" in page.html
    assert "no channel is there yet" in page.html


async def test_a_reminder_and_a_digest_are_shown_as_well(lab, tmp_path):
    alone = (await lab("title: Owls at night\ndeadline: 2027-05-02\n")).html
    assert alone.index("Its announcement") < alone.index("A reminder of its deadline") < alone.index("On the web")
    assert "noch 14 Tage" in alone, "as the channel's next one will be"
    assert "In a digest" not in alone, "there is nothing beside it"
    (tmp_path / "postings" / "newts.yaml").write_text("title: Newts\nrole: postdoc\n")
    both = (await lab("title: Owls at night\n")).html
    assert "A reminder of its deadline" not in both
    assert "2 positions at a glance" in both
    assert "Newts" in both.partition("In a digest")[2]


async def test_the_next_digest_of_a_channel_that_has_them_is_shown(lab, tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text(file.read_text().replace("channels:", "digest: weekly mon 09:00\nchannels:", 1))
    (tmp_path / "postings" / "newts.yaml").write_text("title: Newts\nrole: postdoc\n")
    shown = (await lab("title: Owls at night\n")).html.partition("In the channel’s next digest")[2]
    assert "Außerdem offen" in shown, "the channel on Telegram is German"
    places = [shown.index(text) for text in ("New positions", "Owls at night", "Also open", "Newts")]
    assert places == sorted(places)


async def test_a_channel_without_reminders_shows_one_as_it_could_be(lab):
    page = await lab("title: Owls\ndeadline: 2027-05-02\n")
    assert "7 days left" in page.html.partition("A reminder")[2], "there is no channel on Slack"


async def test_a_posting_to_come_says_when_each_channel_hears_of_it(lab):
    page = await lab("title: Owls\nposted: 2027-05-03\n")
    assert "It opens on 2027-05-03." in page.html
    assert "far-away (Mon 3 May 2027, 09:00 Asia/Tokyo), lab (Mon 3 May 2027, 09:00 Europe/Berlin)." in page.html


async def test_what_is_open_and_what_is_over_say_so(lab):
    assert "It is open." in (await lab("title: Owls\n")).html
    assert "Heard in lab, far-away." in (await lab("title: Owls\n")).html
    assert "It is not open (filled)" in (await lab("title: Owls\nstatus: filled\n")).html
    assert "It is not open (passed)" in (await lab("title: Owls\ndeadline: 2027-04-01\n")).html


async def test_one_that_no_filter_lets_through_says_so(lab):
    page = await lab("title: Owls\n")
    assert "postdocs" not in page.html
    over = await lab("title: Owls\ndeadline: 2027-04-01\n")
    assert "No channel of the config hears of it" in over.html


async def test_no_text_is_ever_markup_or_script(lab):
    hostile = '"<script>alert(1)</script><img src=x onerror=alert(1)> \' \\" javascript:alert(1)"'
    page = await lab(
        f"title: {hostile}\nsummary: {hostile}\norganization: {hostile}\napply: {hostile}\nlocation: {hostile}\n"
    )
    assert not re.search(r"<script|<img src=\"?x|<[^>]* on\w+=|<a\b|<[^>]*href=", page.html)
    assert re.findall(r'src="([^"]{1,30})', page.html) == ["data:image/png;base64,iVBORw0K"]
    assert page.policy == (
        f"default-src 'none'; style-src '{re.search('sha256-[^;]+', page.policy)[0]}; base-uri 'none'; "
        "form-action 'none'; img-src data:; frame-src 'self'"
    )


async def test_the_board_is_shown_in_a_frame_that_may_do_nothing(lab):
    page = await lab("title: Owls\n", frame="/preview/owls/board")
    assert re.search(r'<iframe src="/preview/owls/board" title="[^"]+" sandbox="" loading="lazy">', page.html)


async def test_what_is_for_this_machine_alone_is_shown_where_a_channel_is_there(lab):
    page = await lab("title: Owls at night\n")
    assert '<pre class="terminal">' in page.html
    assert "as far-away hears it" in page.html
    assert '<div class="web">' not in page.html
