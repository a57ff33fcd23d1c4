"""A posting as the soak's world writes it and its oracle judges it: plain data, and no code of the bot."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

PLACES = ("Jena", "Ulm", "Kiel", "Bonn", "Graz", "Basel")
ROLES = ("phd", "postdoc", "professor", "technician")


@lru_cache(maxsize=64)
def zone(name):
    return timezone(timedelta(hours=-12)) if name == "AoE" else ZoneInfo(name)


@dataclass(frozen=True)
class Deadline:
    """`local` is naive: what the clocks of `zone` show."""

    local: datetime
    zone: str

    @cached_property
    def at(self):
        return self.local.replace(tzinfo=zone(self.zone)).astimezone(UTC)


@dataclass(frozen=True)
class Advert:
    """`uid` stays when the file is renamed."""

    uid: int
    id: str
    version: int = 0
    role: str = "phd"
    status: str = "open"
    deadline: Deadline | None = None
    kind: str = "rolling"
    posted: str | None = None
    place: str = "Jena"
    pay: int = 0
    summary: int | None = None
    apply: int | None = None
    aliases: tuple[str, ...] = ()
    ending: str = ".yaml"

    @property
    def title(self):
        return f"Study {self.uid}.{self.version}"

    @property
    def file(self):
        return self.id + self.ending

    def text(self):
        """Its file."""
        lines = [f"title: {self.title}", f"role: {self.role}", f"status: {self.status}", f"location: {self.place}"]
        lines.append(f"pay: Pay{self.pay}")
        if self.deadline:
            day = self.deadline.local
            is_day = (day.hour, day.minute) == (23, 59)
            lines.append(f"deadline: {day:%Y-%m-%d}" if is_day else f'deadline: "{day:%Y-%m-%d %H:%M}"')
            lines += [f"timezone: {self.deadline.zone}", f"deadline_kind: {self.kind}"]
        if self.posted:
            lines.append(f"posted: {self.posted}")
        if self.summary is not None:
            lines.append(f"summary: Summary{self.summary}")
        if self.apply is not None:
            lines.append(f"apply: https://apply.example/{self.apply}")
        if self.aliases:
            lines.append(f"aliases: [{', '.join(self.aliases)}]")
        whole = "\n".join(lines) + "\n"
        return f"---\n{whole}---\nLong text.\n" if self.ending == ".md" else whole


@dataclass(frozen=True)
class Audience:
    """A channel, or with `is_person` somebody who follows. `roles` and `place` are its filter, or saved query."""

    name: str
    platform: str
    timezone: str = "Europe/Berlin"
    remind_at: str = "09:00"
    leads: tuple[str, ...] = ("14d", "7d", "1d")
    roles: tuple[str, ...] = ()
    place: str | None = None
    language: str = "en"
    announce_closing: bool = False
    address: str = ""
    thread: int | None = None
    is_person: bool = False

    @property
    def can_edit(self):
        return self.platform != "paper"

    @property
    def follows(self):
        return " ".join([*self.roles, *filter(None, [self.place])]).casefold()
