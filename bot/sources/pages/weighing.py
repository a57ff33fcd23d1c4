"""How much each piece of evidence weighs for a position that is there now, against a standing invitation.

The weights are log odds, by logistic regression over some 700 labelled calls on 270 pages of labs, held towards 0
(what is too rare to be measured, towards what is supposed of it) and rounded. On pages that were left out of the fit,
92 in 100 calls get a status by them, and 98 in 100 of these the right one. `python -m tests.sources.weighing FOLDER`
fits them anew and says how well that does; why it is done so stands in `docs/decisions/0010-a-status-is-weighed.md`.
"""

from collections.abc import Iterable

from bot.sources.pages.evidence import Evidence

WEIGHTS = {
    Evidence.DAY: 1.3,
    Evidence.DAY_ABOVE: 0.6,
    Evidence.ROLLING: 0.7,
    Evidence.LINK: 1.9,
    Evidence.PAY: 0.7,
    Evidence.NUMBER: 1.9,
    Evidence.FACTS: 2.1,
    Evidence.DETAILS: 1.2,
    Evidence.REQUIREMENTS: 0.8,
    Evidence.TERM: 1.1,
    Evidence.NOW: 0.9,
    Evidence.TOPIC: 0.2,
    Evidence.OPEN_TITLE: 0.7,
    Evidence.OFFER: 1.5,
    Evidence.OFFER_ABOVE: 0.8,
    Evidence.HIRING: 0.5,
    Evidence.STANDING: -0.3,
    Evidence.STANDING_FIRST: -1.9,
    Evidence.STANDING_ABOVE: -1.1,
    Evidence.LATER_ABOVE: -1.1,
    Evidence.FUNDS_ABOVE: -3.5,
    Evidence.OWN_MONEY: -1.9,
    Evidence.OWN_MONEY_FIRST: -0.5,
    Evidence.INVITES: -0.7,
    Evidence.INVITES_FIRST: -0.8,
    Evidence.INVITES_AGAIN: -1.0,
    Evidence.INVITING_TITLE: -0.9,
    Evidence.TITLE_OF_APPLICANT: -1.7,
    Evidence.SCHEME_TITLE: -1.5,
    Evidence.KIND_TITLE: -0.9,
    Evidence.SEVERAL: -1.0,
    Evidence.ROLE_TOLD: -1.2,
    Evidence.HEADED: -1.0,
    Evidence.NONE_ON_PAGE: -1.0,
    Evidence.AMONG_VACANCIES: -0.7,
    Evidence.INVITES_ALONE: -1.6,
    Evidence.LATER_ALONE: -2.0,
}
"""Log odds. What is not named weighs nothing by itself."""
USUAL = 3.9
"""What is found at all is most often a position that is there."""
CLOSE = 1.0
"""Below this, in either direction, nobody knows."""


def weigh(evidence: Iterable[Evidence]) -> float:
    """What pieces of evidence come to, the same in whichever order they are added: above 0 a position is there."""
    return round(USUAL + sum(WEIGHTS.get(piece, 0) for piece in evidence), 6)
