"""A drill: a toy language in a folder of its own is spoken, and no other file was touched for it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bot

pytestmark = pytest.mark.slow  # a copy of all, and processes of its own

BOT = Path(bot.__file__).parent
CODE = "eo"  # what people speak there is made up, so that nothing of it is anywhere else

CATALOGUE = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "Open positions"
msgstr "Liberaj blipoj"

msgid "You are welcome."
msgstr "Ne dankinde blip."

msgid "{n} position"
msgid_plural "{n} positions"
msgstr[0] "{n} blipo"
msgstr[1] "{n} blipoj"
"""

ONLY_PAGES = """
[roles]
phd = "glimisto"

[day]
due = "findato"

[months]
5 = "glimajo"
"""
PAGE = """# Blorfisto pri strigoj

Du blipejoj. Finblip: 3 May 2031. Salblip: 2100 EUR.

# Glimisto pri vespertoj

Findato: 4 glimajo 2031.
"""

POSTING = """
id: {name}
title: {title}
role: {role}
location: {place}
languages: [{language}]
status: open
deadline: {deadline}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    """A copy of the package, with one folder more."""
    there = tmp_path_factory.mktemp("program")
    shutil.copytree(BOT, there / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    new = there / "bot" / "language" / CODE
    shutil.copytree(BOT / "language" / "en", new)

    def change(name: str, *changes: tuple[str, str]) -> None:
        text = (new / name).read_text(encoding="utf-8")
        for old, replacement in changes:
            assert old in text, (name, old)
            text = text.replace(old, replacement, 1)
        (new / name).write_text(text, encoding="utf-8")

    change("pack.toml", ('locale = "en"', 'locale = "eo"'))
    change("roles.toml", ('phd = """phd', 'phd = """blorfisto, phd'))
    change("negation.toml", ('"without"', '"malkun"'))
    change("small_words.toml", ('noise = """', 'noise = """kie estas '))
    change("courtesy.toml", ("thanks = ", 'thanks = "grazblip" #'))
    change("questions.toml", ('count = ["how_many"', 'count = ["kiom_da"'))
    change("time.toml", ('1 = "tomorrow', '1 = "blorgau, tomorrow'))
    change("commands.toml", ("[names]", '[names]\npositions = "blipoj"\n'))
    change("names.toml", ('FM = "', 'FM = "Blipio, '))
    change("pages.toml", ('due = """', 'due = """finblip, '), ('nouns = """', 'nouns = """blipejoj, '))
    change("pages.toml", ('words = """', 'words = """salblip, '), ('numbers = "one, two', 'numbers = "one, du'))
    only_pages = there / "bot" / "language" / "tok"
    only_pages.mkdir()
    (only_pages / "pages.toml").write_text(ONLY_PAGES, encoding="utf-8")
    (new / "callboard.po").write_text(CATALOGUE, encoding="utf-8")
    return there


@pytest.fixture(scope="module")
def lab(program) -> Path:
    folder = program / "lab"
    (folder / "postings").mkdir(parents=True)
    rows = (
        ("a", "Owls", "phd", "Rostock, Germany", "German", "2031-01-01 12:00"),
        ("b", "Bats", "phd", "Paris, France", "English", "2031-01-01 12:00"),
        ("c", "Newts", "postdoc", "Paris, France", "English", "2031-01-01 12:00"),
    )
    for row in rows:
        values = dict(zip(("name", "title", "role", "place", "language", "deadline"), row, strict=True))
        text = POSTING.format(**values).replace(f"id: {values['name']}\n", "")
        (folder / "postings" / f"{values['name']}.yaml").write_text(text.lstrip(), encoding="utf-8")
    (folder / "config.yaml").write_text(
        f"registry: postings\ndatabase: sqlite:///callboard.db\ntimezone: Europe/Berlin\nlanguage: {CODE}\n"
        "platforms:\n  console: {}\nchannels:\n  - name: terminal\n    platform: console\n"
        "web:\n  listen: 127.0.0.1:8080\n  base_url: https://jobs.lab.example\n",
        encoding="utf-8",
    )
    return folder


def run(program, lab, *arguments) -> str:
    environment = {**os.environ, "PYTHONPATH": str(program)}
    command = [sys.executable, "-P", *arguments]
    ran = subprocess.run(command, cwd=lab, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def asked(program, lab, *words) -> dict[str, object]:
    options = ("--config", "config.yaml", "--at", "2030-03-10T12:00Z", "--json")
    return json.loads(run(program, lab, "-m", "bot", "ask", *options, *words))


def test_a_config_may_name_it(program, lab):
    run(program, lab, "-m", "bot", "check", "--config", "config.yaml")


def test_a_schema_lists_it(program, lab):
    script = "from bot.config import keys; print(keys._DEFAULTS['language'].schema)"
    assert f"'{CODE}'" in run(program, lab, "-c", script)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("kie estas blorfisto?", ["a", "b"]),
        ("blorfisto malkun German", ["b"]),
        ("blipoj", ["a", "b", "c"]),
        ("postdoc", ["c"]),
    ],
)
def test_a_question_is_understood_with_its_words(program, lab, text, ids):
    found = asked(program, lab, text)
    assert sorted(found["postings"]) == ids
    assert "words" in found["understood"]
    assert found["understood"]["words"] == []


def test_an_answer_is_in_its_catalogue(program, lab):
    assert "Liberaj blipoj" in asked(program, lab, "/positions")["text"]
    assert asked(program, lab, "grazblip")["text"].strip() == "Ne dankinde blip."
    assert asked(program, lab, "kiom da blorfisto")["understood"]["intent"] == "count"
    assert asked(program, lab, "deadlines blorgau")["understood"]["deadline"] == {
        "from": "2030-03-11",
        "to": "2030-03-11",
    }


def test_the_board_is_in_it(program, lab):
    run(program, lab, "-m", "bot", "export", "--config", "config.yaml", "--format", "html", "--out", "site")
    page = (lab / "site" / "index.html").read_text(encoding="utf-8")
    assert f'<html lang="{CODE}"' in page
    assert "Liberaj blipoj" in page
    assert "3 blipoj" in page
    assert "1 januaro 2031" in page.lower()


def test_a_page_in_it_is_read_and_one_in_a_language_of_pages_alone(program, lab):
    (lab / "page.md").write_text(PAGE, encoding="utf-8")
    found = run(program, lab, "-m", "bot", "import", "--kind", "page", "page.md", "--dry-run", "--json")
    fields = [json.loads(line)["fields"] for line in found.splitlines()]
    assert [(each["role"], each["deadline"]) for each in fields] == [(["phd"], "2031-05-03"), (["phd"], "2031-05-04")]
    assert (fields[0]["openings"], fields[0]["pay"]) == (2, "2100 EUR")
