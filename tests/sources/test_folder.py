"""What stands in the folder beside sound files: links, folders, copies, merges; and more than anybody meant."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.sources.files import Registry
from bot.sources.files import registry as registry_module
from bot.sources.files.folder import MAX_DEPTH
from tests.sources.build import HEAD, chain, problems_of


@pytest.mark.parametrize(("name", "better"), [("phd.yaml", "phd"), ("2027/Old Ones.md", "old-ones"), ("a.MD", "a")])
def test_a_folder_with_a_postings_name_is_reported_and_looked_into(tmp_path, name, better):
    said = f"{name}:1: is a folder with a posting's name; rename it to {better}"
    inner = f"{name}/inner.yaml"
    assert problems_of(tmp_path, {inner: f"{HEAD}fte: 0\n"}) == [
        said,
        f"{inner}:3: fte: 0 is no number from 1 to 100",
    ]


def test_links_out_of_the_registry_are_followed_only_on_demand(tmp_path):
    inside, outside = tmp_path / "postings", tmp_path / "elsewhere"
    said = "is a link that leads out of the registry; copy what it leads to, or write follow_links: true in the config"
    outside.mkdir()
    (outside / "far.yaml").write_text(HEAD)
    (outside / "up").symlink_to(outside)
    (inside / "2027").mkdir(parents=True)
    (inside / "a.yaml").symlink_to(outside / "far.yaml")
    (inside / "2027" / "b").symlink_to("../../elsewhere")
    (inside / "c.yaml").symlink_to("d.yaml")
    assert problems_of(inside, {"d.yaml": HEAD}) == [
        f"2027/b:1: {said}",
        f"a.yaml:1: {said}",
    ]
    followed = Registry(inside, "UTC", follow_links=True).read()
    assert [posting.id for posting in followed.changed] == ["a", "c", "d", "far"]
    assert followed.problems == ()


def test_a_good_file_that_becomes_a_link_out_keeps_its_last_version(tmp_path):
    inside, outside = tmp_path / "postings", tmp_path / "outside.yaml"
    inside.mkdir()
    (inside / "a.yaml").write_text(HEAD)
    registry = Registry(inside, "UTC")
    assert [posting.title for posting in registry.read().changed] == ["PhD in Robotics"]
    outside.write_text("title: Secrets\nrole: phd\n")
    (inside / "a.yaml").unlink()
    (inside / "a.yaml").symlink_to(outside)
    for reading in (registry.read([inside / "a.yaml"]), registry.read()):
        assert (reading.changed, reading.removed) == ((), ())
        assert "leads out of the registry" in str(reading.problems[0])


def test_a_pipe_that_takes_a_files_place_while_it_is_looked_at_holds_nothing_up(tmp_path, monkeypatch):
    (tmp_path / "a.yaml").write_text(HEAD)
    registry = Registry(tmp_path, "UTC")
    (good,) = registry.read().changed
    look = registry_module.Look

    def swapped(*given):
        found = look(*given)
        (tmp_path / "a.yaml").unlink()
        os.mkfifo(tmp_path / "a.yaml")
        return found

    (tmp_path / "a.yaml").write_text(f"{HEAD}fte: 50\n")
    monkeypatch.setattr(registry_module, "Look", swapped)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(registry.read)
        try:
            problems = reading.result(10).problems
        finally:
            os.close(os.open(tmp_path / "a.yaml", os.O_RDWR))  # lets go of whoever waits for a writer
    assert [problem.text for problem in problems] == ["cannot be read: it is no plain file"]
    assert registry.path_of(good.id) == tmp_path / "a.yaml"


def test_a_registry_as_kubernetes_mounts_it_is_no_link_out(tmp_path):
    mount = tmp_path / "mount"
    (mount / "..2027_05_02").mkdir(parents=True)
    (mount / "..2027_05_02" / "a.yaml").write_text(HEAD)
    (mount / "..data").symlink_to("..2027_05_02")
    (mount / "a.yaml").symlink_to("..data/a.yaml")
    (tmp_path / "postings").symlink_to("mount")
    for folder in (mount, tmp_path / "postings", mount / "..data"):
        reading = Registry(folder, "UTC").read()
        assert ([posting.id for posting in reading.changed], reading.problems) == (["a"], ())


def test_folders_within_folders_are_looked_into_as_far_as_anybody_would_go(tmp_path):
    deep = tmp_path
    for _ in range(MAX_DEPTH):
        deep /= "d"
    deep.mkdir(parents=True)
    (deep / "deep.yaml").write_text(HEAD)
    assert problems_of(tmp_path, {"a.yaml": HEAD}) == []
    (deep / "more").mkdir()
    reading = Registry(tmp_path, "UTC").read()
    assert [posting.id for posting in reading.changed] == ["a", "deep"]
    assert [str(problem) for problem in reading.problems] == [
        f"{deep}:1: lies 32 folders deep; those in it are not read: move them up"
    ]


def test_a_chain_of_folders_of_any_length_is_a_problem_and_no_more(tmp_path):
    with chain(tmp_path):
        assert len(problems_of(tmp_path, {"a.yaml": HEAD})) == 1


def test_a_folder_with_too_many_files_is_a_problem_and_takes_nothing_away(tmp_path, monkeypatch):
    registry = Registry(tmp_path, "UTC")
    for name in "abc":
        (tmp_path / f"{name}.yaml").write_text(HEAD)
    registry.read()
    monkeypatch.setattr("bot.sources.files.folder.MAX_ENTRIES", 2)
    reading = registry.read()
    assert (reading.changed, reading.removed) == ((), ())
    assert [problem.text for problem in reading.problems] == ["holds more than 2 files, and the others are not read"]


def test_more_problems_than_anybody_reads_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.sources.files.registry._MOST_PROBLEMS", 3)
    found = problems_of(tmp_path, {f"{name}.yaml": f"{HEAD}fte: 0\n" for name in "abcdef"})
    assert len(found) == 4
    assert found[3].endswith(":1: has 3 more problems; mend these first")


MERGES = {
    "x.yaml": ("{head}location: A\n<<<<<<< HEAD\nfte: 50\n=======\nfte: 75\n>>>>>>> pay\n", 4),
    "a.md": ("---\n{head}---\nWe offer:\n\n<<<<<<< HEAD\nthree years\n=======\nfour years\n>>>>>>> pay\n", 7),
    "b.md": ("---\n{head}---\nthree years\n>>>>>>> 1f2e3d (a half-mended merge)\n", 6),
    "c.md": ("---\n{head}---\nthree\n||||||| base\ntwo\n", 6),
    "d.yaml": ("{head}description: |\n  Text\n<<<<<<<\n", 5),
    "e.yaml": ("# <<<<<<< no\n{head}summary: |\n  Text\n  more\n\n>>>>>>> theirs\n", 8),
}


@pytest.mark.parametrize("name", MERGES)
def test_an_unfinished_merge_is_a_problem_wherever_it_stands(tmp_path, name):
    text, line = MERGES[name]
    said = "a merge is not finished: keep one version, and delete the lines with <<<, === and >>>"
    assert problems_of(tmp_path, {name: text.format(head=HEAD)}) == [f"{name}:{line}: {said}"]


def test_what_only_looks_like_a_merge_is_text(tmp_path):
    text = "A title\n=======\n>>> quoted\n > <<<<<<< in a line\n>>>>>>>> eight\n    <<<<<<< indented code\n"
    assert problems_of(tmp_path, {"a.md": f"---\n{HEAD}---\n{text}"}) == []


def test_a_merge_leaves_the_last_good_version_in_force(tmp_path):
    registry = Registry(tmp_path, "UTC")
    (tmp_path / "a.md").write_text(f"---\n{HEAD}---\nthree years\n")
    registry.read()
    (tmp_path / "a.md").write_text(f"---\n{HEAD}---\n<<<<<<< HEAD\nthree years\n=======\nfour\n>>>>>>> pay\n")
    reading = registry.read([tmp_path / "a.md"])
    assert (len(reading.problems), reading.changed, reading.removed) == (1, (), ())


def copy_of(name):
    return f"is a copy or conflict copy of {name}; merge it and delete it, or give it an id of its own"


def may_be_copy_of(name):
    return f"may be a copy of {name}; merge it and delete it, or give it an id of its own"


COPIES = {
    "phd-a.sync-conflict-20261129-120000-ABCDEFG.yaml": "is a conflict copy of phd-a.yaml; merge it and delete it",
    "phd-a (Jane's conflicted copy 2026-11-29).yaml": "is a conflict copy of phd-a.yaml; merge it and delete it",
    "phd-a (conflicted copy 2026-11-29 120000).yaml": "is a conflict copy of phd-a.yaml; merge it and delete it",
    "phd-a (In Konflikt stehende Kopie von Jo 2026-11-29).yaml": (
        "is a conflict copy of phd-a.yaml; merge it and delete it"
    ),
    "phd-a_conflict-20261129-120000.yaml": "is a conflict copy of phd-a.yaml; merge it and delete it",
    "phd-a (SFConflict jo@lab.example 2026-11-29-12-00-00).yaml": (
        "is a conflict copy of phd-a.yaml; merge it and delete it"
    ),
    "phd-a (Case Conflict 1).yaml": "is a conflict copy of phd-a.yaml; merge it and delete it",
    "phd-a_LOCAL_4711.yaml": "is a conflict copy of phd-a.yaml; merge it and delete it",
    "talk.sync-conflict-20261129-120000-ABCDEFG.md": "is a conflict copy of talk.md; merge it and delete it",
    "gone.sync-conflict-20261129-120000-ABCDEFG.md": (
        "is a conflict copy of gone.md, which is not here; rename it to gone.md, or delete it"
    ),
    "phd-a - Copy.yaml": copy_of("phd-a.yaml"),
    "phd-a - Copy (2).yaml": copy_of("phd-a.yaml"),
    "phd-a – Kopie.yaml": copy_of("phd-a.yaml"),
    "phd-a - Kopie.yml": copy_of("phd-a.yaml"),
    "phd-a copy 2.yaml": copy_of("phd-a.yaml"),
    "phd-a (copy).yaml": copy_of("phd-a.yaml"),
    "phd-a (3rd copy).yaml": copy_of("phd-a.yaml"),
    "phd-a (1).yaml": copy_of("phd-a.yaml"),
    "phd-a(1).yaml": copy_of("phd-a.yaml"),
    "phd-a 2.yaml": copy_of("phd-a.yaml"),
    "Copy of phd-a.yaml": copy_of("phd-a.yaml"),
    "talk (1).md": copy_of("talk.md"),
    "phd-a-LAPTOP-7F3A.yaml": may_be_copy_of("phd-a.yaml"),
    "talk-DESKTOP1.md": may_be_copy_of("talk.md"),
    "phd-a~.yaml": may_be_copy_of("phd-a.yaml"),
    "phd-a.orig.yaml": may_be_copy_of("phd-a.yaml"),
    "phd-a.bak.yml": may_be_copy_of("phd-a.yaml"),
    "phd-b-LAPTOP.yaml": '"phd-b-LAPTOP" is no id; rename the file to phd-b-laptop.yaml',
    "phd-b (1).yaml": '"phd-b (1)" is no id; rename the file to phd-b-1.yaml',
    "Project 12.yaml": '"Project 12" is no id; rename the file to project-12.yaml',
    "phd-b.yaml.txt": "is not read; rename it to phd-b.yaml",
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_that_a_program_has_made_is_said_to_be_one(tmp_path, name):
    files = {"phd-a.yaml": HEAD, "talk.md": f"---\n{HEAD}---\n", name: HEAD}
    assert problems_of(tmp_path, files) == [f"{name}:1: {COPIES[name]}"]


@pytest.mark.parametrize(
    "name",
    """LICENSE.md license.md COPYING.md CONTRIBUTING.md README.de.md readme.md Code_of_Conduct.md SECURITY.md
    phd-a.yaml~ #phd-a.yaml# .#phd-a.yaml .phd-a.yaml.swp phd-a.yaml.orig phd-a.bak""".split(),
)
def test_what_is_no_posting_gets_no_advice(tmp_path, name):
    assert problems_of(tmp_path, {"phd-a.yaml": HEAD, name: "MIT\n"}) == []


def test_a_subject_is_no_such_file(tmp_path):
    registry = Registry(tmp_path, "UTC")
    for name in ("security.yaml", "news.md"):
        (tmp_path / name).write_text(f"---\n{HEAD}---\n" if name.endswith(".md") else HEAD)
    assert [posting.id for posting in registry.read().changed] == ["news", "security"]


def test_what_many_files_say_is_kept_once(tmp_path):
    said = "timezone: Europe/Rome\ndeadline: 2027-05-02\nfte: 65\ntags: [optics, lasers]\nlocation: Trento\n"
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(HEAD + said)
    registry = Registry(tmp_path, "UTC")
    one, other = registry.read().changed
    for key in ("timezone", "roles", "fte", "tags", "location"):
        assert getattr(one, key) is getattr(other, key), key
    assert one.deadline.zone is other.timezone
    assert registry.origin_of("a") is registry.origin_of("b")
