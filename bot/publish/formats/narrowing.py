"""What part of a board is asked for. A feed or calendar of a part is one of its own: it says which in its address, its
id and its name, so that no reader takes it for the whole.
"""

from collections.abc import Mapping
from typing import NamedTuple

from bot.domain.message import joined
from bot.domain.posting import Posting, Role
from bot.domain.site import Site
from bot.publish.formats.entries import clean
from bot.questions.places import is_in
from bot.wording.wording import Wording


class Narrowing(NamedTuple):
    """`text` is a query as in chat; a place is found by its town, too; role and tag are exact. Empty: not asked for."""

    text: str = ""
    role: str = ""
    place: str = ""
    tag: str = ""

    @property
    def query(self) -> Mapping[str, str]:
        """Its parameters in an address, always in this order."""
        values = {"q": self.text, "role": self.role, "place": self.place, "tag": self.tag}
        return {name: clean(value) for name, value in values.items() if value}

    def holds(self, posting: Posting) -> bool:
        """Whether a posting has that role, place and tag; what `text` asks for is left to chat."""
        return (
            (not self.role or self.role in posting.roles)
            and (not self.tag or self.tag in posting.tags)
            and (not self.place or is_in(posting.location, self.place))
        )

    def name(self, site: Site, words: Wording) -> str:
        """The board's heading, and what of it is asked for: `Open positions: PhD, Rostock`."""
        whole = clean(site.title or words.open_positions())
        role = words.role(Role(self.role)) if self.role else ""
        part = joined([self.text, role, self.place, self.tag], ", ")
        return f"{whole}: {clean(part)}" if part else whole


WHOLE = Narrowing()
