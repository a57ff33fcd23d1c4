"""Files are put in their place whole, or not at all."""

import os
import stat
import subprocess
import sys

import pytest

from bot.submissions import files
from bot.submissions.files import FileError, FolderLock, OtherwiseError, take_away, write_new, write_over


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_takes_no_place_that_is_taken(tmp_path):
    path = tmp_path / "owls.yaml"
    write_new(path, b"a")
    assert path.read_bytes() == b"a"
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask
    with pytest.raises(FileExistsError):
        write_new(path, b"b")
    (tmp_path / "bats.yaml").symlink_to("nowhere")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "bats.yaml", b"b")
    assert path.read_bytes() == b"a"
    assert left_in(tmp_path) == ["bats.yaml", "owls.yaml"]


def test_where_there_are_no_hard_links_it_is_made_all_the_same(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    write_new(tmp_path / "owls.yaml", b"a")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "owls.yaml", b"b")
    assert left_in(tmp_path) == ["owls.yaml"]
    assert (tmp_path / "owls.yaml").read_bytes() == b"a"


def test_a_file_is_replaced_with_its_rights_and_a_link_stays_one(tmp_path):
    (tmp_path / "there").mkdir()
    real = tmp_path / "there" / "owls.yaml"
    real.write_bytes(b"a")
    real.chmod(0o640)
    link = tmp_path / "owls.yaml"
    link.symlink_to("there/owls.yaml")
    write_over(link, b"b", b"a")
    assert link.is_symlink()
    assert real.read_bytes() == b"b"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert left_in(tmp_path / "there") == ["owls.yaml"]


def test_what_somebody_else_has_written_is_not_overwritten(tmp_path, monkeypatch):
    path = tmp_path / "owls.yaml"
    path.write_bytes(b"other")
    with pytest.raises(OtherwiseError, match=r"owls\.yaml was changed meanwhile"):
        write_over(path, b"b", b"a")
    before = files._temporary

    def meanwhile(*given):
        path.write_bytes(b"by hand")
        return before(*given)

    monkeypatch.setattr(files, "_temporary", meanwhile)
    with pytest.raises(OtherwiseError):
        write_over(path, b"b", b"other")
    assert path.read_bytes() == b"by hand"
    assert left_in(tmp_path) == ["owls.yaml"]


def test_only_what_was_written_is_taken_away(tmp_path):
    path = tmp_path / "owls.yaml"
    path.write_bytes(b"a")
    assert not take_away(path, b"b")
    assert path.exists()
    assert take_away(path, b"a")
    assert not path.exists()
    assert not take_away(path, b"a")


def test_a_full_disk_leaves_what_was_there_and_says_so(tmp_path, monkeypatch):
    path = tmp_path / "owls.yaml"
    path.write_bytes(b"a")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="cannot be written: No space left on device"):
        write_over(path, b"b", b"a")
    with pytest.raises(FileError, match="No space left on device"):
        write_new(tmp_path / "bats.yaml", b"b")
    assert left_in(tmp_path) == ["owls.yaml"]
    assert path.read_bytes() == b"a"


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileError, match=r"nowhere.* cannot be read"), FolderLock(tmp_path / "nowhere", 0):
        pass
    with pytest.raises(FileError, match=r"nowhere/owls\.yaml cannot be written: No such file"):
        write_new(tmp_path / "nowhere" / "owls.yaml", b"a")


def test_what_a_killed_process_has_left_is_swept_away_by_the_next(tmp_path):
    (tmp_path / ".callboard-0011223344556677.new").write_bytes(b"half")
    write_new(tmp_path / "owls.yaml", b"a")
    assert left_in(tmp_path) == ["owls.yaml"]


def test_one_at_a_time_writes_and_a_kill_ends_the_lock(tmp_path):
    program = "import sys,time;from pathlib import Path;from bot.submissions.files import FolderLock\n"
    program += "with FolderLock(Path(sys.argv[1]), 0):\n print('held', flush=True); time.sleep(1000)"
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(FileError, match="another callboard is writing"), FolderLock(tmp_path, 0):
            pass
        other.kill()
        other.wait()
        with FolderLock(tmp_path, 0):
            pass


def test_where_a_folder_cannot_be_locked_a_file_is(tmp_path, monkeypatch):
    import fcntl

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(files.tempfile, "tempdir", None)
    flock = fcntl.flock

    def no_folders(lock, how):
        if stat.S_ISDIR(os.fstat(lock).st_mode):
            raise OSError(9, "Bad file descriptor")
        flock(lock, how)

    monkeypatch.setattr(fcntl, "flock", no_folders)
    folder = tmp_path / "postings"
    folder.mkdir()
    with (
        FolderLock(folder, 0),
        pytest.raises(FileError, match="another callboard is writing"),
        FolderLock(folder, 0),
    ):
        pass
    assert left_in(folder) == []
