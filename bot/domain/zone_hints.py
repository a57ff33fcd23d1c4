"""What to write where a time zone is none, and what to say of one that is rarely meant.

A hint must not lead to another clock: whoever follows it has a file that holds up, and a deadline hours off. So
abbreviations, offsets, cities and countries that are no zone have tables of their own, and likeness of letters counts
only for a slip within a name.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files

from bot.domain.likeness import slips_between
from bot.domain.zones import AOE, offset_name, zone, zone_names
from bot.language import languages
from bot.language.cldr import locale_of

# What people call clocks: https://www.timeanddate.com/time/zones/, CLDR's metazones. Several places: it is ambiguous.
_CLOCKS = {
    "pst pdt pt pacific pacific-standard pacific-daylight": "America/Los_Angeles",
    "mdt mt mst mountain mountain-standard mountain-daylight": "America/Denver",
    "cdt ct central central-daylight": "America/Chicago",
    "est edt et eastern eastern-standard eastern-daylight": "America/New_York",
    "akst akdt alaska": "America/Anchorage",
    "hst hawaii hawaii-standard": "Pacific/Honolulu",
    "adt atlantic atlantic-standard atlantic-daylight": "America/Halifax",
    "nst ndt newfoundland": "America/St_Johns",
    "brt brst": "America/Sao_Paulo",
    "art": "America/Argentina/Buenos_Aires",
    "clt clst": "America/Santiago",
    "pet": "America/Lima",
    "gmt greenwich-mean": "GMT",
    "bst british-summer": "Europe/London",
    "cet cest mez mesz met mest central-european central-european-summer mitteleuropaische": "Europe/Berlin",
    "wet west western-european": "Europe/Lisbon",
    "eet eest oez oesz eastern-european": "Europe/Athens Europe/Helsinki Europe/Kyiv",
    "msk msd moscow": "Europe/Moscow",
    "trt": "Europe/Istanbul",
    "idt": "Asia/Jerusalem",
    "sast": "Africa/Johannesburg",
    "wat": "Africa/Lagos",
    "cat": "Africa/Maputo",
    "eat": "Africa/Nairobi",
    "irst": "Asia/Tehran",
    "gst": "Asia/Dubai",
    "pkt": "Asia/Karachi",
    "npt": "Asia/Kathmandu",
    "ict": "Asia/Bangkok",
    "wib": "Asia/Jakarta",
    "sgt": "Asia/Singapore",
    "myt": "Asia/Kuala_Lumpur",
    "pht": "Asia/Manila",
    "hkt": "Asia/Hong_Kong",
    "jst": "Asia/Tokyo",
    "kst": "Asia/Seoul",
    "aest": "Australia/Sydney Australia/Brisbane",
    "aedt aet": "Australia/Sydney",
    "acst": "Australia/Adelaide Australia/Darwin",
    "acdt": "Australia/Adelaide",
    "awst": "Australia/Perth",
    "nzst nzdt nzt": "Pacific/Auckland",
    "cst central-standard": "America/Chicago Asia/Shanghai America/Havana",
    "ist": "Asia/Kolkata Europe/Dublin Asia/Jerusalem",
    "ast": "America/Halifax Asia/Riyadh",
    "sst": "Asia/Singapore Pacific/Pago_Pago",
    "anywhere-on-earth": AOE,
    "us usa united-states": "America/New_York America/Chicago America/Denver America/Los_Angeles",
    "canada kanada": "America/Halifax America/Toronto America/Winnipeg America/Edmonton America/Vancouver",
    "australia australien": "Australia/Sydney Australia/Adelaide Australia/Perth",
    "brazil brasilien": "America/Sao_Paulo America/Manaus",
    "russia russland": "Europe/Moscow Asia/Yekaterinburg Asia/Novosibirsk Asia/Vladivostok",
    "utc z coordinated-universal universal": "UTC",
}

# Towns with universities that have no zone of their own, by the place whose clock they share.
_TOWNS = """
Europe/Berlin: munich muenchen munchen hamburg cologne koeln koln frankfurt stuttgart dusseldorf duesseldorf
    dortmund essen bochum leipzig bremen dresden hannover hanover nuremberg nurnberg nuernberg bonn munster muenster
    karlsruhe mannheim heidelberg aachen freiburg tubingen tuebingen gottingen goettingen darmstadt potsdam jena
    mainz marburg giessen kassel kiel lubeck luebeck rostock greifswald magdeburg erfurt weimar halle wurzburg
    wuerzburg erlangen regensburg augsburg bayreuth bamberg konstanz ulm ilmenau saarbrucken saarbruecken trier
    kaiserslautern paderborn bielefeld osnabruck osnabrueck oldenburg braunschweig brunswick clausthal chemnitz
    garching julich juelich
Europe/Vienna: wien graz linz salzburg innsbruck klagenfurt klosterneuburg leoben
Europe/Zurich: geneva genf geneve basel bern berne lausanne fribourg lugano neuchatel winterthur
Europe/Paris: lyon marseille toulouse nice nantes strasbourg strassburg montpellier bordeaux lille rennes grenoble
Europe/Amsterdam: rotterdam utrecht eindhoven delft leiden groningen nijmegen enschede maastricht wageningen tilburg
    hague
Europe/Brussels: brussel bruessel bruxelles leuven louvain ghent gent antwerp antwerpen liege
Europe/Rome: rom roma milan milano mailand turin torino naples napoli florence firenze bologna pisa padua padova
    trento trieste genoa genova venice venezia siena pavia
Europe/Madrid: barcelona valencia seville sevilla granada bilbao zaragoza salamanca malaga
Europe/Lisbon: lisboa lissabon porto coimbra braga aveiro
Europe/London: oxford manchester edinburgh glasgow bristol leeds sheffield liverpool nottingham cardiff belfast
    swansea aberdeen dundee southampton exeter leicester coventry brighton norwich
Europe/Dublin: cork galway limerick maynooth
Europe/Copenhagen: kobenhavn kopenhagen aarhus odense aalborg lyngby
Europe/Stockholm: uppsala lund gothenburg goteborg linkoping umea malmo lulea orebro
Europe/Oslo: bergen trondheim tromso stavanger
Europe/Helsinki: espoo tampere turku oulu aalto jyvaskyla
Europe/Prague: prag praha brno olomouc ostrava pilsen
Europe/Warsaw: warschau warszawa krakow cracow krakau wroclaw breslau gdansk danzig poznan posen lodz lublin
    katowice
Europe/Budapest: szeged debrecen pecs
Europe/Athens: athen thessaloniki patras heraklion
Europe/Moscow: moskau petersburg saint_petersburg
Europe/Istanbul: ankara izmir
Asia/Jerusalem: tel_aviv haifa rehovot beersheba
Asia/Shanghai: beijing peking guangzhou shenzhen hangzhou nanjing wuhan hefei tianjin xian chengdu suzhou dalian
Asia/Kolkata: mumbai bombay delhi new_delhi bangalore bengaluru chennai madras pune kanpur kharagpur roorkee
    ahmedabad guwahati
Asia/Tokyo: tokio kyoto osaka nagoya sendai sapporo fukuoka tsukuba kobe hiroshima yokohama okinawa
Asia/Seoul: daejeon busan pohang gwangju ulsan daegu suwon
Asia/Taipei: hsinchu tainan taichung kaohsiung
Asia/Karachi: lahore islamabad rawalpindi
Asia/Dubai: abu_dhabi
Asia/Riyadh: jeddah thuwal dhahran
Asia/Ho_Chi_Minh: hanoi
Africa/Cairo: kairo giza
Africa/Johannesburg: cape_town pretoria stellenbosch durban
Africa/Kigali: butare
America/New_York: boston philadelphia pittsburgh baltimore princeton ithaca new_haven atlanta washington_dc miami
    columbus cleveland buffalo chapel_hill raleigh ann_arbor providence amherst
America/Chicago: houston dallas austin minneapolis madison milwaukee urbana champaign evanston st_louis saint_louis
    new_orleans nashville
America/Denver: boulder salt_lake_city albuquerque los_alamos fort_collins
America/Phoenix: tempe tucson
America/Los_Angeles: san_francisco seattle berkeley stanford san_diego palo_alto pasadena irvine davis santa_cruz
    santa_barbara sacramento oakland las_vegas mountain_view
America/Toronto: ottawa montreal waterloo quebec
America/Vancouver: burnaby
America/Edmonton: calgary
America/Sao_Paulo: campinas rio_de_janeiro rio brasilia belo_horizonte curitiba porto_alegre
America/Mexico_City: puebla
America/Bogota: medellin
Australia/Sydney: canberra wollongong
Pacific/Auckland: wellington christchurch dunedin
"""
# Of countries with several clocks, the one that is meant by the country's name alone.
_COUNTRIES = {"CN": "Asia/Shanghai", "DE": "Europe/Berlin", "NZ": "Pacific/Auckland"}
_OF_PEOPLE = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")

_OFFSET = re.compile(r"(?:utc|gmt|z)?[ ]?([+-])[ ]?([0-9]{1,2})(?::?([0-9]{2}))?(?: ?h)?")
_BRACKETS = re.compile(r"\([^()]{0,40}\)")
_MOST = 60  # characters of a name that are looked at


def zone_hint(name: str, *, of_deadline: bool = True) -> str:
    """What to write instead of a name that is no zone: `; did you mean …?` or `; write …`, else nothing. `of_deadline`:
    it stands beside a deadline, which may have an offset.
    """
    if len(name) > _MOST:
        return ""
    folded = _folded(name)
    in_other_letters = next(
        (known for known in zone_names() if known.casefold() == folded and known not in _FIXED), None
    )
    return (
        _did_you_mean(in_other_letters)
        or _of_offset(folded, of_deadline=of_deadline)
        or _of_clock(folded)
        or _did_you_mean(_of_place(folded, is_code=name.isupper() and len(name) <= 5))
    )


def fixed_clock(name: str, at: datetime | None = None) -> str:
    """What to say of a zone with one clock all year, such as EST or Etc/GMT+5, where people mostly mean a place, or the
    opposite sign; empty for any other zone. `at`: an aware instant, for which it is said.
    """
    where = _FIXED.get(name)
    sign = re.fullmatch(r"Etc/GMT([+-])[1-9][0-9]?", name)
    if sign:
        offset = offset_name((at or _WINTER).astimezone(zone(name)))
        west = "west" if sign[1] == "+" else "east"
        return f"{name} is {offset}, {west} of Greenwich: its sign is the other way round"
    if not where:
        return ""
    clock, local = (at or _WINTER).astimezone(zone(name)), (at or _WINTER).astimezone(zone(where))
    town = where.rpartition("/")[2].replace("_", " ")
    if clock.utcoffset() == local.utcoffset():
        if name == "GMT":  # mostly meant as it is
            return ""
        return f"{name} is {offset_name(clock)} all year; write {where} if its clock is meant"
    return (
        f"{name} is {offset_name(clock)} all year, but {town} has {offset_name(local)} ({local.tzname()}) then: its "
        f"clocks show {local:%H:%M} at {clock:%H:%M} {name}; write {where} if its clock is meant"
    )


_FIXED = {"GMT": "Europe/London", "EST": "America/New_York", "MST": "America/Denver", "HST": "Pacific/Honolulu"}
_WINTER, _SUMMER = (datetime(2027, month, 1, 12, tzinfo=UTC) for month in (1, 7))


def _folded(name: str) -> str:
    text = _BRACKETS.sub("", name).casefold().replace("−", "-").replace("–", "-").replace(".", "")
    for umlaut, plain in (("ä", "a"), ("ö", "o"), ("ü", "u"), ("é", "e"), ("ã", "a"), ("ø", "o"), ("å", "a")):
        text = text.replace(umlaut, plain)
    return " ".join(text.split())


def _did_you_mean(name: str | None) -> str:
    return f'; did you mean "{name}"?' if name else ""


def _of_offset(folded: str, *, of_deadline: bool) -> str:
    """A name such as `UTC-8` or `+02:00`, which IANA does not know."""
    match = _OFFSET.fullmatch(folded)
    if not match:
        return ""
    sign, hours, minutes = match[1], int(match[2]), int(match[3] or 0)
    if hours > 14 or minutes > 59:
        return ""
    if hours == minutes == 0:
        return _did_you_mean("UTC")
    if (sign, hours, minutes) == ("-", 12, 0):
        return _did_you_mean(AOE)
    if of_deadline:
        offset = f"{sign}{hours:02}:{minutes:02}"
        return f"; write the offset behind the time, such as deadline: 2027-05-02 12:00{offset}, and delete this line"
    return "; write a place such as Europe/Berlin, for an offset knows no summer time"


def _of_clock(folded: str) -> str:
    """An abbreviation, several of one place (`PST/PDT`), or the name of a clock (`Eastern Time`, `MEZ`)."""
    words = re.sub(r" (?:time|zeit)$", "", folded)
    names = re.split(r" ?[/,] ?", words) if "/" in words or "," in words else [words.replace(" ", "-")]
    places = [_clocks().get(name) for name in names]
    if None in places or not places[0]:
        return ""
    shared = [place for place in places[0] if all(place in (others or ()) for others in places)]
    if not shared:
        return ""
    if len(shared) == 1:
        return (
            _did_you_mean(shared[0]) if shared[0] in {"UTC", AOE} else f"; write the place that is meant: {shared[0]}"
        )
    return f"; that may be several clocks: write {', '.join(shared[:-1])} or {shared[-1]}"


def _of_place(folded: str, *, is_code: bool) -> str | None:
    """The zone of a town or country, with or without the continent before it or the country behind it; also with a slip
    in its letters, unless it `is_code`: an abbreviation.
    """
    known = _towns()
    places = [part.replace(" ", "_") for part in re.sub(r" (?:time|zeit)$", "", folded).split(", ")]
    if len(places) > 1:
        zones = {known.get(place, "") for place in places}
        return zones.pop() if len(zones) == 1 else None
    area, _, town = places[0].rpartition("/")
    if zone_name := known.get(town):
        return zone_name if _in_area(zone_name, area) else None
    near = [] if is_code else [name for name in known if _is_slip(town, name) and _in_area(known[name], area)]
    if len({_clock_of(known[name]) for name in near}) != 1:
        return None
    return min((known[name] for name in near), key=lambda name: _last(name) not in near)  # rather its own name


def _last(zone_name: str) -> str:
    return zone_name.rpartition("/")[2].casefold()


def _clock_of(zone_name: str) -> tuple[timedelta | None, ...]:
    """What tells its clock from others: the offsets of winter and summer."""
    return tuple(at.astimezone(zone(zone_name)).utcoffset() for at in (_WINTER, _SUMMER))


def _in_area(zone_name: str, area: str) -> bool:
    """Whether a zone lies in a part of the world as written: none, `Europe`, `US` or, with a slip, `Europa`."""
    own = zone_name.rpartition("/")[0].casefold()
    return not area or own == _AREAS.get(area, area) or (len(area) > 3 and slips_between(own, area) == 1)


_AREAS = {"us": "america", "usa": "america", "canada": "america"}


def _is_slip(written: str, name: str) -> bool:
    """Whether a name is likely to be what was meant: the same first letter, and one letter other, more, less or
    swapped; in a long name two.
    """
    most = 2 if len(name) > 8 else 1
    return len(name) > 3 and written[:1] == name[0] and slips_between(written, name, most) <= most


@cache
def _clocks() -> dict[str, tuple[str, ...]]:
    return {name: tuple(places.split()) for names, places in _CLOCKS.items() for name in names.split()}


@cache
def _towns() -> dict[str, str]:
    """Towns and countries, folded, with the zone of each."""
    known = dict(_countries())
    for name in sorted(zone_names()):
        if name.startswith(_OF_PEOPLE) and (name.count("/") == 1 or name.endswith("/Buenos_Aires")):
            known[name.rpartition("/")[2].casefold()] = name
    for place, towns in re.findall(r"^(\w+/\w+): ((?:.+\n)(?: .+\n)*)", _TOWNS, re.MULTILINE):
        known |= dict.fromkeys(towns.split(), place)
    for name in _AMBIGUOUS:
        known.pop(name, None)
    return known


# Towns of which there are several that people would mean, and IANA's names that are none, such as Pacific/Easter.
_AMBIGUOUS = frozenset(
    "georgia victoria easter north south west center nsw act lhi queensland tasmania cambridge birmingham newcastle "
    "san_juan cordoba hamilton kingston norfolk".split()
)


def _countries() -> Iterator[tuple[str, str]]:
    """Countries with one clock, in each language, and the zone of each."""
    places: dict[str, list[str]] = {}
    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            code, _, name = line.split("\t")[:3]
            places.setdefault(code, []).append(name)
    territories = [locale_of(language).territories for language in languages()]
    names = {code: [names_there.get(code, "") for names_there in territories] for code in places}
    names["GB"] += ["uk", "england", "great britain", "scotland"]
    names["NL"] += ["holland"]
    for code, zones in places.items():
        if len(zones) == 1 or code in _COUNTRIES:
            for name in names[code]:
                yield _folded(name).replace(" ", "_"), _COUNTRIES.get(code, zones[0])
