"""Where things are on the web: the addresses of the board and of all that belongs to it."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from bot.language import SOURCE

_ID = re.compile(r"[a-z0-9-]{1,200}")  # of a posting: the stem of its file

LISTEN = "127.0.0.1:8080"
"""Where the bot can be reached by HTTP, unless it is told."""


@dataclass(frozen=True, slots=True)
class Site:
    """A board. `base_url` has no slash at its end; `title` is its heading (None: the language's own). `timezone` is for
    what names none; `when_empty` is said when nothing is open. `first_host` is where the world first saw it.
    """

    base_url: str
    title: str | None = None
    language: str = SOURCE
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

    def posting_at(self, address: str) -> str | None:
        """The id of the posting whose own page is at that address, whatever is asked of it there; None for every other
        address, such as one of another host or port.
        """
        try:
            target, base = urlsplit(address), urlsplit(self.base_url)
        except ValueError:
            return None
        start = f"{base.path}/postings/"
        is_ours = target.scheme in {"http", "https"} and target.netloc.casefold() == base.netloc.casefold()
        name = target.path.removeprefix(start).removesuffix("/")
        return name if is_ours and target.path.startswith(start) and _ID.fullmatch(name) else None


def is_loopback(listen: str) -> bool:
    """Whether only this machine can come to an address such as `127.0.0.1:8080` or `[::1]:80`."""
    host = listen.rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
