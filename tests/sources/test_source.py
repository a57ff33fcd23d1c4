"""Every source, whether it gives all it has or what has changed, is asked in one way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sources.base import FoundPosting, Reading, Source
from bot.sources.files import Registry
from bot.sources.files.source import FolderSource
from bot.sources.kinds import from_path

_NOW = datetime(2026, 5, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Board(Source[FoundPosting]):
    """A board that stands in a file."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    async def read(self) -> Reading:
        return from_path("board", self.path, _NOW)


def _folder(where: Path) -> tuple[Source[object], Callable[[set[str]], None]]:
    def have(names: set[str]) -> None:
        for file in where.glob("*.yaml"):
            file.unlink()
        for name in names | {"stays"}:
            (where / f"{name}.yaml").write_text(f"title: {name}\nrole: phd\n")

    return FolderSource(Registry(where, "Europe/Berlin")), have


def _board(where: Path) -> tuple[Source[object], Callable[[set[str]], None]]:
    def have(names: set[str]) -> None:
        entries = (f"- {{id: {name}, title: {name}}}\n" for name in sorted(names | {"stays"}))
        (where / "board.yml").write_text("".join(entries))

    return _Board(where / "board.yml"), have


@pytest.mark.parametrize("make", [_folder, _board])
async def test_what_is_gone_is_told_by_the_reading_of_any_source(
    make: Callable[[Path], tuple[Source[object], Callable[[set[str]], None]]], tmp_path: Path
) -> None:
    source, have = make(tmp_path)
    assert source.name.startswith(str(tmp_path)) or source.name == "board.yml"
    have({"owls", "bats"})
    first = await source.read()
    assert len(first.postings) == 3
    assert first.gone(()) == frozenset()
    have({"owls"})
    second = await source.read()
    assert second.gone({"owls", "bats", "stays"}) == {"bats"}
    assert second.gone({"owls"}) == frozenset()


def test_what_an_incomplete_reading_lacks_is_not_gone() -> None:
    assert Reading((FoundPosting({}, source_id="a"),), "page 2 was missing").gone({"a", "b"}) == frozenset()
    assert Reading((FoundPosting({}, source_id="a"),)).gone({"a", "b"}) == {"b"}
