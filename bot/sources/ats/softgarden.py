"""softgarden: a career page has the ids of all its positions in a script; each has a page with a JobPosting."""

import re
from urllib.parse import urlsplit

from bot.sources.ats.base import Listing, Request, System, at_host
from bot.sources.base import SourceError
from bot.sources.fetching import Fetched
from bot.sources.jsonld import job_postings
from bot.sources.records import Record

_IDS = re.compile(r"complete_job_id_list\s{0,5}=\s{0,5}\[([0-9,\s\"']{0,100000})\]")


def _listing(fetched: Fetched) -> Listing:
    said = _IDS.search(fetched.text)
    if not said:
        raise SourceError("the answer has no list of positions")
    parts = urlsplit(fetched.url)
    numbers = list(dict.fromkeys(re.findall(r"[0-9]+", said[1])))
    details = tuple(Request(f"{parts.scheme}://{parts.netloc}/job/{number}?l=en") for number in numbers)
    return Listing((), None, details, 0, len(numbers))


def _detail(fetched: Fetched) -> Record:
    found, _ = job_postings(fetched.text)
    if len(found) != 1:
        raise SourceError("the page of a position has no JobPosting")
    return found[0]


SYSTEM = System(at_host("/"), _listing, _detail)
