"""What alert rules and the dashboard ask for, and what `/metrics` has."""

import re
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from bot.chat.commands import commands
from bot.domain.draft import DraftCounts
from bot.domain.notice import State
from bot.observe.metrics import Round
from bot.observe.prometheus import Prometheus
from tests.domain.build import instant

NOON = instant("2027-05-02 12:00")
OF_THE_SCRAPE = {"job", "instance"}
"""The labels that Prometheus itself gives to all that it scrapes."""


@dataclass(frozen=True)
class Asked:
    """A metric in an expression, and the labels by which it is chosen, each with the values that are named."""

    metric: str
    labels: dict[str, set[str]]


def there() -> dict[str, dict[str, set[str]]]:
    """What a bot that has met everything shows: by name of the sample, its labels and their values."""
    kept = Prometheus(["lab"], commands(), ["telegram", "slack"])
    for state in State:
        for kind in ("announcement", "reminder", "edit", "digest"):
            kept.delivered("slack", "lab", kind, str(state), 0.2)
    kept.delivered("telegram", "a reader on telegram", "reminder", "refused", 0.2)
    kept.answered("telegram", "positions", 0.003)
    kept.ticked(Round(seconds=0.02, sends=True, left=2, postings=7, open_postings=5, problems=1))
    kept.failed()
    kept.drafts_counted(DraftCounts(3, NOON, approved=5, rejected=1), NOON)
    for is_whole in (True, False):
        kept.source_read("page", 5, NOON, is_whole=is_whole)
    kept.links_counted(2)
    found: dict[str, dict[str, set[str]]] = {}
    for family in text_string_to_metric_families(kept.text().decode()):
        for sample in family.samples:
            labels = found.setdefault(sample.name, {})
            for name, value in sample.labels.items():
                labels.setdefault(name, set()).add(value)
    return found


def asked(expression: str) -> list[Asked]:
    """The metrics that an expression of PromQL names, functions and words left out."""
    found = []
    without_grouping = re.sub(r"\b(?:by|without|on|ignoring)\s*\([^)]*\)", "", expression)
    for name, _, chosen in re.findall(r"\b((?:callboard|process)_\w+)(\{([^}]*)\})?", without_grouping):
        labels = {}
        for label, operator, value in re.findall(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"', chosen):
            labels[label] = set(value.split("|") if "~" in operator else [value])
        found.append(Asked(name, labels))
    return found


def grouped_by(expression: str) -> set[str]:
    """The labels by which an expression groups."""
    return {label.strip() for labels in re.findall(r"\bby\s*\(([^)]*)\)", expression) for label in labels.split(",")}
