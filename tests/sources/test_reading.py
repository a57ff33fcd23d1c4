"""One look at the folder after another: what is in force, what changed, what went."""

import os
from datetime import date
from pathlib import Path

import pytest

from bot.domain.posting import Contact, DeadlineKind, Role, Status, Workplace
from bot.sources.files import Registry

GOOD = "title: PhD\nrole: phd\n"
BAD = "title: PhD\nrole: pdh\n"


class Folder:
    """A registry on a folder, and the postings that its readings have put in force."""

    def __init__(self, path):
        self.path = path
        self.registry = Registry(path, "Europe/Berlin")
        self.in_force = {}

    def write(self, name, text=GOOD):
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_text(text)

    def read(self, *touched):
        """What changed, what went, and which files are wrong."""
        reading = self.registry.read(self.path / name for name in touched)
        for gone in reading.removed:
            del self.in_force[gone]
        self.in_force.update({posting.id: posting for posting in reading.changed})
        wrong = [os.path.relpath(problem.path, self.path) for problem in reading.problems]
        return [posting.id for posting in reading.changed], list(reading.removed), wrong


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def test_a_first_look_finds_all_and_a_second_nothing_new(folder):
    folder.write("b.yaml")
    folder.write("a.md", f"---\n{GOOD}---\nText.\n")
    folder.write("2027/c.yaml")
    assert folder.read() == (["a", "b", "c"], [], [])
    assert folder.read() == ([], [], [])


def test_a_bad_file_does_not_hold_up_the_others(folder):
    folder.write("bad.yaml", BAD)
    folder.write("good.yaml")
    assert folder.read() == (["good"], [], ["bad.yaml"])


def test_the_last_good_version_stays_in_force_until_the_file_is_mended(folder):
    folder.write("a.yaml", GOOD + "location: Rostock\n")
    folder.read()
    folder.write("a.yaml", BAD)
    assert folder.read() == ([], [], ["a.yaml"])
    assert folder.read() == ([], [], ["a.yaml"])
    assert folder.in_force["a"].location == "Rostock"
    folder.write("a.yaml", GOOD + "location: Tübingen\n")
    assert folder.read() == (["a"], [], [])
    assert folder.in_force["a"].location == "Tübingen"


def test_a_file_mended_back_to_what_it_was_is_no_change(folder):
    folder.write("a.yaml")
    folder.read()
    folder.write("a.yaml", BAD)
    folder.read()
    folder.write("a.yaml")
    assert folder.read() == ([], [], [])


def test_a_deleted_file_is_removed_whether_good_or_bad(folder):
    folder.write("a.yaml")
    folder.write("b.yaml")
    folder.read()
    folder.write("b.yaml", BAD)
    folder.read()
    (folder.path / "README.md").touch()
    (folder.path / "a.yaml").unlink()
    (folder.path / "b.yaml").unlink()
    assert folder.read() == ([], ["a", "b"], [])


def test_a_folder_that_is_empty_after_a_full_one_is_a_fault_and_nothing_is_gone(folder):
    folder.write("a.yaml")
    folder.write("b.yaml")
    folder.read()
    for path in list(folder.path.iterdir()):
        path.unlink()
    assert folder.read() == ([], [], ["."])
    assert folder.registry.is_blank
    folder.write("b.yaml")
    assert folder.read() == ([], ["a"], [])
    assert not folder.registry.is_blank


def test_the_only_posting_may_be_deleted(folder):
    folder.write("a.yaml")
    folder.read()
    (folder.path / "a.yaml").unlink()
    assert folder.read() == ([], ["a"], [])
    assert folder.read() == ([], [], [])
    assert not folder.registry.is_blank


def test_a_renamed_file_is_a_new_posting(folder):
    folder.write("a.yaml")
    folder.read()
    (folder.path / "a.yaml").rename(folder.path / "b.yaml")
    assert folder.read() == (["b"], ["a"], [])


def test_a_file_moved_to_a_sub_folder_is_the_same_posting(folder):
    folder.write("a.yaml")
    folder.read()
    (folder.path / "2027").mkdir()
    (folder.path / "a.yaml").rename(folder.path / "2027" / "a.yaml")
    assert folder.read() == ([], [], [])


def test_a_file_that_becomes_markdown_is_the_same_posting(folder):
    folder.write("a.yaml")
    folder.read()
    (folder.path / "a.yaml").unlink()
    folder.write("a.md", f"---\n{GOOD}---\nNow with a text.\n")
    assert folder.read() == (["a"], [], [])


def test_a_touched_file_is_no_change(folder):
    folder.write("a.yaml")
    folder.read()
    os.utime(folder.path / "a.yaml", (1, 1))
    assert folder.read() == ([], [], [])
    folder.write("a.yaml", "# a comment\n" + GOOD)
    assert folder.read() == ([], [], [])


def test_a_change_that_neither_size_nor_times_show_is_found_when_the_path_is_named(folder, monkeypatch):
    monkeypatch.setattr("bot.sources.files.folder.signature", lambda status: 0)
    folder.write("a.yaml", GOOD + "location: Ulm\n")
    folder.read()
    folder.write("a.yaml", GOOD + "location: Bad\n")
    assert folder.read() == ([], [], [])
    assert folder.read("elsewhere.yaml", "../a.yaml") == ([], [], [])
    assert folder.read("a.yaml") == (["a"], [], [])


def test_a_named_path_is_found_from_the_working_folder_too(folder, monkeypatch):
    monkeypatch.setattr("bot.sources.files.folder.signature", lambda status: 0)
    monkeypatch.chdir(folder.path)
    folder.write("postings/a.yaml")
    registry = Registry(Path("postings"), "UTC")
    registry.read()
    folder.write("postings/a.yaml", GOOD + "location: Ulm\n")
    assert registry.read([folder.path / "postings" / "a.yaml"]).changed
    folder.write("postings/a.yaml", BAD)
    reading = registry.read([Path("postings/a.yaml")])
    assert [problem.path for problem in reading.problems] == [str(Path("postings/a.yaml"))]


def test_readmes_and_hidden_files_are_no_postings(folder):
    for name in [
        "README.md",
        "readme.md",
        "Readme.yaml",
        ".a.yaml",
        "_a.yaml",
        ".git/a.yaml",
        "_old/a.yaml",
        "a.yaml~",
    ]:
        folder.write(name, "no posting")
    assert folder.read() == ([], [], [])


def test_a_file_that_could_not_be_read_is_tried_again_though_it_looks_the_same(folder, monkeypatch):
    folder.write("a.yaml", GOOD + "location: Ulm\n")
    folder.read()
    folder.write("a.yaml", GOOD + "location: Kiel\n")
    with monkeypatch.context() as broken:
        broken.setattr("builtins.open", refuse)
        assert folder.read() == ([], [], ["a.yaml"])
    assert folder.in_force["a"].location == "Ulm"
    assert folder.read() == (["a"], [], [])


def refuse(*args, **kwargs):
    raise PermissionError(13, "Permission denied")


def test_a_dangling_link_is_read_once_its_target_is_there(folder, tmp_path_factory):
    target = tmp_path_factory.mktemp("elsewhere") / "a.yaml"
    folder.registry.follow_links = True
    (folder.path / "a.yaml").symlink_to(target)
    assert folder.read() == ([], [], ["a.yaml"])
    target.write_text(GOOD)
    assert folder.read() == (["a"], [], [])


def test_a_sub_folder_that_cannot_be_read_keeps_its_postings(folder, monkeypatch):
    folder.write("2027/a.yaml")
    folder.write("2028/b.yaml")
    folder.write("c.yaml")
    folder.read()
    scandir = os.scandir
    (folder.path / "2028" / "b.yaml").unlink()
    with monkeypatch.context() as broken:
        broken.setattr(os, "scandir", lambda path: refuse() if str(path).endswith("2027") else scandir(path))
        assert folder.read() == ([], ["b"], ["2027"])
    assert folder.read() == ([], [], [])


def test_a_folder_that_is_missing_is_a_problem_and_takes_nothing_away(folder):
    folder.write("postings/a.yaml")
    folder.registry.folder = folder.path / "postings"
    folder.read()
    (folder.path / "postings").rename(folder.path / "gone")
    assert folder.read() == ([], [], ["postings"])
    (problem,) = folder.registry.read().problems
    assert problem.text.startswith("is empty or missing, and 1 postings were there")
    (folder.path / "gone").rename(folder.path / "postings")
    assert folder.read() == ([], [], [])


def test_a_folder_that_was_never_there_is_a_problem(tmp_path):
    reading = Registry(tmp_path / "postings", "UTC").read()
    assert [str(problem) for problem in reading.problems] == [
        f"{tmp_path / 'postings'}:1: the folder cannot be read: No such file or directory"
    ]


def test_of_two_files_with_one_id_the_first_in_force_stays(folder):
    folder.write("a.yaml", GOOD + "location: first\n")
    folder.read()
    folder.write("a.md", f"---\n{GOOD}location: second\n---\n")
    assert folder.read() == ([], [], ["a.md", "a.yaml"])
    assert folder.in_force["a"].location == "first"
    folder.write("a.yaml", GOOD + "location: still first\n")
    assert folder.read() == (["a"], [], ["a.md", "a.yaml"])
    assert folder.in_force["a"].location == "still first"
    (folder.path / "a.yaml").unlink()
    assert folder.read() == (["a"], [], [])
    assert folder.in_force["a"].location == "second"


def test_of_two_files_that_come_at_once_with_one_id_neither_is_in_force_until_one_is_renamed(folder):
    folder.write("a.yaml")
    folder.write("a.md", f"---\n{GOOD}---\n")
    folder.write("b.yaml")
    assert folder.read() == (["b"], [], ["a.md", "a.yaml"])
    (folder.path / "a.md").rename(folder.path / "c.md")
    assert folder.read() == (["a", "c"], [], [])


def test_a_file_with_another_ending_claims_no_id(folder):
    folder.write("a.yml", "no posting")
    folder.write("a.yaml")
    assert folder.read() == (["a"], [], ["a.yml"])


def test_an_alias_that_clashes_is_told_but_both_stay_in_force(folder):
    folder.write("a.yaml", GOOD + "aliases: [b]\n")
    folder.write("b.yaml")
    assert folder.read() == (["a", "b"], [], ["a.yaml"])
    (folder.path / "b.yaml").unlink()
    assert folder.read() == ([], ["b"], [])


def test_every_key_arrives(folder):
    folder.write(
        "a.yaml",
        """\
title: ' PhD in "Robotics": 100 % 🤖 '
role: [phd, postdoc, phd]
status: filled
organization: University
group: Robots
location: Rostock, Germany
workplace: hybrid
posted: 2027-03-01
deadline: 2027-05-02 12:00
deadline_kind: review-begins
start: 2027-10-01
duration: 3 years
pay: TV-L E13
fte: 65.5
openings: 2
degree: MSc
languages: [English, German]
skills: Python
supervisors: [A, B]
project: Arms
funder: [C]
call: spring
url: https://lab.example/jobs
apply: jobs@lab.example
contact: {name: Office, email: office@lab.example, url: "https://lab.example"}
tags: [arms, legs]
summary: >
  One
  paragraph.
description: |
  Several

  paragraphs.
aliases: [old-a]
""",
    )
    assert folder.read() == (["a"], [], [])
    posting = folder.in_force["a"]
    assert (posting.title, posting.roles) == ('PhD in "Robotics": 100 % 🤖', (Role.PHD, Role.POSTDOC))
    assert (posting.status, posting.workplace) == (Status.FILLED, Workplace.HYBRID)
    assert (posting.organization, posting.group, posting.location) == ("University", "Robots", "Rostock, Germany")
    assert (posting.posted, posting.deadline_kind) == (date(2027, 3, 1), DeadlineKind.REVIEW_BEGINS)
    assert (posting.start, posting.duration, posting.pay) == ("2027-10-01", "3 years", "TV-L E13")
    assert (posting.fte, posting.openings) == (65.5, 2)
    assert (posting.degree, posting.languages, posting.skills) == (("MSc",), ("English", "German"), ("Python",))
    assert (posting.supervisors, posting.project, posting.funder) == (("A", "B"), ("Arms",), ("C",))
    assert (posting.call, posting.url, posting.apply) == ("spring", "https://lab.example/jobs", "jobs@lab.example")
    assert posting.contact == Contact("Office", "office@lab.example", "https://lab.example")
    assert (posting.tags, posting.aliases) == (("arms", "legs"), ("old-a",))
    assert (posting.summary, posting.description) == ("One paragraph.", "Several\n\nparagraphs.")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_body_of_a_markdown_file_is_its_description(folder, newline):
    text = f"--- \n{GOOD}---\n\n# Robots\n\n---\n\nNO `12:30` *a* &b !c\n\n"
    (folder.path / "a.md").write_bytes(text.replace("\n", newline).encode())
    assert folder.read() == (["a"], [], [])
    assert folder.in_force["a"].description == "# Robots\n\n---\n\nNO `12:30` *a* &b !c"


def test_markdown_without_a_body_may_have_its_description_above(folder):
    folder.write("a.md", f"---\n{GOOD}description: Robots\n---")
    assert folder.read() == (["a"], [], [])
    assert folder.in_force["a"].description == "Robots"


def test_what_looks_like_yaml_signs_within_text_is_text(folder):
    folder.write(
        "a.yaml", GOOD + 'summary: R&D, 5 * 3 ! "a" [x] {y}\nlocation: "*x &y !z #"\ndescription: |\n  *a* &b !c\n'
    )
    assert folder.read() == (["a"], [], [])
    assert folder.in_force["a"].location == "*x &y !z #"


@pytest.mark.parametrize("mark", ["(m/f/d)", "(w/m/d)", "(m/w/d/x)", "(F/M/X)", "[m/w/d]", "(m|f|d)"])
def test_a_title_loses_what_only_adverts_need(tmp_path, mark):
    (tmp_path / "x.yaml").write_text(f'title: "PhD student {mark} in robotics (ML/AI)"\nrole: phd\n')
    (read,) = Registry(tmp_path, "UTC").read().changed
    assert read.title == "PhD student in robotics (ML/AI)"
