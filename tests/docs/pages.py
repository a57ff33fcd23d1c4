"""The pages of the documentation: every Markdown file that people read."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
NO_PAGES = {"docs/workflows/gitlab-form.md"}
"""Forms that others fill in."""
_FOUND = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "postings/README.md"]
PAGES = sorted({path.relative_to(ROOT).as_posix() for path in _FOUND} - NO_PAGES)
