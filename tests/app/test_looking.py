"""The registry is looked at while somebody changes it from chat: whatever instant a look comes at, nobody hears of what
is not done, and what is done does not rest."""

import pytest

from bot.app.bot import _RegistryWatch
from bot.config import read
from bot.engine.board import Callboard
from bot.sources.files.settling import Settling


class Drafts:
    """The database as it is asked while a draft is under way, which ends before its `end`-th question."""

    def __init__(self, end, ends, published):
        self.left, self.ends, self.is_published, self.is_under_way = end, ends, published, True

    def asked(self):
        if not self.left and self.is_under_way:
            self.is_under_way = False
            self.ends()
        self.left -= 1

    async def held_back(self):
        self.asked()
        return frozenset({"owls"} if self.is_under_way else ())

    async def published(self, names):
        self.asked()
        return frozenset(names) if self.is_published and not self.is_under_way else frozenset()


class Rounds:
    async def remembered(self, _):
        return ()


@pytest.fixture
def board(tmp_path):
    (tmp_path / "postings").mkdir()
    (tmp_path / "config.yaml").write_text("registry: postings\n")
    (tmp_path / "postings" / "bats.yaml").write_text("title: Bats\nrole: phd\n")
    return Callboard(read(tmp_path / "config.yaml"))


def looking(board, settle, end, ends, *, published):
    settling = Settling(board.config.registry, settle)
    board.begin(settling.begin(board.look()))
    drafts = Drafts(end, ends, published)
    (board.config.registry / "owls.yaml").write_text("title: Owls\nrole: phd\n")
    return settling, drafts, _RegistryWatch(board, settling, Rounds(), drafts)


@pytest.mark.parametrize("end", range(5))
async def test_what_is_done_while_it_is_looked_at_is_in_force_at_the_latest_with_the_next_look(board, end):
    settling, drafts, watch = looking(board, 3600.0, end, lambda: None, published=True)
    for _ in range(3):
        await watch.look_at(board.config.registry / "owls.yaml")
        assert not settling.resting
        assert not drafts.is_under_way or board.find("owls") is None
    assert board.find("owls")


@pytest.mark.parametrize("end", range(1, 5))
async def test_what_is_undone_while_it_is_looked_at_is_never_in_force(board, end):
    file = board.config.registry / "owls.yaml"
    settling, _, watch = looking(board, 0.0, end, file.unlink, published=False)
    for _ in range(3):
        await watch.look_at(file)
        assert board.find("owls") is None
    assert not settling.held
