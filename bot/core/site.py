"""Where things are on the web: the addresses of the board and of all that belongs to it."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit, urlunsplit


@dataclass(frozen=True, slots=True)
class Site:
    """A board. `base_url` has no slash at its end; `title` is its heading (None: the language's own). `timezone` is for
    what names none; `when_empty` is said when nothing is open. `first_host` is where the world first saw it.
    """

    base_url: str
    title: str | None = None
    language: str = "en"
    timezone: str = "UTC"
    when_empty: str | None = None
    first_host: str | None = None

    @property
    def host(self) -> str:
        """For ids that stay the same for ever."""
        return urlsplit(self.base_url).hostname or "localhost"

    def at(self, path: str, **query: str) -> str:
        """The whole address of a path such as `feed.atom`."""
        wanted = {name: value for name, value in query.items() if value}
        return f"{self.base_url}/{path}" + (f"?{urlencode(wanted)}" if wanted else "")

    def lasting(self, address: str) -> str:
        """An address of the board as an id: it keeps the first host when the board moves, as the entries' ids do."""
        if self.first_host in {None, self.host}:
            return address
        return urlunsplit(urlsplit(address)._replace(netloc=self.first_host))

    def posting(self, name: str, ending: str = "") -> str:
        """A posting's own page, or with `.png` or `.ics` what belongs to it."""
        return self.at(f"postings/{quote(name, safe='')}{ending}")
