"""softgarden: a career page has the ids of all its positions in a script; each has a page with a JobPosting.

What was checked, and by what:

- list: `/` leads to `/LANGUAGE/vacancies`; there `var complete_job_id_list = jobs_selected = [1, 2]` names every
  position, whatever is shown. [colophon-group/jobseek; measured on three boards by others, 2026-09]
- paging, total: none: cards are paged in the browser, the list of ids is whole. [the same]
- empty, broken: `[]`; an unknown board answers 404, a page without the list is none. [the same]
- position: `/job/ID`, with one JobPosting; its `identifier` is the employer's, so the id is that of the address. [the
  same]
- `baseSalary`: 0 to 0 where nothing is said. [the same]
- robots.txt: forbids `/api/`, `/rest/`, `/apply/` and `/*/widgets/`, none of which is asked. [the same]
"""

import re
from dataclasses import replace
from urllib.parse import urlsplit

from bot.sources.ats.base import BoardPage, PageRequest, System, at_host
from bot.sources.base import SourceError
from bot.sources.fetching import Fetched
from bot.sources.jsonld import job_postings
from bot.sources.records import SourceRecord

_IDS = re.compile(r"complete_job_id_list\s{0,5}=\s{0,5}(?:\w{1,40}\s{0,5}=\s{0,5})?\[([0-9,\s\"']{0,100000})\]")
_POSITION = re.compile(r"/job/([0-9]{1,20})\b")


def _listing(fetched: Fetched) -> BoardPage:
    id_list = _IDS.search(fetched.text)
    if not id_list:
        raise SourceError("the answer has no list of positions")
    parts = urlsplit(fetched.url)
    numbers = list(dict.fromkeys(re.findall(r"[0-9]+", id_list[1])))
    details = tuple(PageRequest(f"{parts.scheme}://{parts.netloc}/job/{number}?l=en") for number in numbers)
    return BoardPage((), None, details, 0, len(numbers))


def _detail(fetched: Fetched) -> SourceRecord:
    records, _ = job_postings(fetched.text)
    if len(records) != 1:
        raise SourceError("the page of a position has no JobPosting")
    position = _POSITION.search(fetched.url)
    return replace(records[0], source_id=position[1]) if position else records[0]


SYSTEM = System(at_host("/"), _listing, _detail)
