"""What is kept about somebody, in words."""

from collections.abc import Iterator

from bot.audiences.follower import written
from bot.audiences.personal import PersonalData
from bot.chat.context import Context
from bot.chat.saving import query_label
from bot.domain.message import joined, shortened
from bot.questions.filters import read_filter

_MOST = 600  # characters of a list


def about(context: Context, data: PersonalData) -> Iterator[str]:
    """A line for each kind of data that is kept about a person."""
    _ = context.wording._
    if data.follower:
        yield from _as_follower(context, data)
    if data.calendar:
        text = _("that there is a private address of your calendar since {date}, and how to know it again")
        yield text.format(date=f"{data.calendar:%Y-%m-%d}")
    if data.messages:
        count = context.wording.ngettext(
            "{n} note of what I sent to you, so that nothing is sent twice and all can be put right: {postings}",
            "{n} notes of what I sent to you, so that nothing is sent twice and all can be put right: {postings}",
            data.messages,
        )
        yield count.format(n=data.messages, postings=_listed(data.postings))
    if data.dialogues:
        yield _("what I asked you last, and what you answered so far; for a day at most")
    if data.handed_in:
        yield _("drafts that you handed in: {names}").format(names=_listed(data.handed_in))
    if data.decided:
        yield _("drafts that you decided on: {names}").format(names=_listed(data.decided))
    if data.owned:
        yield _("positions that are yours: {names}").format(names=_listed(data.owned))
    if data.entries:
        changes = dict.fromkeys(joined((action, posting), " ") for _at, action, posting in data.entries)
        yield _("in the audit, with your name as it was then: {entries}").format(entries=_listed(tuple(changes)))


def _as_follower(context: Context, data: PersonalData) -> Iterator[str]:
    wording, follower = context.wording, data.follower
    _ = wording._
    assert follower  # noqa: S101  # asked only then
    yield _("where I write to you: {place}").format(place=follower.destination.place)
    if follower.queries:
        queries = (query_label(context, read_filter(saved.text).query) for saved in follower.queries)
        yield _("what you follow, and since when: {queries}").format(
            queries=_listed(
                tuple(
                    f"{query} ({saved.since:%Y-%m-%d})" for query, saved in zip(queries, follower.queries, strict=True)
                )
            )
        )
    if follower.reminders:
        names = (joined((name, *map(str, own.leads)), " ") for name, own in sorted(follower.reminders.items()))
        yield _("of what you are reminded: {names}").format(names=_listed(tuple(names)))
    settings = ", ".join(f"{key} {value}" for key, value in written(follower.preferences).items())
    if settings:
        yield _("your settings: {settings}").format(settings=settings)


def _listed(names: tuple[str, ...]) -> str:
    return shortened(", ".join(names), _MOST)
