"""Every pattern of the project: what is compiled when a module is read or once when it is asked for, what stands in a
call, what the schema says.
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from inspect import signature
from pathlib import Path
from types import ModuleType

import bot
from bot.platforms.kinds import kinds
from bot.schema import Text
from bot.sources.files import schema
from bot.sources.pages.sayings import said, saying

_FROM_ANY_PLACE = {"search", "sub", "subn", "split", "findall", "finditer"}
_FROM_THE_START = {"match", "fullmatch"}


@dataclass(frozen=True)
class Found:
    """A pattern, where it stands (`bot.domain.letters:_COMMAND`), and whether it may begin anywhere in a text."""

    where: str
    pattern: re.Pattern
    anywhere: bool


def every() -> list[Found]:
    found = {}
    for module in _modules():
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        for one in (*_of_names(module, tree), *_in_calls(module, tree)):
            found.setdefault((one.where, one.pattern, one.anywhere), one)
    for one in (*_of_the_schema(), *_of_platforms(), *_of_pages()):
        found.setdefault((one.pattern, one.anywhere), one)
    return list(found.values())


def _of_pages() -> Iterator[Found]:
    """What pages say, by the language packs: a pattern for each name, made when it is first asked for."""
    for section in ("offers", "status", "applying", "day", "pay", "openings"):
        for name in said(section):
            yield Found(f"pages.toml:{section}.{name}", saying(section, name).pattern, anywhere=True)


def _modules() -> Iterator[ModuleType]:
    for info in pkgutil.walk_packages(bot.__path__, "bot."):
        if "migrations" not in info.name and info.name != "bot.__main__":
            yield importlib.import_module(info.name)


def _of_names(module: ModuleType, tree: ast.Module) -> Iterator[Found]:
    used = _uses(tree)
    for name, value in vars(module).items():
        if getattr(value, "__module__", module.__name__) != module.__name__ and isinstance(value, type):
            continue
        is_made_once = hasattr(value, "cache_info") and not signature(value).parameters
        for pattern, bound in _within(value() if is_made_once else value):
            how = {bound} if bound else used.get(name, set())
            yield Found(f"{module.__name__}:{name}", pattern, not how or bool(how & _FROM_ANY_PLACE))


def _uses(tree: ast.Module) -> dict[str, set[str]]:
    """The methods that are called of each name; of one that is handed on, every method may be."""
    used: dict[str, set[str]] = {}
    attributes = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        of = node.value.func if isinstance(node.value, ast.Call) else node.value  # `_pattern().search` as well
        if isinstance(of, ast.Name):
            used.setdefault(of.id, set()).add(node.attr)
            attributes.add(of)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node not in attributes:
            used.setdefault(node.id, set()).add("search")
    return used


def _within(value: object, depth: int = 0) -> Iterator[tuple[re.Pattern, str]]:
    """The patterns in a value; of a bound method, also its name."""
    if isinstance(value, re.Pattern):
        yield value, ""
    elif isinstance(getattr(value, "__self__", None), re.Pattern):
        yield value.__self__, value.__name__
    elif isinstance(value, Text):
        yield from _of_kind(value)
    elif depth < 6:
        inner: list[object] = []
        if isinstance(value, dict):
            inner = list(value.values())
        elif isinstance(value, list | tuple | set | frozenset):
            inner = list(value)
        elif is_dataclass(value) and not isinstance(value, type):
            inner = [getattr(value, one.name) for one in fields(value)]
        elif isinstance(value, type) or type(value).__module__.startswith("bot."):
            inner = [one for name, one in list(getattr(value, "__dict__", {}).items()) if not name.startswith("__")]
        for one in inner:
            yield from _within(one, depth + 1)


def _of_kind(kind: Text) -> Iterator[tuple[re.Pattern, str]]:
    """The pattern of a value in a file: it is for the whole of it."""
    if kind.pattern:
        yield kind.pattern, "fullmatch"


def _in_calls(module: ModuleType, tree: ast.Module) -> Iterator[Found]:
    """`re.search("…", text)`, also with the name of a text in the module's place of the pattern."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        of = node.func.value
        if not (isinstance(of, ast.Name) and of.id == "re" and node.func.attr in _FROM_ANY_PLACE | _FROM_THE_START):
            continue
        text = node.args[0]
        value = None
        if isinstance(text, ast.Constant):
            value = text.value
        elif isinstance(text, ast.Name):
            value = getattr(module, text.id, None)
        elif isinstance(text, ast.JoinedStr):
            with suppress(NameError):  # made from what a call was given
                value = eval(compile(ast.Expression(text), str(module.__file__), "eval"), dict(vars(module)))
        if isinstance(value, str):
            where = f"{module.__name__}:{node.lineno}"
            yield Found(where, re.compile(value, _flags(node)), node.func.attr in _FROM_ANY_PLACE)


def _flags(node: ast.Call) -> int:
    named = [keyword.value for keyword in node.keywords if keyword.arg == "flags"] + node.args[2:]
    flags = 0
    for one in named:
        for part in ast.walk(one):
            if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "re":
                flags |= getattr(re, part.attr)
    return flags


def _of_platforms() -> Iterator[Found]:
    """What platforms hide in the log, and their headers."""
    for kind in kinds().values():
        for pattern in kind.hidden:
            yield Found(f"{kind.name}:hidden", re.compile(pattern, re.VERBOSE | re.IGNORECASE), anywhere=True)
        for pattern in kind.headers.values():
            yield Found(f"{kind.name}:headers", re.compile(pattern), anywhere=False)


def _of_the_schema() -> Iterator[Found]:
    left: list[object] = [schema()]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            if isinstance(one.get("pattern"), str):
                yield Found(f"schema:{one['pattern'][:40]}", re.compile(one["pattern"]), anywhere=True)
            left += one.values()
        elif isinstance(one, list):
            left += one
