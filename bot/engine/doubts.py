"""What was on its way when a process ended: nobody knows whether it has arrived."""

from collections.abc import Iterable, Iterator

from bot.audiences.audiences import Audiences
from bot.audiences.private import is_private
from bot.domain.notice import Record
from bot.domain.schedule import Destination


def destinations_in_doubt(
    records: Iterable[Record], audiences: Audiences
) -> Iterator[tuple[Record, Destination, bool]]:
    """Each with where it was sent to, and whether it is dropped where the platform cannot say. Asked when all are known
    who follow: what was on its way to one of them is in doubt as well.
    """
    for record in records:
        if audience := audiences.get(record.channel):
            yield record, audience.destination, record.kind in audience.drop_in_doubt
        elif is_private(record.channel) and (place := record.destination):
            yield record, place, False
