# ruff: noqa: INP001  # Sphinx reads it by its path
"""How the documentation site is made of the Markdown pages, by `make docs`.

Sphinx's folder of sources is the repository itself, so that a link between pages is the same on the site, in an editor
and on a forge. The options are those of https://www.sphinx-doc.org/en/master/usage/configuration.html and
https://myst-parser.readthedocs.io/en/latest/configuration.html
"""

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
_about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = "Callboard"
version = release = _about["version"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "postings/README.md"]
exclude_patterns = [
    ".*",
    "build",
    "dist",
    "demo",
    "node_modules",
    "*.egg-info",
    "tests",
    "bot",
]
extensions = ["myst_parser"]
myst_enable_extensions = ["html_image"]
myst_heading_anchors = 4  # the anchors that forges make of headings
nitpicky = True

html_theme = "furo"
html_title = f"Callboard {version}"
html_extra_path = ["site"]
html_copy_source = False
html_show_search_summary = False  # it fetches pages, which a browser does not do for a file
html_permalinks_icon = "#"
html_show_copyright = False


def setup(app: Any) -> None:
    """A page that the tree names and that is not there is left out."""
    app.connect("source-read", _leave_out)


def _leave_out(_app: Any, name: str, source: list[str]) -> None:
    if name == root_doc:
        for page in ("deploy", "small-hosts", "no-server"):
            if not (ROOT / "docs" / f"{page}.md").exists():
                source[0] = source[0].replace(f"\n{page}\n", "\n")
