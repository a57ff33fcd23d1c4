"""The files that a lab begins with."""

import errno
import os
import stat
from datetime import date
from unittest.mock import MagicMock

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot import config
from bot.cli import callboard
from bot.domain.zones import zone_names
from bot.engine.board import Callboard
from bot.setup import writing
from bot.setup.interview import Interview
from bot.setup.lab import Lab, PlatformAsked, SecretAt, files
from bot.setup.placing import ignore, lacking, look_ahead, place
from bot.setup.sitting import Sitting
from bot.setup.steps import begin
from bot.setup.writing import write

TODAY = date(2027, 4, 1)
TOKEN = SecretAt("token", "TELEGRAM_BOT_TOKEN", "123456:ABCdefGHIjklMNOpqrSTUvwxYZ012345678")
TELEGRAM = PlatformAsked("telegram", (TOKEN,), channel="@lab_jobs")
LAB = Lab("Europe/Berlin", "de", "Owl Lab", "Rostock, Germany", (TELEGRAM,))


def written(folder, lab):
    names = list(place(folder, files(lab, TODAY)))
    ignore(folder)
    return names


def test_what_is_written_holds_up_as_it_is(tmp_path, monkeypatch):
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)
    written(tmp_path, LAB)
    read = config.read(tmp_path / "config.yaml")
    assert (read.timezone, read.language) == ("Europe/Berlin", "de")
    [channel] = read.channels
    assert (channel.name, channel.destination.address) == ("lab-telegram", "@lab_jobs")
    assert read.submissions.defaults == {"organization": "Owl Lab", "location": "Rostock, Germany"}
    assert TOKEN.value in read.secrets
    assert read.notes == ()
    board = Callboard(read)
    board.read()
    assert (list(board.index), board.problems) == ([], ())


def test_without_a_platform_it_speaks_at_the_terminal(tmp_path):
    written(tmp_path, Lab("UTC", "en"))
    [channel] = config.read(tmp_path / "config.yaml").channels
    assert channel.destination.platform == "console"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".gitignore", "config.yaml", "postings"]


def test_tokens_are_in_a_file_for_this_account_alone_that_git_leaves_out(tmp_path):
    written(tmp_path, LAB)
    file = tmp_path / "tokens.env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "tokens.env" in (tmp_path / ".gitignore").read_text().splitlines()
    assert TOKEN.value not in (tmp_path / "config.yaml").read_text()
    assert TOKEN.value not in repr(LAB)


def test_what_is_there_is_never_changed(tmp_path):
    (tmp_path / "config.yaml").write_text("mine")
    (tmp_path / ".gitignore").write_text("*.pyc")
    names = dict(written(tmp_path, LAB))
    assert names == {"tokens.env": True, "config.yaml": False, "postings/_template.yaml": True}
    assert (tmp_path / "config.yaml").read_text() == "mine"
    assert (tmp_path / ".gitignore").read_text() == "*.pyc\ntokens.env\ncallboard.db*\n*.backup\n"
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert not any(is_new for _name, is_new in written(tmp_path, LAB))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


LATIN = "# f\u00fcr uns\n*.pyc".encode("latin-1")


async def test_a_gitignore_in_any_encoding_gets_its_lines_before_there_is_anything_to_leave_out(tmp_path, monkeypatch):
    (tmp_path / ".gitignore").write_bytes(LATIN)
    lab = Lab("UTC", "en")
    monkeypatch.setattr(writing, "place", full)
    outcome = await write(tmp_path, lab, TODAY)
    assert (outcome.placed, outcome.trouble) == ({".gitignore": True}, "No space left on device")
    assert (tmp_path / ".gitignore").read_bytes() == LATIN + b"\ntokens.env\ncallboard.db*\n*.backup\n"
    assert not ignore(tmp_path)


def full(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    yield


def test_half_a_file_does_not_stay(tmp_path, monkeypatch):
    def opened(file, *_, **__):
        os.close(file)
        full_disk = MagicMock()
        full_disk.__enter__.return_value.write.side_effect = OSError(errno.ENOSPC, "full")
        full_disk.__exit__.return_value = False
        return full_disk

    monkeypatch.setattr(os, "fdopen", opened)
    with pytest.raises(OSError, match="full"):
        list(place(tmp_path, {"config.yaml": "{}"}))
    assert list(tmp_path.iterdir()) == []


INIT = ["init", "--yes", "--language", "de", "--timezone", "UTC"]


@pytest.mark.parametrize("name", ["postings", ".gitignore"])
def test_where_something_is_in_the_way_nothing_is_written_and_that_is_told(tmp_path, name):
    way = tmp_path / name
    way.write_text("mine") if name == "postings" else way.mkdir()
    told = CliRunner().invoke(callboard, [*INIT, str(tmp_path)])
    assert told.exit_code == 2
    assert told.output.startswith(f"{tmp_path} kann nicht geschrieben werden: {way}: ")
    assert told.output.endswith("nichts wurde geschrieben\n")
    assert list(tmp_path.iterdir()) == [way]


def test_a_folder_that_may_not_be_written_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may always
    with pytest.raises(PermissionError):
        look_ahead(tmp_path, ["config.yaml"])
    (tmp_path / "config.yaml").touch()
    look_ahead(tmp_path, ["config.yaml"])
    (tmp_path / ".gitignore").touch()
    with pytest.raises(PermissionError, match="gitignore"):
        look_ahead(tmp_path, ["config.yaml"])


def test_what_was_written_before_the_disk_was_full_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "place", full)
    told = CliRunner().invoke(callboard, [*INIT, str(tmp_path)])
    assert told.exit_code == 1
    assert f"{tmp_path} kann nicht geschrieben werden: No space left" in told.output
    assert "nichts wurde geschrieben" not in told.output


async def test_ctrl_c_on_the_page_after_half_was_written_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "place", full)
    interview = Interview(begin(Lab("UTC", "en"), {}, {}))
    sitting = Sitting(interview, tmp_path, lambda: TODAY)
    while interview.form():
        interview.progress = interview.progress.past_step()
    await sitting.page()
    await sitting.take({"token": sitting._token, "do": "write"})
    assert sitting.outcome is None
    assert sitting.unfinished.placed == {".gitignore": True}


def test_what_a_file_of_tokens_lacks_is_known(tmp_path):
    written(tmp_path, LAB)
    assert lacking(tmp_path, LAB) == []
    other = SecretAt("token", "TELEGRAM_BOT_TOKEN", "1:other"), SecretAt("secret", "ANOTHER", "x")
    assert lacking(tmp_path, Lab("UTC", "en", platforms=(PlatformAsked("telegram", other),))) == [
        "TELEGRAM_BOT_TOKEN",
        "ANOTHER",
    ]


def test_a_secret_in_a_file_of_its_own_stays_there(tmp_path):
    file = tmp_path / "telegram secret"
    file.write_text(TOKEN.value)
    file.chmod(0o600)
    secret = SecretAt("token", file=str(file))
    written(tmp_path, Lab("UTC", "en", platforms=(PlatformAsked("telegram", (secret,), channel="@lab_jobs"),)))
    assert not (tmp_path / "tokens.env").exists()
    assert TOKEN.value in config.read(tmp_path / "config.yaml").secrets


names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40)


@given(names, names, st.sampled_from(sorted(zone_names())), st.text("abcdefXYZ019-_:=$'\"\\#{} ", max_size=60))
def test_whatever_it_is_called_the_config_says_it(name, place_, zone, token):
    value = f"1:{token.strip()}x"
    lab = Lab(zone, "en", name, place_, (PlatformAsked("telegram", (SecretAt("token", "T", value),), channel="@a"),))
    texts = files(lab, TODAY)
    said = yaml.safe_load(texts["config.yaml"])
    assert said["submissions"]["defaults"] == {"organization": name, "location": place_}
    assert (said["timezone"], said["web"]["title"]) == (zone, name)


@pytest.mark.parametrize("value", ["1:a b", "1:'x'", '1:"x"', "1:a#b", "1:$HOME", "1:a\\nb"])
def test_a_token_is_read_back_as_it_was(tmp_path, value, monkeypatch):
    from dotenv import dotenv_values

    secret = SecretAt("token", "LAB_TOKEN", value)
    written(tmp_path, Lab("UTC", "en", platforms=(PlatformAsked("telegram", (secret,)),)))
    assert dotenv_values(tmp_path / "tokens.env", interpolate=False) == {"LAB_TOKEN": value}
