"""One conversation, as it goes on every platform: what is said, and what the answer holds."""

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
    ("remind me of that", "I cannot remind", "Doves"),
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
