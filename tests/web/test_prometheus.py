"""`/metrics`: which names there are, and that their labels stay few. The reader is the library's own parser."""

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.chat.commands import commands
from bot.domain.draft import DraftCounts
from bot.observe.metrics import Metrics, Round
from bot.observe.prometheus import CONTENT_TYPE, Prometheus
from tests.domain.build import instant

ROOT = Path(__file__).parents[2]
NOON = instant("2027-05-02 12:00")


def samples(kept):
    families = text_string_to_metric_families(kept.text().decode())
    return {
        (one.name, tuple(sorted(one.labels.items()))): one.value
        for family in families
        for one in family.samples
        if not one.name.startswith(("process_", "python_"))
    }


@pytest.fixture
def kept():
    return Prometheus(["lab"], commands())


def tell(metrics):
    metrics.delivered("slack", "lab", "announcement", "delivered", 0.2)
    metrics.delivered("slack", "lab", "announcement", "delivered", 0.4)
    metrics.delivered("slack", "lab", "reminder", "refused", 30)
    metrics.told_to_wait("slack")
    metrics.left_in_doubt("telegram")
    metrics.answered("telegram", "positions", 0.003)
    metrics.ticked(
        Round(
            seconds=0.02,
            sends=False,
            left=2,
            postings=7,
            open_postings=5,
            problems=1,
            left_closing=1,
            waiting_seconds=90,
        )
    )
    metrics.drafts_counted(DraftCounts(3, NOON - timedelta(hours=2), approved=5, rejected=1), NOON)
    metrics.source_read("group-page", 5, NOON, is_whole=True, held=2)
    metrics.source_read("group-page", 0, NOON, is_whole=False)
    metrics.links_counted(2)
    metrics.failed()


def test_what_happens_is_counted(kept):
    tell(kept)
    found = samples(kept)
    where = (("channel", "lab"), ("kind", "announcement"), ("platform", "slack"), ("state", "delivered"))
    assert found["callboard_deliveries_total", where] == 2
    slack, telegram = (("platform", "slack"),), (("platform", "telegram"),)
    assert found["callboard_delivery_seconds_sum", slack] == pytest.approx(30.6)
    assert found["callboard_delivery_seconds_bucket", (("le", "0.25"), *slack)] == 1
    assert found["callboard_told_to_wait_total", slack] == 1
    assert found["callboard_links_gone", ()] == 2
    assert found["callboard_in_doubt_total", telegram] == 1
    assert found["callboard_answers_total", (("command", "positions"), *telegram)] == 1
    assert found["callboard_answer_seconds_count", telegram] == 1
    assert found["callboard_ticks_total", (("ended", "well"),)] == 1
    assert found["callboard_ticks_total", (("ended", "badly"),)] == 1
    assert found["callboard_tick_seconds_count", ()] == 1
    assert found["callboard_last_tick_timestamp_seconds", ()] > 1.7e9
    assert [
        found[f"callboard_{name}", ()] for name in ("notices_left", "postings", "postings_open", "problems", "sender")
    ] == [2, 7, 5, 1, 0]
    source = ("source", "group-page")
    assert (found["callboard_notices_left_closing", ()], found["callboard_oldest_notice_seconds", ()]) == (1, 90)
    assert found["callboard_source_positions", (source,)] == 5
    assert found["callboard_source_held", (source,)] == 0  # as the last reading had it
    assert found["callboard_source_last_read_timestamp_seconds", (source,)] == NOON.timestamp()
    readings = {labels: value for (name, labels), value in found.items() if name == "callboard_source_readings_total"}
    assert sorted(readings.values()) == [1, 1]
    assert found["callboard_drafts_waiting", ()] == 3
    assert found["callboard_oldest_draft_seconds", ()] == 7200
    assert found["callboard_drafts_decided_total", (("decision", "approved"),)] == 5
    assert found["callboard_drafts_decided_total", (("decision", "rejected"),)] == 1
    kept.drafts_counted(DraftCounts(0, None, approved=7, rejected=2), NOON)
    assert samples(kept)["callboard_oldest_draft_seconds", ()] == 0
    assert samples(kept)["callboard_drafts_decided_total", (("decision", "approved"),)] == 7
    [build] = [labels for name, labels in found if name == "callboard_build_info"]
    assert dict(build).keys() == {"version", "python"}
    assert CONTENT_TYPE.startswith("text/plain")


def test_labels_stay_few_whatever_comes(kept):
    for number in range(1000):
        kept.delivered("telegram", f"person-{number}", "reminder", "delivered", 1)
        kept.answered("telegram", f"word-{number}", 1)
    deliveries = {labels: value for (name, labels), value in samples(kept).items() if name.endswith("deliveries_total")}
    assert list(deliveries.values()) == [1000]
    assert dict(next(iter(deliveries)))["channel"] == "other"
    assert samples(kept)["callboard_answers_total", (("command", "other"), ("platform", "telegram"))] == 1000


def test_two_bots_in_one_process_count_apart():
    one, two = Prometheus([], []), Prometheus([], [])
    one.told_to_wait("slack")
    assert ("callboard_told_to_wait_total", (("platform", "slack"),)) not in samples(two)


def test_without_it_nothing_is_kept_and_no_library_read():
    tell(Metrics())
    program = (
        "import sys, bot.cli.running, bot.observe.metrics, bot.delivery; sys.exit('prometheus_client' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_the_reference_names_every_metric(kept):
    tell(kept)
    named = set(re.findall(r"^\| `(callboard_\w+)", (ROOT / "docs" / "reference.md").read_text("utf-8"), re.MULTILINE))
    there = {name for name, _ in samples(kept)}
    assert named == {re.sub(r"_(bucket|sum|count)$", "", name) for name in there if not name.endswith("_created")}
