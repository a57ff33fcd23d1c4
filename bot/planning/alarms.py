"""When a reader's calendar rings: at their own lead times, as the bot reminds them."""

from dataclasses import replace
from datetime import datetime

from bot.audiences.follower import Defaults, Follower
from bot.domain.posting import Posting
from bot.domain.schedule import Schedule
from bot.planning.wanted import reminders


def alarms(posting: Posting, follower: Follower | None, defaults: Defaults) -> tuple[datetime, ...]:
    """The instants (aware) before its deadline, in order, at which somebody is reminded of it who follows like this, or
    has said nothing (None). Quiet hours and digests move messages, and no alarm.
    """
    return tuple(occasion.at for occasion in reminders(posting, _schedule(posting, follower, defaults)) if occasion.at)


def _schedule(posting: Posting, follower: Follower | None, defaults: Defaults) -> Schedule:
    if follower is None:
        return defaults.schedule
    schedule = follower.schedule(defaults)
    names = posting.names
    own = next((follower.reminders[name] for name in names if name in follower.reminders), None)
    return schedule if own is None else replace(schedule, reminders=own.leads)
