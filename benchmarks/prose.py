"""Pages of positions whose prose never repeats, from a seed: sentences in five languages, with words made up."""

from collections.abc import Callable, Iterator
from random import Random

SIZE = 1_000_000  # characters

_SYLLABLES = (
    "al an ar be bo ca co da de do en er es fo ga ge hi in is ka ke la le li lo ma me mi mo na ne no or pa pe po ra "
    "re ri ro sa se si so ta te ti to tra tri un ur va ve vi vo za"
).split()
_FIELDS = (
    "optics ecology robotics semantics polymers galaxies proteins soils rivers algorithms grammars crystals neurons "
    "glaciers economies archives melodies plasmas forests languages vaccines markets magnets insects"
).split()
_SENTENCES = (
    "The group works on {x} and {y}, and asks how {w} changes when {v} does.",
    "Our methods come from {x}: we measure {w}, model it, and test the model in the field.",
    "You will join a team of {n} people who study {x} with partners in {w} and {v}.",
    "In {year}, the lab published its first results on {w} in {x}, together with a data set of {n} samples.",
    "We are interested in candidates with a background in {x}, {y} or a related field.",
    "Students learn to plan experiments, to write about {w}, and to present their work at conferences.",
    "The project is funded by the {w} foundation until the end of {year} and is part of a network on {y}.",
    "Applicants should have experience with {x}, good English, and the wish to work with others.",
    "Every week there is a seminar in which open questions of {y} are discussed with guests from {w}.",
    "The position of the {w} in {x} is determined by its state; this closes a gap between {v} and {y}.",
    "If funding becomes available, further work on {w} will be offered to those who want to go on.",
    "Die Gruppe untersucht {x} und {y}; dabei geht es um {w} und die Frage, wie {v} entsteht.",
    "Wir bieten ein freundliches Team, eine gute Betreuung und viel Zeit für {w}.",
    "Die Stelle ist am Institut für {w} angesiedelt, das {n} Mitarbeiterinnen und Mitarbeiter hat.",
    "Voraussetzung sind Kenntnisse in {x}, Freude an {v} und die Bereitschaft, sich in {y} einzuarbeiten.",
    "Bewerbungen aus dem Ausland sind willkommen, ebenso von Menschen, die {w} schon lange kennen.",
    "L'équipe travaille sur {x} et {y}, avec des partenaires à {w} et des données de {year}.",
    "Le poste demande une bonne connaissance de {v}, de la curiosité et le goût du travail en équipe.",
    "El grupo estudia {x} y {y}, y colabora con {w} en un proyecto que empezó en {year}.",
    "Buscamos personas con interés en {v}, que quieran aprender y compartir lo que saben.",
    "Il gruppo studia {x} e {y}; la ricerca su {w} è finanziata dalla fondazione {v}.",
    "Si offre un ambiente aperto, con seminari su {v} e la possibilità di lavorare a {w}.",
)
_ROLES = ("PhD position in", "Postdoc in", "Master thesis on", "Research assistant for", "Doktorandenstelle:")
_MONTHS = "January February March April May June July August September October November December".split()


class Prose:
    """What is written from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def word(self) -> str:
        """A word that hardly another page has."""
        return "".join(self._random.choices(_SYLLABLES, k=self._random.randint(2, 4))).capitalize()

    def sentence(self) -> str:
        """A sentence that hardly another page has."""
        x, y = self._random.sample(_FIELDS, 2)
        return self._random.choice(_SENTENCES).format(
            x=x, y=y, w=self.word(), v=self.word(), n=self._random.randint(2, 90), year=self._random.randint(2015, 2032)
        )

    def paragraph(self, sentences: int = 5) -> str:
        """Some sentences."""
        return " ".join(self.sentence() for _ in range(sentences))

    def blocks(self, size: int) -> Iterator[str]:
        """Paragraphs, headings, lists and tables as HTML, in all about so many characters."""
        written = 0
        while written < size:
            match self._random.randrange(12):
                case 0:
                    block = f"<h3>{self.word()} and {self.word()}</h3>"
                case 1 | 2:
                    block = f"<ul>{''.join(f'<li>{self.sentence()}</li>' for _ in range(6))}</ul>"
                case 3:
                    row = "<tr><td>{}</td><td>{}</td></tr>"
                    rows = "".join(row.format(self.word(), self.sentence()) for _ in range(5))
                    block = f"<table><tr><th>Topic</th><th>What it is</th></tr>{rows}</table>"
                case _:
                    block = f"<p>{self.paragraph()}</p>"
            written += len(block)
            yield block

    def name(self, number: int) -> str:
        """The title of a call."""
        return f"{self._random.choice(_ROLES)} {self._random.choice(_FIELDS)} and {self.word()} {number}"

    def due(self) -> str:
        """Until when, and to whom to write."""
        day, month = self._random.randint(1, 28), self._random.choice(_MONTHS)
        return f"Apply by {day} {month} 2026 to {self.word().lower()}@lab.example."


def _page(parts: Iterator[str]) -> str:
    return f"<html><head><title>Open positions</title></head><body><main>{''.join(parts)}</main></body></html>"


def one_call(seed: int) -> str:
    """One call, and a megabyte of prose below it."""
    prose = Prose(seed)
    return _page(iter((f"<h1>PhD position in optics</h1><p>{prose.due()}</p>", *prose.blocks(SIZE))))


def twenty_calls(seed: int) -> str:
    """Twenty calls, each with its part of a megabyte below it."""
    prose = Prose(seed)

    def parts() -> Iterator[str]:
        for number in range(20):
            yield f"<h2>{prose.name(number)}</h2><p>We are looking for you. {prose.due()}</p>"
            yield from prose.blocks(SIZE // 20 - 200)

    return _page(parts())


def many_headings(seed: int) -> str:
    """Two thousand calls, each headed and with a paragraph."""
    prose = Prose(seed)
    return _page(f"<h2>{prose.name(n)}</h2><p>{prose.paragraph(3)} {prose.due()}</p>" for n in range(2000))


def many_items(seed: int) -> str:
    """Two thousand calls in one list, each with a link."""
    prose = Prose(seed)
    items = (f"<li><a href='/j/{n}'>{prose.name(n)}</a>: {prose.paragraph(3)} {prose.due()}</li>" for n in range(2000))
    return _page(iter(("<h1>Open positions</h1><ul>", *items, "</ul>")))


def many_rows(seed: int) -> str:
    """Two thousand calls in one table."""
    prose = Prose(seed)
    row = "<tr><td><a href='/j/{}'>{}</a></td><td>{}</td><td>{}</td></tr>"
    rows = (row.format(n, prose.name(n), prose.paragraph(3), prose.due()) for n in range(2000))
    head = "<h1>Open positions</h1><table><tr><th>Position</th><th>Topic</th><th>Deadline</th></tr>"
    return _page(iter((head, *rows, "</table>")))


def many_links(seed: int) -> str:
    """One call with twenty thousand links in its paragraph."""
    prose = Prose(seed)
    links = (f"<a href='/x/{n}'>{prose.word()} {prose.word()}</a> " for n in range(20_000))
    return _page(iter(("<h1>PhD position in optics</h1><p>We are looking for a PhD student. ", *links, "</p>")))


def one_paragraph(seed: int) -> str:
    """One call, and a megabyte in one paragraph."""
    prose = Prose(seed)
    text = " ".join(prose.sentence() for _ in range(SIZE // 90))
    return _page(iter((f"<h1>PhD position in optics</h1><p>{prose.due()} {text}</p>",)))


def markdown(seed: int) -> str:
    """One call in Markdown, and a megabyte of prose below it."""
    prose = Prose(seed)
    text = "\n\n".join(prose.paragraph() for _ in range(SIZE // 460))
    return f"---\ntitle: Open positions\n---\n\n# PhD position in optics\n\n{prose.due()}\n\n{text}\n"


SHAPES: dict[str, tuple[Callable[[int], str], int]] = {
    "one call": (one_call, 1),
    "20 calls": (twenty_calls, 20),
    "one paragraph": (one_paragraph, 1),
    "Markdown": (markdown, 1),
    "2,000 headed calls": (many_headings, 1000),
    "2,000 items": (many_items, 1000),
    "2,000 rows": (many_rows, 1000),
    "20,000 links": (many_links, 1),
}
"""Each with how many calls are to be found; no more than a thousand are taken."""
