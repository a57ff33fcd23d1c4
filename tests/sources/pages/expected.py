"""What is expected of a page: its calls, and what each of them says."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.schema import Value
from bot.sources.base import FoundPosting
from bot.sources.pages import read_page

NOW = datetime(2026, 2, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Page:
    """A page, and each call on it: as found, role, what the title has, and fields (None: not there)."""

    name: str
    text: str
    calls: tuple[tuple[str, str, str, dict[str, Value | None]], ...]
    url: str | None = None

    @property
    def is_markdown(self) -> bool:
        return not self.text.lstrip().startswith("<")


def check(page: Page) -> None:
    """Reads the page and compares, call by call."""
    found = read_page(page.text, url=page.url, now=NOW, is_markdown=page.is_markdown).postings
    assert [(posting.as_found.value, _role(posting)) for posting in found] == [call[:2] for call in page.calls]
    for posting, (_, _, title, fields) in zip(found, page.calls, strict=True):
        assert title in str(posting.fields["title"])
        for key, value in fields.items():
            if key.startswith("?"):
                assert str(value) in posting.uncertain[key[1:]]
            else:
                assert posting.fields.get(key) == value, key


def _role(posting: FoundPosting) -> str:
    roles = posting.fields["role"]
    return roles[0] if isinstance(roles, list) else str(roles)
