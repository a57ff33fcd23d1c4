"""Conversations, as they go on every platform: what is said, and what the answer holds."""

from contextlib import asynccontextmanager
from dataclasses import replace

from bot.app.effects import Effects
from bot.app.responding import Responder
from bot.domain.person import People, Person
from bot.store import Ledger
from bot.submissions.submissions import Submissions

POSTINGS = {
    "bats": "title: Bats\nrole: phd\nlocation: Tübingen\ndeadline: 2027-05-05\napply: https://lab.example/bats\n",
    "crows": "title: Crows\nrole: phd\nlocation: Rostock\ndeadline: 2027-05-06\nlanguages: [German]\n",
    "doves": "title: Doves\nrole: postdoc\nlocation: Rostock\ndeadline: 2027-05-07\napply: https://lab.example/doves\n",
    "eagles": "title: Eagles\nrole: postdoc\nlocation: Rostock\ndeadline: 2027-05-08\nlanguages: [German]\n",
    "finches": "title: Finches\nrole: postdoc\nlocation: Tübingen\ndeadline: 2027-05-09\n",
}

SCRIPT = (
    ("phd", "PhD: 2", ""),
    ("and in Rostock?", "PhD · Rostock", "Crows"),
    ("only postdocs", "Postdoc · Rostock: 2", "Eagles"),
    ("how do I apply for that?", "Which one do you mean?", "Doves"),
    ("the first one", "Doves", "https://lab.example/doves"),
    ("remind me of that", "could not be done", ""),  # there is no database; in the browser, nobody is known
    ("und ohne Deutsch?", "Postdoc · Rostock · without Deutsch", "Doves"),
    ("is it still open?", "Yes: open.", "Doves"),
    ("what about Tübingen?", "Postdoc · Tübingen · without Deutsch", "Finches"),
    ("more", "That is all there is.", ""),
    ("phd in Tübingen", "PhD · Tübingen", "Bats"),
)


def fill(board, folder):
    """Puts the postings of the script in the place of all others."""
    for file in folder.iterdir():
        file.unlink()
    for name, text in POSTINGS.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    board.read()
    assert not board.problems


HANDING_IN = (
    ("new", "What is the title of the position?"),
    ("PhD in Herons: grey, * white_", "Which role is it?"),
    ("Doktorand", "Until when can one apply?"),
    ("5/6/2029", "Which one do you mean?"),
    ("2 May 2029, 12:00", "Wednesday, 2 May 2029, 12:00"),
    ("<", "Until when can one apply?"),
    ("31 May 2029", "Thursday, 31 May 2029, 23:59"),
    ("-", "In which group?"),
    ("-", "How does one apply"),
    ("jobs@lab.example", "Where is the full advert"),
    ("-", "What does it pay?"),
    ("-", "What is it about"),
    ("Standing in water.", "New position: PhD in Herons"),
    ("Publish", "Published: phd-in-herons-grey-white"),
    ("extend phd-in-herons-grey-white 2029-06-02", "Saturday, 2 June 2029"),
    ("close phd-in-herons-grey-white filled", "Closed: phd-in-herons-grey-white"),
)
"""What an editor says in private, in words alone, and what the answer holds."""


@asynccontextmanager
async def taking_postings(board, *editors):
    """A responder with a database, for editors such as `telegram:4711`."""
    board.config = replace(board.config, people=People(editors=frozenset(map(Person.parse, editors))))
    ledger = await Ledger.open(f"sqlite:///{board.config.registry.parent / 'chat.db'}")

    async def look(_path):
        board.take_in(board.registry.read())

    async def turn(_destination):
        return None

    submissions = Submissions(board, ledger.drafts, uses_git=False, written=look)
    yield Responder(board, ledger, submissions, {}, Effects(board, ledger, submissions, {}, turn))
    await ledger.close()


def handed_in(folder):
    """Whether the file says what the conversation is about."""
    lines = (folder / "phd-in-herons-grey-white.yaml").read_text("utf-8").splitlines()
    said = ['title: "PhD in Herons: grey, * white_"', "role: phd", "status: filled", "deadline: 2029-06-02"]
    return set(said) <= set(lines)
