"""What `/metrics` shows, in Prometheus' text format. The home of prometheus_client.

Labels have few values: a channel or command that the config and the table do not know counts as `other`.
"""

import platform as machine
from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib.metadata import version

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from bot.domain.draft import DraftCounts
from bot.observe.metrics import Metrics, Round

CONTENT_TYPE = CONTENT_TYPE_LATEST
_OTHER = "other"
_SENDING = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40)
_WORKING = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Prometheus(Metrics):
    """Keeps everything in a registry of its own."""

    def __init__(self, channels: Iterable[str], commands: Iterable[str], platforms: Iterable[str] = ()) -> None:
        """What counts trouble begins at 0 for each of the `platforms`, so that the first is seen as a rise."""
        self._channels, self._commands = frozenset(channels), frozenset(commands)
        self._registry = registry = CollectorRegistry()
        disable_created_metrics()  # type: ignore[no-untyped-call]
        ProcessCollector(registry=registry)
        Info("callboard_build", "What is running.", registry=registry).info(
            {"version": version("callboard"), "python": machine.python_version()}
        )
        self._deliveries = Counter(
            "callboard_deliveries",
            "Messages sent and edited, by what became of them.",
            ("platform", "channel", "kind", "state"),
            registry=registry,
        )
        self._delivery_seconds = Histogram(
            "callboard_delivery_seconds",
            "From a message's departure to the platform's answer.",
            ("platform",),
            registry=registry,
            buckets=_SENDING,
        )
        self._waits = Counter(
            "callboard_told_to_wait", "Times a platform asked for a pause (429).", ("platform",), registry=registry
        )
        self._doubts = Counter(
            "callboard_in_doubt", "Messages that may or may not have arrived.", ("platform",), registry=registry
        )
        self._answers = Counter(
            "callboard_answers", "Requests of readers answered.", ("platform", "command"), registry=registry
        )
        self._answer_seconds = Histogram(
            "callboard_answer_seconds", "Making an answer.", ("platform",), registry=registry, buckets=_WORKING
        )
        self._ticks = Counter("callboard_ticks", "Rounds of planning, by how they went.", ("ended",), registry=registry)
        self._tick_seconds = Histogram(
            "callboard_tick_seconds", "One round of planning.", registry=registry, buckets=_WORKING
        )
        self._last_tick = Gauge(
            "callboard_last_tick_timestamp_seconds", "When the last round went well.", registry=registry
        )
        self._left = Gauge("callboard_notices_left", "Notices due that are not settled.", registry=registry)
        self._closing = Gauge(
            "callboard_notices_left_closing",
            "Of the notices left, those of postings that close within a day.",
            registry=registry,
        )
        self._waiting = Gauge(
            "callboard_oldest_notice_seconds",
            "For how long the oldest of the notices left has been due; 0 when none is left.",
            registry=registry,
        )
        self._postings = Gauge("callboard_postings", "Postings in the registry.", registry=registry)
        self._open = Gauge("callboard_postings_open", "Postings that are open.", registry=registry)
        self._problems = Gauge("callboard_problems", "Problems in the registry.", registry=registry)
        self._sender = Gauge(
            "callboard_sender", "1 in the process that sends, 0 in one that stands by.", registry=registry
        )

        self._drafts_waiting = Gauge("callboard_drafts_waiting", "Drafts that wait for approval.", registry=registry)
        self._oldest_draft = Gauge(
            "callboard_oldest_draft_seconds",
            "For how long the oldest of them has; 0 when none waits.",
            registry=registry,
        )
        self._source_readings = Counter(
            "callboard_source_readings",
            "Readings of sources, by how they went.",
            ("source", "ended"),
            registry=registry,
        )
        self._source_positions = Gauge(
            "callboard_source_positions", "Positions that a source has.", ("source",), registry=registry
        )
        self._source_read = Gauge(
            "callboard_source_last_read_timestamp_seconds",
            "When a source was last read to its end.",
            ("source",),
            registry=registry,
        )
        self._source_held = Gauge(
            "callboard_source_held", "Positions of a source that are held.", ("source",), registry=registry
        )
        self._links_gone = Gauge("callboard_links_gone", "Links of postings that are gone.", registry=registry)
        self._decisions = _Decisions()
        registry.register(self._decisions)
        for ended in ("well", "badly"):
            self._ticks.labels(ended)
        for name in platforms:
            self._waits.labels(name)
            self._doubts.labels(name)

    def text(self) -> bytes:
        """Everything, as it stands."""
        return generate_latest(self._registry)

    def delivered(self, platform: str, channel: str, kind: str, state: str, seconds: float) -> None:
        self._deliveries.labels(platform, self._known_channel(channel), kind, state).inc()
        self._delivery_seconds.labels(platform).observe(seconds)

    def told_to_wait(self, platform: str) -> None:
        self._waits.labels(platform).inc()

    def left_in_doubt(self, platform: str) -> None:
        self._doubts.labels(platform).inc()

    def answered(self, platform: str, command: str, seconds: float) -> None:
        self._answers.labels(platform, command if command in self._commands else _OTHER).inc()
        self._answer_seconds.labels(platform).observe(seconds)

    def ticked(self, done: Round) -> None:
        self._ticks.labels("well").inc()
        self._tick_seconds.observe(done.seconds)
        self._last_tick.set_to_current_time()
        self._left.set(done.left)
        self._closing.set(done.left_closing)
        self._waiting.set(done.waiting_seconds)
        self._postings.set(done.postings)
        self._open.set(done.open_postings)
        self._problems.set(done.problems)
        self._sender.set(done.sends)

    def drafts_counted(self, counts: DraftCounts, now: datetime) -> None:
        self._drafts_waiting.set(counts.waiting)
        self._oldest_draft.set(max(0.0, (now - counts.oldest).total_seconds()) if counts.oldest else 0)
        self._decisions.counts = counts

    def source_read(self, name: str, count: int, now: datetime, *, is_whole: bool, held: int = 0) -> None:
        self._source_held.labels(name).set(held)
        self._source_readings.labels(name, "well" if is_whole else "badly").inc()
        if is_whole:
            self._source_positions.labels(name).set(count)
            self._source_read.labels(name).set(now.timestamp())

    def links_counted(self, gone: int) -> None:
        self._links_gone.set(gone)

    def failed(self) -> None:
        self._ticks.labels("badly").inc()

    def _known_channel(self, name: str) -> str:
        return name if name in self._channels else _OTHER


class _Decisions(Collector):
    """Drafts decided so far, as the database counts them: so also what other processes decided, and before a start."""

    counts: DraftCounts | None = None

    def collect(self) -> Iterator[CounterMetricFamily]:
        decided = CounterMetricFamily("callboard_drafts_decided", "Drafts approved and rejected.", labels=("decision",))
        if self.counts:
            decided.add_metric(("approved",), self.counts.approved)
            decided.add_metric(("rejected",), self.counts.rejected)
        yield decided
