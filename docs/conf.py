# ruff: noqa: INP001  # Sphinx reads it by its path
"""How the documentation site is made of the Markdown pages, by `make docs`.

Sphinx's folder of sources is the repository itself, so that a link between pages is the same on the site, in an editor
and on a forge. The options are those of https://www.sphinx-doc.org/en/master/usage/configuration.html and
https://myst-parser.readthedocs.io/en/latest/configuration.html
"""

import tomllib
from pathlib import Path

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
suppress_warnings = ["misc.highlighting_failure"]  # not every kind of file has its colours: a crontab has none

html_theme = "furo"
html_title = f"Callboard {version}"
html_extra_path = ["site"]
html_copy_source = False
html_show_search_summary = False  # it fetches pages, which a browser does not do for a file
html_permalinks_icon = "#"
html_show_copyright = False
