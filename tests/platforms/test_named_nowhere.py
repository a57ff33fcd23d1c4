"""Nothing outside a kind's own folder knows its name: what is wanted of a platform is asked of its description."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.platforms.kinds import kinds

ROOT = Path(bot.__file__).parent
AMBIGUOUS = {"web", "console"}
"""Names that are words of their own, too, such as the config's section for the board: a whole string names them, or an
import.
"""

ALLOWED = {
    ("keys.py", "web"): "the section of the config for the board",
    ("reading.py", "web"): "the section of the config for the board",
    ("listening.py", "web"): "the section of the config for the board",
    ("present.py", "web"): "the section of the config for the board",
    ("signs.py", "slack"): "a sentence for people",
    ("signs.py", "telegram"): "a sentence for people",
    ("labels.py", "slack"): "a sentence for people",
    ("labels.py", "telegram"): "a sentence for people",
    ("submitting.py", "console"): "whoever uses the command line, as the audit names them",
    ("people.py", "telegram"): "an example, for whoever moves follows to another bot",
    ("fields.py", "slack"): "an example, for whoever writes the owner of a posting",
}


def found(source: str) -> Iterator[str]:
    """Each kind that a module names in an import, or in a string, other than one that documents the code."""
    tree = ast.parse(source)
    documenting = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documenting:
            for kind in kinds():
                exactly = kind in AMBIGUOUS
                if node.value == kind if exactly else re.search(rf"\b{kind}\b", node.value, re.IGNORECASE):
                    yield kind
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            yield from (
                kind
                for kind in kinds()
                if any(f"bot.platforms.{kind}" == name or f"bot.platforms.{kind}." in name for name in names)
            )
        elif isinstance(node, ast.Import):
            yield from (kind for kind in kinds() if any(f"bot.platforms.{kind}" in alias.name for alias in node.names))


def test_no_kind_is_named_outside_of_its_folder():
    named = set()
    for file in ROOT.rglob("*.py"):
        path = file.relative_to(ROOT)
        own = path.parts[1] if path.parts[0] == "platforms" else None
        named |= {(path.name, kind) for kind in found(file.read_text(encoding="utf-8")) if kind != own}
    assert named - ALLOWED.keys() == set()


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("if kind == 'telegram': pass", "telegram"),
        ("text = f'{x} in Slack'", "slack"),
        ("from bot.platforms.web import Web", "web"),
        ("from bot.platforms import slack", "slack"),
        ("import bot.platforms.telegram.adapter", "telegram"),
        ("kind in ('console', 'web')", "console"),
    ],
)
def test_a_name_is_found_wherever_it_stands(source, kind):
    assert kind in set(found(source))


def test_what_documents_the_code_may_speak_of_kinds():
    assert not list(found('"""As Telegram does."""\ndef f():\n    """Like Slack."""\nX = 1\n"""Of the console."""'))
