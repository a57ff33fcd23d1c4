"""Names: what stands for one thing stands for no other."""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


@cache
def modules():
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in sorted((ROOT / "bot").rglob("*.py"))
    }


def test_no_class_name_stands_for_two_things():
    places = defaultdict(list)
    for file, module in modules().items():
        for node in module.body:
            if isinstance(node, ast.ClassDef):
                places[node.name].append(file)
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


VAGUE = {"one", "it", "thing", "told", "said", "kept", "info", "res", "tmp", "obj", "val", "stuff"}


def test_a_variable_says_what_it_holds():
    """Fields of a class apart: what they hold is told beside them."""
    vague = []
    for file, module in modules().items():
        nodes = list(ast.walk(module)) if not file.startswith("bot/sources/pages/") else []
        members = [member for node in nodes if isinstance(node, ast.ClassDef) for member in node.body]
        fields = {member.target for member in members if isinstance(member, ast.AnnAssign)}
        names = [(node.id, node) for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
        names += [(node.arg, node) for node in nodes if isinstance(node, ast.arg)]
        vague += [(file, node.lineno, name) for name, node in names if name in VAGUE and node not in fields]
    assert vague == []


def test_no_docstring_has_the_quotes_of_a_text_that_was_split():
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for file, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, documented) and (text := ast.get_docstring(node)):
                assert not re.search(r'"\n\s*" ', text), (file, text)
