"""Every page has its place in the tree of the documentation, and every link in it leads somewhere."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT

INDEX = ROOT / "docs/index.md"


def tree():
    """What the index names, as paths of pages."""
    blocks = re.findall(r"^```{toctree}\n(.*?)^```", INDEX.read_text(), re.MULTILINE | re.DOTALL)
    entries = [line for block in blocks for line in block.splitlines() if line and not line.startswith(":")]
    places = [re.sub(r"^.*<(.*)>$", r"\1", entry) for entry in entries]
    found = [INDEX.parent.glob(f"{place}.md") if "*" in place else [INDEX.parent / f"{place}.md"] for place in places]
    return [Path(path).resolve().relative_to(ROOT).as_posix() for paths in found for path in paths]


def test_every_page_has_its_place_in_the_tree_once():
    assert sorted([*tree(), "docs/index.md"]) == PAGES


def without_code(text):
    return re.sub(r"^```.*?^```|`[^`\n]+`", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(text):
    headings = re.findall(r"^#+ (.*)", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    named = set(re.findall(r'<a id="([^"]+)">', text))
    return named | {re.sub(r"[^\w -]", "", heading.casefold()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name):
    page = ROOT / name
    text = page.read_text()
    links = re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", without_code(text))
    for path, _, anchor in (link.partition("#") for link in links):
        target = (page.parent / path) if path else page
        assert target.is_file(), path
        if anchor:
            assert anchor in anchors(target.read_text()), f"{path}#{anchor}"
    for source in re.findall(r'<img src="([^"]+)"', text):
        assert (page.parent / source).is_file(), source
