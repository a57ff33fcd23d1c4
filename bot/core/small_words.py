"""Words of a question that are not looked for: what carries no meaning, and what tells how the others are meant.

Folded, as `query.words` leaves them.
"""

from functools import cache

from bot.core.query import Scope, words
from bot.language import languages, question_words

NOISE = frozenset(
    """a an the any some and or of in at on for with from to by as is are am be there do does did you your yours have
    has had we our us me i my it its this that these those can could would should may will like want need find give
    tell show list about what which who where how right now today currently current please available open vacant
    vacancy vacancies position positions job jobs opening openings opportunity opportunities posting postings call
    calls hiring looking search searching seeking offer offers offered role roles new group lab team apply applying
    hi hello hey thanks thank anything something deadline deadlines when closes close closing due ends ending next
    day days week weeks month months soon soonest m f d w x but so also look still yet near nearby recently lately ones
    topic topics attached attachment attaching enclosed
    der die das den dem des ein eine einen einem einer eines und oder im am an auf fur fuer bei mit von vom zu zur zum
    nach welche welcher welches welchen was wer wo wie gibt es ist sind habt ihr euch eure eurer haben hat sie ihnen
    du ich wir uns mir mich bitte zeige zeig liste offen offene offenen offener offenes freie freien frei aktuell
    aktuelle aktuellen gerade derzeit momentan jetzt heute stelle stellen stellenangebot stellenangebote
    stellenausschreibung stellenausschreibungen ausschreibung ausschreibungen positionen angebot angebote suche
    suchen suchst sucht such noch auch denn als kann man gruppe arbeitsgruppe hallo danke wann
    endet enden schliesst schliessen tag tage woche wochen monat monate bald diese dieser diesen nachste nachsten frist
    fristen bewerbungsfrist bewerbungsfristen aber sondern kurzlich neulich thema themen anbei anhang
    angehangt angehaengt beigefugt beigefuegt wurde wurden wird werden worden mochte moechte wurde wuerde gern gerne
    worauf wofur wofuer bewerben mein meine meinen meiner schreiben was were been being""".split()
)
JOBS = frozenset(
    """position positions job jobs opening openings vacancy vacancies posting postings role roles opportunity
    opportunities stelle stellen stellenangebot stellenangebote positionen""".split()
)
SCOPES = {
    **dict.fromkeys("closed past expired archive archived former".split(), Scope.CLOSED),
    **dict.fromkeys(
        "geschlossen geschlossene geschlossenen vergangen vergangene vergangenen abgelaufen abgelaufene "
        "abgelaufenen fruhere fruheren fruehere frueheren archiv beendet beendete".split(),
        Scope.CLOSED,
    ),
    **dict.fromkeys("all everything alle allen alles".split(), Scope.ALL),
}
IS_OPEN = frozenset("open available vacant offen offene offenen offener offenes frei freie freien".split())

BEFORE_NAMES = frozenset("in the from at near within aus den im bei nach for fur fuer".split())
"""Behind these, "IT" and "us" are what is looked for: "jobs in the us", and not "show us the jobs"."""

REQUIRED = frozenset(
    """require requires required requiring needed needing necessary mandatory compulsory erforderlich notig noetig
    notwendig verlangt vorausgesetzt benotigt benoetigt gefordert zwingend pflicht rolle role muss must""".split()
)
"""Of what is not required, it is said behind it as well: "German not required"."""

OF_PAY = frozenset("paid bezahlt vergutet verguetet".split())
"""Before a pay grade these say no more: "not paid E13"."""

OF_LANGUAGES = frozenset(
    "language languages skill skills knowledge requirement requirements kenntnisse sprachkenntnisse sprache".split()
)
"""What may stand behind a language that is not asked for: "without German language skills"."""

PASSED_OVER = REQUIRED | frozenset(
    """interested interessiert good gute guten fluent fliessend fliessende necessarily unbedingt including doing being
    fully completely entirely vollstandig vollstaendig komplett spielt mehr""".split()
)

OR = frozenset(("or", "oder"))
CARRY = OR | frozenset(("nor", "noch"))
ALSO = frozenset("and und sowie".split())
PRONOUNS = frozenset("it us man".split())
"""In a filter these mean nothing but what they would in capitals."""

TITLES = frozenset("prof professor professorin dr".split())
BEFORE_PEOPLE = frozenset("with by under of bei beim von unter".split())
"""Between these and a name, "Prof." is no role."""
WORKPLACES = frozenset("remote hybrid hybride".split())


@cache
def passed_over() -> frozenset[str]:
    """What a question may say, and does not look for, in every language; umlauts in either spelling."""
    told = [str(question_words(language)["passed_over"]["words"]) for language in languages()]
    spelt_out = (text.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue") for text in told)
    return frozenset(word for text in (*told, *spelt_out) for word in words(text))


def says_little(text: str) -> bool:
    """Whether a text is nothing but words that are passed over: then it is they that are looked for."""
    said = words(text)
    return bool(said) and passed_over().issuperset(said)
