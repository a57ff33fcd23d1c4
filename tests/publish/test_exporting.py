"""What is published, as files: what stands in them, and what becomes of what lies there already."""

import json
import os
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import jsonschema
import pytest
from icalendar import Calendar

from bot.cli.exporting import FORMATS
from bot.domain.edition import revised
from bot.files.folder import Folder, OutsideError
from bot.publish import exporting
from bot.publish.exporting import PublishedState, files, write
from bot.publish.formats.markdown import BEGIN, END
from tests.browser.judges import is_well_formed
from tests.domain.build import posting
from tests.publish.build import ALL, EN, NOW, OWLS, SITE, editions
from tests.test_cli import callboard, lab, post  # noqa: F401  # a fixture

CALM = [word for name in FORMATS if name != "html" for word in ("--format", name)]
URL = ["--base-url", "https://jobs.lab.example/board"]


def published(found=ALL, **more):
    return PublishedState(found, SITE, EN, NOW, **more)


def export(*words: str, out: str = "out"):
    return callboard("export", "--out", out, *URL, *words)


def contents(folder="out"):
    return {str(one.relative_to(folder)): one.read_bytes() for one in Path(folder).rglob("*") if one.is_file()}


def test_the_command_and_the_files_know_the_same_formats():
    assert set(FORMATS) == set(exporting.FORMATS)


def test_each_format_has_its_files():
    assert files(["atom"], published()).keys() == {"feed.atom"}
    assert files(["json"], published()).keys() == {"feed.json", "postings.json", "postings.schema.json"}
    assert {path for path, content in files(["ics"], published()).items() if content} == {
        "calendar.ics",
        "postings/owls.ics",
        "postings/bats.ics",
        "postings/newts.ics",
    }
    assert {path for path, content in files(["jsonld"], published()).items() if content} == {"postings/owls.jsonld"}
    assert files(["markdown"], published()).keys() == {"positions.md"}
    board = files(["html"], published())
    assert {
        "index.html",
        "404.html",
        "board.js",
        "board.css",
        "feed.atom",
        "calendar.ics",
        "sitemap.xml",
    } <= board.keys()
    assert {"postings/owls/index.html", "postings/owls.png", "postings/owls.ics"} <= board.keys()


def test_the_data_fit_their_schema():
    found = files(["json"], published())
    jsonschema.validate(json.loads(found["postings.json"]), json.loads(found["postings.schema.json"]))


def test_a_renamed_posting_has_its_entry_under_both_ids():
    before = {one.name: one for one in editions(OWLS)}
    now = posting("night-owls", title="PhD with owls", deadline="2027-05-02", aliases=("owls",))
    after = {**before, **{one.name: one for one in revised(before, [now], NOW)}}
    found = files(["ics", "jsonld"], published(list(after.values())))
    assert found["postings/owls.ics"] == found["postings/night-owls.ics"]
    assert str(Calendar.from_ical(found["postings/owls.ics"]).walk("VEVENT")[0]["UID"]).startswith("owls@")
    assert found["postings/owls.jsonld"] is None


def test_a_second_time_nothing_is_written(tmp_path):
    wanted = files(["ics", "atom", "json", "jsonld", "markdown"], published())
    first = write(tmp_path, wanted)
    times = {path: (tmp_path / path).stat().st_mtime_ns for path in first.written}
    second = write(tmp_path, wanted)
    assert (second.written, second.removed, second.same) == ((), (), len(first.written))
    assert times == {path: (tmp_path / path).stat().st_mtime_ns for path in first.written}
    assert not list(tmp_path.rglob(".*"))


def test_what_does_not_hold_any_more_goes_and_what_others_wrote_stays(tmp_path):
    write(tmp_path, files(["ics", "jsonld"], published(editions(OWLS))))
    (tmp_path / "postings/mine.ics").write_text("mine")
    rolling = posting("owls", title="PhD with owls")
    now = revised({one.name: one for one in editions(OWLS)}, [rolling], NOW)
    done = write(tmp_path, files(["ics", "jsonld"], published(now)))
    assert done.removed == ("postings/owls.ics", "postings/owls.jsonld")
    assert (tmp_path / "postings/mine.ics").read_text() == "mine"
    (tmp_path / "postings/owls.ics").write_text("by hand")
    assert write(tmp_path, files(["ics"], published(now))).removed == ()
    assert (tmp_path / "postings/owls.ics").read_text() == "by hand"


@pytest.mark.parametrize("path", ["../a", "postings/../../a", "/tmp/a", "link/a"])
def test_nothing_is_written_outside(tmp_path, path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "link").symlink_to(tmp_path)
    with pytest.raises(OutsideError):
        write(out, {path: b"x"})
    assert not (tmp_path / "a").exists()


def test_a_link_that_somebody_has_planted_is_not_followed(tmp_path, monkeypatch):
    out, other = tmp_path / "out", tmp_path / "other"
    out.mkdir()
    other.write_text("mine")
    names = iter(("0" * 16, "1" * 16))
    monkeypatch.setattr("secrets.token_hex", lambda length: next(names))
    (out / f".callboard-{'0' * 16}").symlink_to(other)
    with pytest.raises(FileExistsError):
        write(out, {"feed.atom": b"new"})
    assert other.read_text() == "mine"
    assert write(out, {"feed.atom": b"new"}).written == ("feed.atom",)
    assert (out / "feed.atom").read_bytes() == b"new"


def test_a_link_in_the_place_of_a_file_is_replaced_and_what_it_leads_to_stays(tmp_path):
    out, other = tmp_path / "out", tmp_path / "other"
    out.mkdir()
    other.write_bytes(b"new")
    (out / "feed.atom").symlink_to(other)
    (out / "gone.ics").symlink_to(other)
    done = write(out, {"feed.atom": b"new", "gone.ics": None})
    assert (done.written, done.removed) == (("feed.atom",), ())
    assert not (out / "feed.atom").is_symlink()
    assert other.read_bytes() == b"new"


def test_a_folder_that_becomes_a_link_meanwhile_leads_nowhere(tmp_path, monkeypatch):
    out, other = tmp_path / "out", tmp_path / "other"
    other.mkdir()

    def planted(length):
        (out / "postings").rename(out / "moved")
        (out / "postings").symlink_to(other)
        return "0" * 16

    monkeypatch.setattr("secrets.token_hex", planted)
    with Folder(out) as folder:
        folder.write("postings/owls.ics", b"new")
    assert list(other.iterdir()) == []
    assert (out / "moved" / "owls.ics").read_bytes() == b"new"


def test_what_is_no_file_holds_nothing_up(tmp_path):
    os.mkfifo(tmp_path / "feed.atom")
    assert write(tmp_path, {"feed.atom": b"new"}).written == ("feed.atom",)
    (tmp_path / "feed.json").mkdir()
    with pytest.raises(IsADirectoryError):
        write(tmp_path, {"feed.json": b"new"})


def test_a_full_disk_leaves_no_file_in_part(tmp_path, monkeypatch):
    (tmp_path / "feed.atom").write_text("old")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.rename", full)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path, {"feed.atom": b"new"})
    assert [one.name for one in tmp_path.iterdir()] == ["feed.atom"]
    assert (tmp_path / "feed.atom").read_text() == "old"


def test_a_files_rights_stay(tmp_path):
    (tmp_path / "feed.atom").write_text("old")
    (tmp_path / "feed.atom").chmod(0o640)
    write(tmp_path, {"feed.atom": b"new", "new.atom": b"new"})
    assert (tmp_path / "feed.atom").stat().st_mode & 0o777 == 0o640
    mask = os.umask(0)
    os.umask(mask)
    assert (tmp_path / "new.atom").stat().st_mode & 0o777 == 0o666 & ~mask


def test_the_command_writes_and_says_so_in_one_line(lab):  # noqa: F811
    post("robots", "deadline: 2999-05-02\nlocation: Berlin, Germany\ngroup: Robots\n")
    done = export(*CALM)
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "out: wrote calendar.ics, postings/robots.ics, feed.atom, feed.json and 4 more; 0 were as they should be\n"
    )
    assert b"https://jobs.lab.example/board/postings/robots" in contents()["feed.atom"]
    assert export(*CALM).out == "out: 8 were as they should be\n"


def test_a_change_is_the_same_entry_with_a_higher_number(lab):  # noqa: F811
    post("robots", "deadline: 2999-05-02\n")
    export(*CALM)
    before = contents()
    post("robots", "deadline: 2999-06-02\n")
    assert "wrote" in export(*CALM).out
    first, second = (Calendar.from_ical(one["calendar.ics"]).walk("VEVENT")[0] for one in (before, contents()))
    assert (first["UID"], int(first["SEQUENCE"])) == ("robots@jobs.lab.example", 0)
    assert (second["UID"], int(second["SEQUENCE"])) == ("robots@jobs.lab.example", 1)


def test_a_posting_that_is_gone_says_so(lab):  # noqa: F811
    post("robots", "deadline: 2999-05-02\nlocation: Berlin, Germany\ngroup: Robots\n")
    post("owls")
    export(*CALM)
    Path("postings/robots.yaml").unlink()
    assert "removed postings/robots.jsonld" in export(*CALM).out
    assert b"STATUS:CANCELLED" in contents()["postings/robots.ics"]


def test_without_a_base_url_it_says_where_links_lead(lab):  # noqa: F811
    post("robots")
    done = callboard("export", "--format", "atom", "--out", "out")
    assert done.code == 0
    assert "no base URL" in done.err
    assert "http://127.0.0.1:8080" in done.err
    with Path("config.yaml").open("a") as config:
        config.write("web: {base_url: 'https://jobs.example/a/', title: Jobs}\n")
    done = callboard("export", "--format", "atom", "--out", "out")
    assert (done.code, done.err) == (0, "")
    assert b"https://jobs.example/a/postings/robots" in contents()["feed.atom"]
    assert b"<title>Jobs</title>" in contents()["feed.atom"]


def test_of_a_page_that_is_there_only_the_list_is_written(lab):  # noqa: F811
    post("robots")
    Path("site").mkdir()
    page = Path("site/positions.md")
    page.write_bytes(f"---\r\ntitle: Ours\r\n---\r\nHello\r\n{BEGIN}\r\n{END}\r\nGoodbye\r\n".encode())
    assert export("--format", "markdown", out="site").code == 0
    text = page.read_bytes().decode()
    assert text.startswith(f"---\r\ntitle: Ours\r\n---\r\nHello\r\n{BEGIN}\n\n### [Robots]")
    assert text.endswith(f"{END}\r\nGoodbye\r\n")
    assert export("--format", "markdown", out="site").out == "site: 1 was as it should be\n"


@pytest.mark.parametrize("before", [b"by hand", b"\xff\xfe"])
def test_a_page_without_markers_is_left_alone_and_the_rest_is_written(lab, before):  # noqa: F811
    post("robots")
    Path("site").mkdir()
    Path("site/positions.md").write_bytes(before)
    done = export("--format", "markdown", "--format", "atom", out="site")
    assert done.code == 1
    assert done.err.startswith("site/positions.md:1: ")
    assert done.out == "site: wrote feed.atom; 0 were as they should be\n"
    assert Path("site/positions.md").read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--format", "pdf", "--out", "out"],
        ["--format", "atom"],
        ["--format", "atom", "--out", "config.yaml"],
        ["--format", "atom", "--out", "config.yaml/out"],
        ["--format", "atom", "--out", "out", "--base-url", "jobs.example"],
        ["--format", "atom", "--out", "out", "--base-url", "https://["],
        ["--format", "atom", "--out", "out", "--base-url", "https://a.example/?b"],
        ["--format", "atom", "--out", "out", "--config", "none.yaml"],
        ["--format", "atom", "--out", "blocked"],
        ["--format", "markdown", "--out", "blocked"],
        ["--format", "ics", "--out", "linked"],
        ["--format", "markdown", "--out", "linked"],
    ],
)
def test_what_cannot_be_used_ends_with_2_and_no_traceback(lab, words):  # noqa: F811
    post("robots", "deadline: 2999-05-02\n")
    for name in ("feed.atom", "positions.md"):
        Path("blocked", name).mkdir(parents=True)
    Path("linked").mkdir()
    Path("linked/postings").symlink_to(Path("postings").absolute())
    Path("linked/positions.md").symlink_to(Path("config.yaml").absolute())
    ended = callboard("export", *words)
    assert ended.code == 2
    assert "Traceback" not in ended.err
    assert ended.err
    assert sorted(one.name for one in Path("postings").iterdir()) == ["robots.yaml"]


@pytest.mark.parametrize("database", ["sqlite:///config.yaml", "sqlite:///config.yaml/callboard.db"])
def test_a_database_that_cannot_be_used_ends_with_2(lab, database):  # noqa: F811
    post("robots")
    Path("config.yaml").write_text(f"registry: postings\ndatabase: {database}\n")
    ended = export("--format", "atom")
    assert ended.code == 2
    assert ended.err.startswith("callboard: the database ")
    assert not Path("out").exists()


def test_the_board_as_files_is_the_same_whatever_the_day():
    first, later = (files(["html"], replace(published(), now=NOW + timedelta(days=days))) for days in (0, 5))
    assert first == later
    assert b'class="left' not in first["index.html"]


def test_a_former_id_leads_to_the_page():
    before = {one.name: one for one in editions(OWLS)}
    now = posting("night-owls", title="PhD with owls", deadline="2027-05-02", aliases=("owls",))
    found = files(["html"], published(revised(before, [now], NOW)))
    assert b'content="0; url=/board/postings/night-owls"' in found["postings/owls/index.html"]
    assert b'<h1 dir="auto">PhD with owls</h1>' in found["postings/night-owls/index.html"]
    assert "postings/owls.png" not in found


def test_every_page_says_what_a_browser_may_do_with_it():
    before = {one.name: one for one in editions(OWLS)}
    now = posting("night-owls", title="PhD with owls", deadline="2027-05-02", aliases=("owls",))
    found = files(["html"], published(revised(before, [now], NOW)))
    pages = [content.decode() for path, content in found.items() if content and path.endswith(".html")]
    assert len(pages) == 4
    for text in pages:
        head = text.partition("</head>")[0]
        (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', head)
        assert unescape(policy).startswith("default-src 'none'; style-src 'self'; script-src 'self'; ")
        assert "frame-ancestors" not in policy, "which counts in a header alone"
        assert head.index("Content-Security-Policy") < head.index("<title>")
        assert not re.search(r"<style|<script>| style=| on[a-z]+=", text), "nothing that it would forbid"


def test_every_page_that_is_written_is_well_formed_and_each_link_leads_to_a_file():
    found = files(["html"], published())
    pages = {path: content.decode() for path, content in found.items() if content and path.endswith(".html")}
    assert len(pages) >= 6
    for text in pages.values():
        is_well_formed(text)
        for link in re.findall(r'(?:href|src)="/board/([^"?#]*)', text):
            assert {link, f"{link}/index.html", f"{link}index.html"} & found.keys(), link
