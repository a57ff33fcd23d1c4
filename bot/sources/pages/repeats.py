"""The calls of a page, each once: what it says again elsewhere, in passing or in another language, is no other call."""

from collections.abc import Iterable

from bot.domain.posting import Role
from bot.sources.pages.call import Call
from bot.sources.pages.titles import is_kind


def without_repeats(found: Iterable[Call]) -> list[Call]:
    """The calls in their order, without those that only repeat, count or announce others."""
    return _without_echoes(_without_summaries(_without_copies(found)))


def _without_copies(found: Iterable[Call]) -> list[Call]:
    """The calls without those that stand on the page twice, word for word."""
    known: dict[tuple[object, ...], Call] = {}
    for call in found:
        head = call.heading.text if call.heading else ""
        texts = (text for block in call.blocks for text in (block.text, block.struck))
        known.setdefault((call.title, head, call.status, tuple(call.roles), *texts), call)
    return list(known.values())


def _without_summaries(found: list[Call]) -> list[Call]:
    """The calls without sentences that only say how many of them follow."""
    named = {role for call in found if not call.is_summary and not call.is_speculative for role in call.roles}
    return [call for call in found if not (call.is_summary and named & set(call.roles))]


def _without_echoes(found: list[Call]) -> list[Call]:
    """The calls without invitations for a role that a heading invites, too. Of theses there may be several kinds."""
    headed = [call for call in found if call.is_speculative and not call.is_composed]
    named = {role for call in headed for role in call.roles}
    kinds: set[Role] = set()
    kept: list[Call] = []
    for call in found:
        roles = set(call.roles)
        if call.is_speculative and call.is_composed and roles <= named:
            continue
        if call.is_speculative and not call.is_composed and is_kind(call.title) and roles != {Role.THESIS}:
            if roles <= kinds:
                continue
            kinds |= roles
        kept.append(call)
    return kept
