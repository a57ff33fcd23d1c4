"""How well the reader of pages does on labelled pages: `python -m tests.sources.corpus [FOLDER] [ID…] [-v]`.

For each field: how many are right of those that it gives (precision), and of those that the labels have (recall).
`-v` shows each page's slips. Labels and pages are read where they lie; without them there is nothing to do.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from bot.sources.base import FoundPosting, Reading

USUAL = Path(__file__).parents[3] / "shared" / "corpus"  # beside the repository, where it is there
_ROLES = {"master-thesis": "thesis", "bachelor-thesis": "thesis", "intern": "internship"}
_FIELDS = ("posting", "title", "role", "status", "deadline", "deadline_kind", "contact", "url", "pay", "openings")
Counts = dict[str, Counter[str]]


def read(folder: Path, entry: Mapping[str, Any]) -> Reading | None:
    """The reading of a page of the corpus, as of its own day; None for what is no page."""
    from bot.sources.pages import read_page

    file = folder / entry["file"]
    if file.suffix not in {".md", ".html"}:
        return None
    now = datetime.fromisoformat(entry["page_date"]).replace(tzinfo=UTC)
    return read_page(file.read_text("utf-8"), url=None, now=now, is_markdown=file.suffix == ".md")


def matched(
    found: Iterable[FoundPosting], labels: list[dict[str, Any]]
) -> tuple[list[tuple[FoundPosting, dict[str, Any]]], list[FoundPosting], list[dict[str, Any]]]:
    """Which posting is which label; what is left over on both sides."""
    pairs = []
    postings = list(found)
    scores = [
        (_likeness(posting, label), -abs(place - number), place, number)
        for place, posting in enumerate(postings)
        for number, label in enumerate(labels)
    ]
    left, right = set(range(len(postings))), set(range(len(labels)))
    for score, _, place, number in sorted(scores, reverse=True):
        if score >= 55 and place in left and number in right:
            left.discard(place)
            right.discard(number)
            pairs.append((postings[place], labels[number]))
    return pairs, [postings[place] for place in sorted(left)], [labels[number] for number in sorted(right)]


def _likeness(posting: FoundPosting, label: dict[str, Any]) -> float:
    title = fuzz.token_set_ratio(_loose(str(posting.fields["title"])), _loose(label["title"]))
    if label.get("title_composed"):
        title = max(title, 60)
    role = 25 if _is_role(posting, label) else 0
    status = 10 if posting.as_found.value == label["status"] else 0
    evidence = 15 if label.get("apply_url") and posting.evidence.get("url") == label["apply_url"] else 0
    due = 10 if posting.fields.get("deadline") == label["deadline"] else 0
    return title * 0.6 + role + status + evidence + due


def _loose(text: str) -> str:
    return re.sub(r"[^\w]+", " ", text.casefold()).strip()


def _is_role(posting: FoundPosting, label: dict[str, Any]) -> bool:
    wanted = {_ROLES.get(role, role) for role in (label["role"], *label.get("alt_roles", ()))}
    found = posting.fields["role"]
    return isinstance(found, list) and found[0] in wanted


def compare(posting: FoundPosting, label: dict[str, Any], counts: Counts, slips: list[str]) -> None:
    """Counts what is right, wrong and missing in one posting."""

    def count(field: str, found: object, wanted: object, *, right: bool) -> None:
        if found is not None:
            counts[field]["right" if right else "wrong"] += 1
        if wanted is not None:
            counts[field]["wanted"] += 1
        if not right and (found is not None or wanted is not None):
            slips.append(f"{label['title'][:50]}: {field} is {found!r}, wanted {wanted!r}")

    fields, evidence = posting.fields, posting.evidence
    title = str(fields["title"])
    alike = fuzz.token_set_ratio(_loose(title), _loose(label["title"])) >= 85 or bool(label.get("title_composed"))
    count("title", title, label["title"], right=alike)
    count("role", fields["role"], label["role"], right=_is_role(posting, label))
    status = None if "status" in posting.uncertain else posting.as_found.value
    count("status", status, label["status"], right=status in {label["status"], *label.get("status_alt", ())})
    due = fields.get("deadline")
    approximate = bool(label.get("deadline_approx")) and (due is None or str(due)[:7] == str(label["deadline"])[:7])
    if not (approximate and due is None):
        count("deadline", due, label["deadline"], right=due == label["deadline"] or approximate)
    kind = label["deadline_kind"] if label["deadline_kind"] != "none" else None
    if label["status"] != "speculative":
        count("deadline_kind", fields.get("deadline_kind"), kind, right=fields.get("deadline_kind") == kind)
    contact = fields.get("contact")
    address = contact.get("email") if isinstance(contact, dict) else None
    if not label.get("contact_obfuscated") or label["contact_email"]:
        known = {label["contact_email"], *label.get("contact_email_alt", ())}
        count("contact", address, label["contact_email"], right=address in known)
    href = evidence.get("url")
    count("url", href, label["apply_url"], right=href in {label["apply_url"], *label.get("apply_url_alt", ())})
    paid = fields.get("pay") or fields.get("fte")
    count("pay", paid, label["pay"], right=_is_paid(paid, label["pay"]))
    count(
        "openings", fields.get("openings"), label["n_positions"], right=fields.get("openings") == label["n_positions"]
    )


def _is_paid(found: object, wanted: str | None) -> bool:
    if found is None or wanted is None:
        return found == wanted
    if isinstance(found, float):
        return f"{found:g}" in wanted
    return fuzz.token_set_ratio(_loose(str(found)), _loose(wanted)) >= 70


def score(folder: Path, wanted: Iterable[str] = ()) -> tuple[Counts, dict[str, list[str]]]:
    """Counts by field over the pages that are wanted (all, if none), and the slips by page."""
    labels = json.loads((folder / "labels.json").read_text("utf-8"))
    chosen = set(wanted)
    counts: Counts = defaultdict(Counter)
    slips: dict[str, list[str]] = defaultdict(list)
    for entry in json.loads((folder / "manifest.json").read_text("utf-8")):
        name = entry["id"]
        reading = read(folder, entry) if not chosen or name in chosen else None
        if reading is None:
            continue
        pairs, more, missing = matched(reading.postings, labels[name]["postings"])
        for posting, label in pairs:
            counts["posting"]["right"] += 1
            counts["posting"]["wanted"] += not label.get("optional")
            compare(posting, label, counts, slips[name])
        for posting in more:
            counts["posting"]["wrong"] += 1
            counts["deadline"]["wrong"] += "deadline" in posting.fields
            slips[name].append(f"too many: {posting.as_found.value} {posting.fields['role']} {posting.fields['title']}")
        for label in missing:
            if not label.get("optional"):
                counts["posting"]["wanted"] += 1
                slips[name].append(f"missing: {label['status']} {label['role']} {label['title']}")
    return counts, slips


def main(arguments: list[str]) -> None:
    """Prints the figures."""
    is_verbose = "-v" in arguments
    names = [one for one in arguments if one != "-v"]
    folder = Path(names.pop(0)) if names and "/" in names[0] else USUAL
    if not (folder / "labels.json").is_file():
        print(f"there is no corpus in {folder}")
        return
    counts, slips = score(folder, names)
    if is_verbose:
        for name, lines in sorted(slips.items()):
            print(name, *lines, sep="\n    ")
    print(f"{'field':14}{'given':>7}{'right':>7}{'wanted':>7}{'precision':>11}{'recall':>9}")
    total: Counter[str] = Counter()
    for field in (*_FIELDS, "all"):
        count = total if field == "all" else counts[field]
        given = count["right"] + count["wrong"]
        precision = count["right"] / given if given else 1
        recall = min(1.0, count["right"] / count["wanted"]) if count["wanted"] else 1
        print(f"{field:14}{given:7}{count['right']:7}{count['wanted']:7}{precision:11.1%}{recall:9.1%}")
        total += counts[field] if field != "all" else Counter()


if __name__ == "__main__":
    main(sys.argv[1:])
