"""What was and will be said where and when, as a page: a lane a channel, marks for messages, deadlines as lines.

The same stands below it as a table. It is for whoever runs the bot: it tells of channels, refusals, and days to come.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from xml.etree.ElementTree import Element

from bot.audiences.audience import Audience
from bot.domain.message import shortened
from bot.domain.notice import Kind, State
from bot.domain.zones import zone
from bot.inspect import rows
from bot.inspect.axis import Axis
from bot.inspect.marks import ALONE, DIGEST, FOLLOWERS, PLANNED, DeadlineMark, Mark
from bot.inspect.rows import STATES, WORST, about, day, what, when, words
from bot.pictures.markup import Page, add, element, style
from bot.planning.moments import peace

_WIDTH, _LEFT, _RIGHT = 1200.0, 196.0, 1180.0
_INSTANT = timedelta(microseconds=1)
_STEP, _APART, _WIDE = 17.0, 16.0, 30.0  # between marks: above each other, beside each other, and beside a count
_STACK = 5
_FLAG_ROWS, _FLAG_HEIGHT, _LETTER = 7, 19.0, 6.3
_LONGEST_WITH_NIGHTS = timedelta(days=45)  # in a longer span no night can be seen
_QUIET_LANES = 20  # so many channels have a lane even when they hear nothing
_SHAPES = {
    str(Kind.ANNOUNCEMENT): "announcement",
    str(Kind.REMINDER): "reminder",
    str(Kind.DEADLINE_MOVED): "news",
    str(Kind.REOPENED): "news",
    str(Kind.CLOSED): "news",
    str(Kind.EDIT): "edit",
    str(Kind.WITHDRAWAL): "edit",
    DIGEST: "digest",
}


@dataclass(frozen=True, slots=True)
class TimelineSpan:
    """What a timeline shows. `titles`: of postings, by id. `now`, where that lies in it, is drawn as a line."""

    start: datetime
    end: datetime
    now: datetime
    timezone: str
    channels: Sequence[Audience]
    marks: Sequence[Mark]
    deadlines: Sequence[DeadlineMark] = ()
    titles: Mapping[str, str] = field(default_factory=dict)


def page(span: TimelineSpan) -> Page:
    """The picture, its legend, and the table."""
    where = zone(span.timezone)
    marks = sorted(span.marks, key=lambda mark: (mark.at, mark.channel, mark.kind, mark.postings))
    title = f"Timeline: {day(span.start, where)} – {day(span.end, where)}"
    main = element(
        "main",
        element("h1", title),
        element("p", _summary(span, marks), class_="summary"),
        element(
            "section",
            element("div", _svg(span, marks, where, title), element("p", class_="here"), class_="wide"),
            class_="picture",
            tabindex=0,
            aria_label=title,
        ),
        _legend(),
        rows.table(marks, span.deadlines, span.titles, where),
    )
    return Page(title, style("timeline") + _here(span), main)


def _here(span: TimelineSpan) -> str:
    """Where in a picture that is wider than its window the first look falls: on now, or on its start."""
    share = min(max((span.now - span.start) / ((span.end - span.start) or _INSTANT), 0.0), 1.0)
    return f".here {{ left: {(_LEFT + (_RIGHT - _LEFT) * share) / _WIDTH:.1%}; }}\n"


def _summary(span: TimelineSpan, marks: Sequence[Mark]) -> str:
    planned = sum(mark.state == PLANNED for mark in marks)
    states = Counter(mark.state for mark in marks if mark.state != PLANNED)
    parts = [f"{count} {state}" for state, count in states.most_common()]
    parts += [f"{planned} to come"] if planned else []
    counted = ", ".join(parts) if parts else "nothing is said in this span"
    return f"Messages: {counted}. Deadlines: {len(span.deadlines)}. Times are those of {span.timezone}."


# --- The picture


def _svg(span: TimelineSpan, marks: Sequence[Mark], where: tzinfo, title: str) -> Element:
    axis = Axis(span.start, span.end, _LEFT, _RIGHT, where)
    lanes = list(_lanes(span, marks, axis))
    flags, top = _flags(span, axis, where)
    heights = [max(46.0, 20 + _STEP * max(map(_height, groups), default=1)) for _, _, groups in lanes]
    bottom = top + sum(heights)
    height = bottom + 40
    svg = element(
        "svg",
        element("title", title, id="title"),
        element("desc", "A lane for each channel; the same stands in the table below.", id="desc"),
        viewBox=f"0 0 {_WIDTH:g} {height:g}",
        role="img",
        aria_labelledby="title desc",
    )
    if span.start < span.now:
        past = min(axis.x(span.now), _RIGHT) - _LEFT
        add(svg, element("rect", class_="past", x=_LEFT, y=top, width=past, height=bottom - top))
    for saturday, monday in axis.weekends():
        x = axis.x(saturday)
        add(svg, element("rect", class_="weekend", x=x, y=top, width=axis.x(monday) - x, height=bottom - top))
    for tick in axis.ticks():
        x = axis.x(tick.at)
        add(svg, element("line", class_="grid" if tick.is_major else "grid minor", x1=x, x2=x, y1=top, y2=bottom + 5))
        if tick.label and x < _RIGHT - 50:
            add(svg, element("text", tick.label, class_="tick", x=x + 3 if tick.is_major else x, y=bottom + 20))
    add(svg, _deadline_lines(span, axis, top, bottom), flags)
    if span.start <= span.now <= span.end:
        x = axis.x(span.now)
        side = {"x": x + 5} if x < _RIGHT - 60 else {"x": x - 5, "text_anchor": "end"}
        add(svg, element("line", class_="now", x1=x, x2=x, y1=top - 4, y2=bottom + 26))
        add(svg, element("text", "now", class_="now", y=bottom + 36, **side))
    y = top
    schedules = {channel.name: channel.schedule for channel in span.channels}
    for (name, platform, groups), tall in zip(lanes, heights, strict=True):
        if name in schedules and span.end - span.start <= _LONGEST_WITH_NIGHTS:
            for begins, ends in peace(schedules[name], span.start, span.end):
                x = axis.x(begins)
                add(svg, element("rect", class_="peace", x=x, y=y, width=axis.x(ends) - x, height=tall))
        add(svg, element("line", class_="lane", x1=0, x2=_RIGHT, y1=y + tall, y2=y + tall))
        label = element("g", element("title", f"{name} ({platform})"), class_="label")
        add(label, element("text", shortened(name, 22), class_="name", x=4, y=y + tall / 2 - 1))
        add(label, element("text", shortened(platform, 24), class_="platform", x=4, y=y + tall / 2 + 14))
        add(svg, label)
        for group in groups:
            add(svg, _stack(group, axis, y + tall - 18, span.titles, where))
        y += tall
    add(svg, element("line", class_="frame", x1=_LEFT, x2=_RIGHT, y1=top, y2=top))
    return svg


def _lanes(span: TimelineSpan, marks: Sequence[Mark], axis: Axis) -> Iterator[tuple[str, str, list[list[Mark]]]]:
    """The channels of the config, in its order; people; and the channels that the ledger knows beside them."""
    heard: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        heard[mark.channel].append(mark)
    for channel in span.channels:
        if channel.name in heard or len(span.channels) <= _QUIET_LANES:
            yield channel.name, channel.destination.platform, _groups(heard.pop(channel.name, []), axis)
    people = [name for name in (FOLLOWERS, ALONE) if name in heard]
    for name in people:
        some = heard.pop(name)
        yield name, ", ".join(sorted({mark.platform for mark in some if mark.platform})), _groups(some, axis)
    for name, some in heard.items():
        yield name, f"{some[0].platform}, formerly", _groups(some, axis)


def _groups(marks: Sequence[Mark], axis: Axis) -> list[list[Mark]]:
    """The marks of a lane that stand above each other. Where there are too many for that, they are counted."""
    groups: list[list[Mark]] = []
    left = wide = float("-inf")
    for mark in marks:
        x = axis.x(mark.at)
        if x - left < wide:
            groups[-1].append(mark)
            wide = _WIDE if len(groups[-1]) > _STACK else _APART
        else:
            groups.append([mark])
            left, wide = x, _APART
    return groups


def _height(group: Sequence[Mark]) -> int:
    return len(group) if len(group) <= _STACK else 1


def _stack(
    group: Sequence[Mark], axis: Axis, bottom: float, titles: Mapping[str, str], where: tzinfo
) -> Iterator[Element]:
    x = axis.x(group[0].at)
    if len(group) > _STACK:
        yield _count(group, x, bottom, where)
        return
    for number, mark in enumerate(group):
        drawn = element("g", element("title", _said(mark, titles, where)), class_=_classes(mark))
        drawn.set("transform", f"translate({x:.1f} {bottom - _STEP * number:.1f})")
        add(drawn, _shape(mark))
        yield drawn


def _classes(mark: Mark) -> str:
    return f"mark {_SHAPES.get(mark.kind, 'edit')} {STATES.get(mark.state, 'planned')}"


def _shape(mark: Mark) -> Iterator[Element]:
    match _SHAPES.get(mark.kind, "edit"):
        case "announcement":
            yield element("circle", r=6)
        case "reminder":
            yield element("path", d="M0-7.5 7.5 0 0 7.5-7.5 0z")
        case "news":
            yield element("path", d="M0-7 7.5 6h-15z")
        case "digest":
            yield element("rect", x=-11, y=-7, width=22, height=14, rx=4)
            yield element("text", _number(len(mark.postings)), class_="inside", y=4)
        case _:
            yield element("rect", x=-4.5, y=-4.5, width=9, height=9)
    if STATES.get(mark.state) == "refused":
        yield element("path", class_="sign", d="M-9-9 9 9M9-9-9 9")
    elif STATES.get(mark.state) == "doubt":
        yield element("text", "?", class_="sign", x=9, y=-3)


def _number(count: int) -> str:
    return str(count) if count < 1000 else f"{count // 1000}k"


def _count(group: Sequence[Mark], x: float, bottom: float, where: tzinfo) -> Element:
    """A box with the number of messages where there are too many to be shown one by one."""
    kinds = Counter(words(mark.kind) for mark in group)
    states = Counter(mark.state for mark in group)
    worst = next(state_look for state_look in WORST if any(STATES.get(state) == state_look for state in states))
    first, last = when(group[0].at, where), when(group[-1].at, where)
    counted = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    became = ", ".join(f"{count} {state}" for state, count in states.most_common())
    text = f"{len(group)} messages, {first if first == last else f'{first} – {last}'}: {counted} ({became})"
    drawn = element("g", element("title", text), class_=f"mark count {worst}")
    drawn.set("transform", f"translate({x:.1f} {bottom:.1f})")
    add(drawn, element("rect", x=-7, y=-12, width=28, height=22, rx=5))
    add(drawn, element("text", f"×{_number(len(group))}", class_="inside", x=7, y=4))
    return drawn


# --- Deadlines


def _deadline_lines(span: TimelineSpan, axis: Axis, top: float, bottom: float) -> Iterator[Element]:
    for x in sorted({round(axis.x(mark.at), 1) for mark in span.deadlines}):
        yield element("line", class_="deadline", x1=x, x2=x, y1=top, y2=bottom)


def _flags(span: TimelineSpan, axis: Axis, where: tzinfo) -> tuple[list[Element], float]:
    """The titles above their lines, as far as there is room; how high that is."""
    same: dict[float, list[DeadlineMark]] = defaultdict(list)
    for mark in span.deadlines:
        same[round(axis.x(mark.at) / 3)].append(mark)
    taken: list[float] = []  # up to where each row is, from the right
    placed: list[tuple[int, float, str, str]] = []
    for some in reversed(same.values()):
        x = axis.x(some[0].at)
        text = shortened(some[0].title, 34) + (f" +{len(some) - 1}" if len(some) > 1 else "")
        wide = len(text) * _LETTER + 10
        is_left = x + wide > _WIDTH
        begin, end = (x - wide, x + 4) if is_left else (x - 4, x + wide)
        row = next((number for number, reached in enumerate(taken) if end < reached), len(taken))
        if row >= _FLAG_ROWS:
            row, text = 0, ""
        elif row == len(taken):
            taken.append(begin)
        else:
            taken[row] = begin
        ends = "; ".join(f"{mark.title} ({_ends(mark, where)})" for mark in some[:12])
        more = f"; and {len(some) - 12} more" if len(some) > 12 else ""
        placed.append((row, -x if is_left else x, text, ends + more))
    top = 22 + _FLAG_HEIGHT * max(1, len(taken))
    return [_flag(*flag, top) for flag in placed], top


def _ends(mark: DeadlineMark, where: tzinfo) -> str:
    return f"{'review begins' if mark.is_review else 'deadline'} {when(mark.at, where)}"


def _flag(row: int, place: float, text: str, title: str, top: float) -> Element:
    """`place` is negative where the text stands to the left of it."""
    x = abs(place)
    y = top - 8 - _FLAG_HEIGHT * row
    drawn = element("g", element("title", title), class_="flag")
    if text:
        add(drawn, element("line", class_="deadline", x1=x, x2=x, y1=y - 9, y2=top))
        side = {"x": x - 5, "text_anchor": "end"} if place < 0 else {"x": x + 5}
        add(drawn, element("text", text, y=y, **side))
    add(drawn, element("path", d=f"M{x - 4:.1f} {top - 6:.1f}h8l-4 6z"))
    return drawn


# --- Words


def _said(mark: Mark, titles: Mapping[str, str], where: tzinfo) -> str:
    return f"{when(mark.at, where)} · {mark.heard_by} · {what(mark)}: {about(mark, titles)} · {mark.state}"


def _legend() -> Element:
    legend = element("ul", class_="legend")
    delivered, announcement = str(State.DELIVERED), str(Kind.ANNOUNCEMENT)
    kinds = {
        "announcement": (announcement, delivered),
        "reminder": (str(Kind.REMINDER), delivered),
        "news: moved, open again, closed": (str(Kind.CLOSED), delivered),
        "edit, withdrawal": (str(Kind.EDIT), delivered),
        "digest": (DIGEST, delivered),
        "to come": (announcement, PLANNED),
        "due again": (announcement, str(State.DUE_AGAIN)),
        "on the wire, in doubt": (announcement, str(State.IN_DOUBT)),
        "refused": (announcement, str(State.REFUSED)),
    }
    for label, (kind, state) in kinds.items():
        mark = Mark(datetime.min.replace(tzinfo=UTC), "", "", kind, ("",) * 9, state=state)
        icon = element("svg", viewBox="-14 -12 28 24", aria_hidden="true")
        add(icon, element("g", _shape(mark), class_=_classes(mark)))
        add(legend, element("li", icon, label))
    icon = element("svg", viewBox="-14 -12 28 24", aria_hidden="true")
    add(icon, element("rect", class_="peace", x=-12, y=-10, width=24, height=20))
    add(legend, element("li", icon, "quiet hours, days off"))
    return legend
