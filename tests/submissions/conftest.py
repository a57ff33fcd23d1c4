"""A registry, a database and git, each of the test's own."""

import subprocess

import pytest

from bot.config import read as read_config
from bot.domain.draft import Contributor
from bot.domain.person import Person
from bot.engine.board import Callboard
from bot.store import Ledger
from bot.submissions.submissions import Submissions
from tests.store.conftest import postgresql_url, server, sqlite_url, url  # noqa: F401  # fixtures

pytest.register_assert_rewrite("tests.submissions.surviving")  # or it is not told what does not hold

ADA = Contributor(Person("slack", "U0ADA"), "Ada Example")
BOB = Contributor(Person("telegram", "4711"), "Bob Beispiel")
OWLS = {"title": "PhD in Owls", "role": ["phd"], "deadline": "2027-05-02"}


@pytest.fixture(autouse=True)
def git_alone(tmp_path_factory, monkeypatch):
    """Git without the config of whoever runs the tests."""
    home = tmp_path_factory.mktemp("home")
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / "gitconfig"))
    monkeypatch.setenv("HOME", str(home))
    (home / "gitconfig").write_text(
        '[user]\nname = Lab\nemail = lab@lab.example\n[init]\ndefaultBranch = main\n[protocol "file"]\nallow = always\n'
    )
    return home


def run(folder, *command, **given):
    done = subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True, text=True, **given)
    return done.stdout


class Lab:
    """A folder with a config and postings, perhaps under git."""

    def __init__(self, folder, database):
        self.folder, self.database = folder, database
        self.postings = folder / "postings"
        self.postings.mkdir(parents=True)
        self.config = folder / "config.yaml"
        self.config.write_text(
            f"registry: postings\ndatabase: {database}\ntimezone: Europe/Berlin\nplatforms: {{console: {{}}}}\n"
        )
        self._ledgers = []

    def git(self, *command, **given):
        return run(self.folder, *command, **given)

    def under_git(self):
        self.git("init", "-q")
        (self.folder / "README").write_text("x\n")
        self.git("add", "README")
        self.git("commit", "-qm", "Begin")
        return self

    def log(self, form="%s"):
        return self.git("log", f"--format={form}", "--reverse").splitlines()

    async def submissions(self, *, uses_git=False):
        """As another process would have it."""
        board = Callboard(read_config(self.config))
        board.read()
        ledger = await Ledger.open(self.database)
        self._ledgers.append(ledger)

        async def look(_):
            board.take_in(board.registry.read())

        return Submissions(board, ledger.drafts, uses_git=uses_git, written=look)

    async def close(self):
        for ledger in self._ledgers:
            await ledger.close()


@pytest.fixture
async def lab(tmp_path, url):  # noqa: F811  # the fixture
    made = Lab(tmp_path / "lab", url)
    yield made
    await made.close()
