"""Good inputs made bad, by a generator of random numbers alone: the same numbers make the same input."""

from random import Random
from typing import Any

WORDS = (
    "phd postdoc Doktorand HiWi professor positions closed all open deadlines show search help remote hybrid Tübingen "
    "Rostock machine learning ml -phd not ohne kein without in und and or or 14 7d 36h 2027-05-02 31.01.2027 next week "
    "heute morgen bis until E13 TV-L 50% robust-ml owls CV/résumé C++ R&D @callboard_bot /positions /search /position "
    "/deadlines /help /start /follow /new /positions@callboard_bot NO null true ~ 12:30 0x1F 1e999"
).split()
NASTY = (
    "",
    " ",
    "\0",
    "\r\n",
    "\x1b[2J",
    "\u202e\u2066",
    "\u00ad\u200d\ufeff",
    "\ud800",
    "\U0001f469\u200d\U0001f4bb",
    "İıſK",
    "ﷺ" * 50,
    "a\u0300\u0301\u0302" * 200,
    "<!channel> <@U0123> <http://x|y> &amp; *_~`",
    "<script>alert(1)</script>",
    "' OR 1=1; DROP TABLE notices; --",
    "${TELEGRAM_BOT_TOKEN} {{7*7}} %s%n {0.__class__}",
    "../../../etc/passwd",
    "//evil.example/x?y#z",
    "mailto:a@b.example?bcc=c@d.example",
    "http://[",
    "[",
    "[::1",
    "a:b:c",
    "99999999999999999999999",
    "9" * 5000,
    "-1",
    "1e400",
    "NaN",
    "2027-02-30T25:61",
    "9999-12-31T23:59:59+14:00",
)
PUMPED = (
    "<",
    "![",
    "[",
    "(",
    "@",
    " ",
    "\t",
    "-",
    "a.",
    "a@",
    "*",
    "`",
    "> ",
    "\u0300",
    "[](",
    "&",
    "#",
    "/",
    "%2f",
    "🦉",
)
VALUES = (None, True, False, 0, -1, 1, 2**31, 2**63, 2**70, 1.5, 1e308, "", "x", [], {}, [[]], {"": None}, [None] * 50)
MOST = 16_000
"""The longest text that is put in by itself; what is pumped may be longer."""


def text(random: Random, most: int = MOST) -> str:
    """A question, or what only looks like one."""
    kind = random.random()
    if kind < 0.5:
        made = " ".join(random.choice(WORDS) for _ in range(random.randint(1, 12)))
    elif kind < 0.7:
        made = "".join(
            chr(random.choice((random.randrange(32, 127), random.randrange(0xD7FF))))
            for _ in range(random.randint(1, 60))
        )
    elif kind < 0.85:
        made = random.choice(PUMPED) * random.choice((2, 10, 100, 1000, 5000))
    else:
        made = random.choice(NASTY)
    if random.random() < 0.2:
        made += random.choice(NASTY)
    return made[:most]


def mutated_bytes(random: Random, good: bytes) -> bytes:
    """One to eight changes anywhere."""
    made = bytearray(good)
    for _ in range(random.randint(1, 8)):
        at = random.randrange(len(made) + 1)
        change = random.randrange(6)
        if change == 0 and made:
            made[at % len(made)] = random.randrange(256)
        elif change == 1:
            del made[at : at + random.choice((1, 2, 10, 100))]
        elif change == 2:
            made[at:at] = bytes(random.randrange(256) for _ in range(random.choice((1, 2, 8))))
        elif change == 3:
            made[at:at] = made[at : at + 40] * random.choice((1, 2, 50))
        elif change == 4:
            made[at:at] = text(random, 2000).encode(errors="surrogatepass")
        else:
            made[at:at] = random.choice(
                (b"\r\n", b"\n", b"\0", b": ", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"- ", b"&a ", b"*a")
            )
    return bytes(made[:100_000])


def mutated_text(random: Random, good: str) -> str:
    return mutated_bytes(random, good.encode(errors="replace")).decode(errors="replace")


def value(random: Random, depth: int = 0) -> Any:
    """Anything that JSON can hold."""
    kind = random.random()
    if kind < 0.4:
        return text(random, 2000)
    if kind < 0.8 or depth > 3:
        return random.choice(VALUES)
    if kind < 0.85:
        nested: Any = "x"
        for _ in range(random.choice((5, 100, 400))):
            nested = [nested]
        return nested
    if kind < 0.93:
        return [value(random, depth + 1) for _ in range(random.randint(0, 5))]
    return {text(random, 20): value(random, depth + 1) for _ in range(random.randint(0, 5))}


def rewritten(random: Random, good: Any, keys: frozenset[str]) -> Any:
    """JSON in which the texts at some of these keys are others: what people can change of what a platform sends."""
    if isinstance(good, dict):
        return {
            key: text(random)
            if key in keys and isinstance(inner, str) and random.random() < 0.7
            else rewritten(random, inner, keys)
            for key, inner in good.items()
        }
    return [rewritten(random, inner, keys) for inner in good] if isinstance(good, list) else good


def mutated(random: Random, good: Any, spare: frozenset[str] = frozenset()) -> Any:
    """JSON with one to four of its places changed: another value, none, twice, as a list. `spare`: keys whose values
    stay.
    """
    made = good
    for _ in range(random.randint(1, 4)):
        places = list(_places(made, (), spare))
        made = _changed(random, made, random.choice(places))
    return made


def _places(node: Any, path: tuple[Any, ...], spare: frozenset[str]) -> Any:
    yield path
    if isinstance(node, dict):
        for key, inner in node.items():
            if key not in spare:
                yield from _places(inner, (*path, key), spare)
    elif isinstance(node, list) and len(path) < 50:
        for index, inner in enumerate(node):
            yield from _places(inner, (*path, index), spare)


def _changed(random: Random, node: Any, path: tuple[Any, ...]) -> Any:
    if not path:
        return node if random.random() < 0.9 else value(random)
    key, *rest = path
    copy = dict(node) if isinstance(node, dict) else list(node)
    if rest:
        copy[key] = _changed(random, copy[key], tuple(rest))
        return copy
    change = random.randrange(6)
    if change == 0:
        del copy[key]
    elif change == 1:
        copy[key] = [copy[key]] * random.choice((1, 3, 200))
    elif change == 2 and isinstance(copy, dict):
        copy[text(random, 20)] = value(random)
    elif isinstance(copy[key], str) and change < 5:
        copy[key] = text(random) if random.random() < 0.7 else mutated_text(random, copy[key])
    else:
        copy[key] = value(random)
    return copy
