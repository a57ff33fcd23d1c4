"""A new file rests before anybody hears of it; over a real folder, with a clock that the test moves."""

import pytest

from bot.questions.index import Index
from bot.sources.files import Registry
from bot.sources.files.settling import Settling

SECONDS = 60.0


class Desk:
    """A folder, what the bot has in force of it, and a clock."""

    def __init__(self, folder, seconds=SECONDS):
        self.folder = folder
        self.seconds = 0.0
        self.registry = Registry(folder, "Europe/Berlin")
        self.settling = Settling(folder, seconds, lambda: self.seconds)
        self.index = Index()
        self.remembered, self.held = set(), set()
        self._put(self.settling.begin(self.registry.read()))

    def _put(self, reading):
        self.index.change(reading.changed, reading.removed)
        self.last = reading

    def write(self, name, text="", title="PhD on owls", *, role="phd"):
        (self.folder / f"{name}.yaml").write_text(f"title: {title}\nrole: {role}\n{text}")
        return self.look()

    def look(self):
        """Looks at the folder; gives the ids that anybody can find."""
        reading = self.registry.read()
        known = self.settling.unknown(reading) & self.remembered
        self._put(self.settling.take_in(reading, self.index.get, known, self.held))
        return {posting.id for posting in self.index if posting.status != "draft"}

    def after(self, seconds):
        self.seconds += seconds
        return self.look()


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_what_is_there_at_the_start_does_not_rest_and_what_comes_does(tmp_path):
    (tmp_path / "owls.yaml").write_text("title: Owls\nrole: phd\n")
    desk = Desk(tmp_path)
    assert desk.look() == {"owls"}
    assert desk.write("bats") == {"owls"}
    assert desk.settling.seconds_left() == SECONDS
    assert desk.settling.resting.keys() == {"bats"}
    assert desk.after(SECONDS - 0.01) == {"owls"}
    assert desk.after(0.01) == {"owls", "bats"}
    assert desk.settling.seconds_left() is None


def test_each_write_begins_the_rest_anew_even_one_that_changes_nothing(desk):
    desk.write("bats", title="A copy")
    desk.seconds += 50
    desk.write("bats", title="Postdoc on bats")
    assert desk.after(50) == set()
    path = desk.folder / "bats.yaml"
    path.write_text(path.read_text() + "\n")  # an autosave
    assert desk.look() == set()
    assert desk.after(59) == set()
    assert desk.after(1) == {"bats"}
    assert desk.index.get("bats").title == "Postdoc on bats"


def test_a_file_that_does_not_hold_up_does_not_rest(desk):
    desk.write("bats")
    desk.seconds += 30
    desk.write("bats", "deadline: 2027-0")  # somebody is typing
    assert desk.settling.seconds_left() is None
    assert desk.after(1000) == set()
    desk.write("bats", "deadline: 2027-05-02")
    assert desk.after(59) == set()
    assert desk.after(1) == {"bats"}
    assert desk.index.get("bats").deadline


def test_one_that_is_mended_to_what_it_was_rests_all_the_same(desk):
    desk.write("bats")
    desk.write("bats", "deadline: nonsense")
    desk.seconds += 100
    assert desk.write("bats") == set()
    assert desk.after(60) == {"bats"}


def test_what_is_known_changes_at_once(desk):
    desk.write("bats")
    desk.after(60)
    desk.write("bats", title="Bats by night")
    assert desk.index.get("bats").title == "Bats by night"
    (desk.folder / "bats.yaml").unlink()
    assert desk.look() == set()
    assert desk.write("bats", title="Bats once more") == {"bats"}


def test_what_the_ledger_remembers_is_not_new(desk):
    desk.remembered = {"bats"}
    assert desk.write("bats") == {"bats"}
    assert desk.write("owls") == {"bats"}


def test_a_draft_is_seen_at_once_and_rests_when_it_is_opened(desk):
    desk.write("bats", "status: draft\n")
    assert desk.index.get("bats").status == "draft"
    assert desk.write("bats", "status: open\n") == set()
    desk.seconds += 30
    desk.write("bats", "status: draft\n")
    assert desk.settling.seconds_left() is None
    desk.write("bats", "status: open\n")
    assert desk.after(59) == set()
    assert desk.after(1) == {"bats"}


@pytest.mark.parametrize("way", ["moved", "copied, then deleted", "deleted, then written", "with its former id"])
def test_a_rename_is_no_new_file(desk, way):
    desk.write("bats")
    desk.after(60)
    before, after = desk.folder / "bats.yaml", desk.folder / "flying-bats.yaml"
    if way == "moved":
        before.rename(after)
    elif way == "copied, then deleted":
        after.write_text(before.read_text())
        assert desk.after(20) == {"bats"}
        before.unlink()
    elif way == "deleted, then written":
        text = before.read_text()
        before.unlink()
        assert desk.look() == set()
        desk.seconds += 1
        after.write_text(text)
    else:
        after.write_text("title: Bats that fly\nrole: postdoc\naliases: [bats]\n")
        before.unlink()
    assert desk.look() == {"flying-bats"}
    assert desk.settling.resting == {}


def test_a_new_file_that_is_renamed_goes_on_resting(desk):
    desk.write("copy-of-bats")
    desk.seconds += 40
    (desk.folder / "copy-of-bats.yaml").rename(desk.folder / "bats.yaml")
    assert desk.look() == set()
    assert desk.after(19) == set()
    assert desk.after(1) == {"bats"}


def test_a_copy_of_an_open_posting_is_not_announced_before_it_differs_and_has_rested(desk):
    desk.write("bats")
    desk.after(60)
    text = (desk.folder / "bats.yaml").read_text()
    (desk.folder / "owls.yaml").write_text(text)
    assert desk.look() == {"bats"}
    desk.seconds += 45
    desk.write("owls", title="Postdoc on owls")
    assert desk.after(59) == {"bats"}
    assert desk.after(1) == {"bats", "owls"}
    assert desk.index.get("owls").title == "Postdoc on owls"


def test_a_former_id_that_is_still_in_use_makes_no_rename(desk):
    desk.write("bats")
    desk.after(60)
    assert desk.write("owls", "aliases: [bats]\n", title="Owls") == {"bats"}
    assert desk.settling.resting.keys() == {"owls"}


def test_one_that_goes_away_before_it_has_rested_was_never_there(desk):
    desk.write("bats")
    (desk.folder / "bats.yaml").unlink()
    assert desk.look() == set()
    assert desk.last.removed == ()
    assert desk.settling.seconds_left() is None


def test_with_no_rest_it_is_at_once(tmp_path):
    desk = Desk(tmp_path, seconds=0.0)
    assert desk.write("bats") == {"bats"}
    assert desk.write("copy", title="PhD on owls") == {"bats", "copy"}


def test_another_config_does_not_end_the_rest(desk):
    desk.write("bats")
    desk.after(60)
    desk.write("owls")
    desk.registry, desk.index = Registry(desk.folder, "UTC"), Index()
    desk.settling = desk.settling.going_on(desk.folder, SECONDS)
    desk._put(desk.settling.begin(desk.registry.read()))
    assert desk.look() == {"bats"}
    assert desk.after(60) == {"bats", "owls"}
    elsewhere = desk.settling.going_on(desk.folder / "elsewhere", SECONDS)
    assert elsewhere.begin(Registry(desk.folder, "UTC").read()).changed != ()


def test_what_is_being_changed_from_chat_is_as_it_was_until_that_is_done(desk):
    desk.write("owls")
    desk.after(SECONDS)
    desk.held = {"owls", "bats"}
    desk.remembered = {"bats"}
    assert desk.write("owls", title="Barn owls") == {"owls"}
    assert desk.index.get("owls").title == "PhD on owls"
    assert desk.write("bats") == {"owls"}
    assert desk.settling.held == {"owls", "bats"}
    assert desk.settling.seconds_left() == 1.0
    assert desk.after(SECONDS) == {"owls"}
    desk.held = {"bats"}
    desk.after(0.5)
    assert desk.index.get("owls").title == "Barn owls"
    assert desk.settling.seconds_left() == 1.0
    desk.after(0.6)
    desk.seconds += 0.6
    assert desk.settling.seconds_left() == pytest.approx(0.4)
    desk.held = set()
    assert desk.look() == {"owls", "bats"}  # for it is known to be published, and does not rest
    assert desk.settling.seconds_left() is None


def test_what_was_held_and_is_gone_again_never_was(desk):
    desk.held = {"bats"}
    desk.write("bats")
    (desk.folder / "bats.yaml").unlink()
    desk.held = set()
    assert desk.look() == set()
    assert desk.settling.seconds_left() is None


def test_at_the_start_it_is_held_too(tmp_path):
    (tmp_path / "owls.yaml").write_text("title: Owls\nrole: phd\n")
    registry = Registry(tmp_path, "Europe/Berlin")
    settling = Settling(tmp_path, SECONDS, lambda: 0.0)
    assert settling.begin(registry.read(), {"owls"}).changed == ()
    [posting] = settling.take_in(registry.read(), lambda _: None, {"owls"}).changed
    assert posting.id == "owls"
