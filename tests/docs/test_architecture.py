"""docs/architecture.md against the code: it names the rooms that there are, and its ways lead through what is there."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
ROOMS = re.findall(r"^\| `(\w+)` \| (.*) \|[^|]*\|$", PAGE.partition("## Rooms")[2].partition("\n## ")[0], re.MULTILINE)
STEPS = sorted(set(re.findall(r"`((?:\w+/)*\w+\.\w+)(?:\([^`]*\))?`", PAGE.partition("## Ways through the house")[2])))
COMMANDS = {"callboard", "check"}
# Methods of the platforms' own, by whose names their documentation is found.
THEIRS = {"chat.postMessage", "conversations.history", "views.open", "views.publish"}


@cache
def classes():
    """By name, each class's own names and those of the classes that it is made of."""
    nodes = [
        node
        for path in (ROOT / "bot").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    own = {node.name: _names(node) for node in nodes}
    bases = {node.name: [getattr(base, "id", "") for base in node.bases] for node in nodes}

    def whole(name):
        return own.get(name, set()).union(*map(whole, bases.get(name, ())))

    return {name: whole(name) for name in own}


def _names(node):
    defined = {each.name for each in ast.walk(node) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}
    return (
        defined
        | {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
        | {
            each.target.id
            for each in node.body
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
        }
    )


@cache
def modules():
    """By name, what each module of that name defines: there may be several."""
    defined = {}
    for path in (ROOT / "bot").rglob("*.py"):
        name = path.stem if path.stem != "__init__" else path.parent.name
        body = ast.parse(path.read_text("utf-8")).body
        named = {each.name for each in body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
        defined.setdefault(name, set()).update(named)
    return defined


def test_the_rooms_are_those_that_there_are_in_the_order_that_is_held():
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]
    assert [name for name, _ in ROOMS] == contract["layers"]
    folders = {path.name for path in (ROOT / "bot").iterdir() if path.is_dir() and list(path.glob("*.py"))}
    assert {name for name, _ in ROOMS} == folders


def test_what_a_room_is_said_to_hold_is_in_it():
    beside = {path.name for path in ROOT.iterdir()} | COMMANDS
    for room, text in ROOMS:
        held = {path.stem for path in (ROOT / "bot" / room).rglob("*")} | beside
        assert [name for name in re.findall(r"`([a-z_]+)/?`", text) if name not in held] == [], room


def test_each_step_of_a_way_leads_somewhere():
    assert [step for step in STEPS if not _is_there(step)] == []


def _is_there(step):
    if step.endswith(".py"):
        return any(path.as_posix().endswith(f"/{step}") for path in (ROOT / "bot").rglob("*.py"))
    place, _, name = step.rpartition("/")[2].partition(".")
    return step in THEIRS or name in classes().get(place, ()) or name in modules().get(place, ())
