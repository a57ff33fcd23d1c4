"""Days on which something else happens than that applications end: none of them may ever become a deadline."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.sources.pages.days import DateStyle
from bot.sources.pages.deadlines import deadline

_FORMS = (
    "{d} {month} {y}",
    "{month} {d}, {y}",
    "{d:02}.{m:02}.{y}",
    "{y}-{m:02}-{d:02}",
    "{d}th of {month} {y}",
    "{m}/{d}/{y}",
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)
_OTHER = (
    # begins
    "The position starts on {}.",
    "Start date: {}.",
    "Starting date: {} (negotiable).",
    "Desired start: {}",
    "The position is available from {}.",
    "The position will be available by {}.",
    "The successful candidate is expected to start by {}.",
    "The earliest starting date is {}.",
    "Employment begins no later than {}.",
    "Anticipated start: no later than {}.",
    "We are looking for a PhD student to start by {} at the latest.",
    "Applicants should be able to start before {}.",
    "Candidates who can join us by {} are preferred.",
    "Die Stelle ist zum {} zu besetzen.",
    "Die Stelle ist spätestens zum {} zu besetzen.",
    "Beginn: {}",
    "Eintrittstermin ist der {}.",
    "Wir suchen ab dem {} eine Doktorandin.",
    "Arbeitsbeginn spätestens am {}.",
    # is decided
    "Interviews will be held on {}.",
    "Interviews are planned by {}.",
    "Shortlisted applicants will be invited for interviews on {}.",
    "Applicants will be notified by {}.",
    "We answer all applications by {}.",
    "We will get back to all applicants by {}.",
    "We aim to evaluate the applications by {}.",
    "Wir melden uns bei allen Bewerbern bis {}.",
    "Successful applicants will be announced by {}.",
    "All applications will be processed by {}.",
    "The selected candidate should be ready to move by {}.",
    "Applicants will hear from us by {}.",
    "We will inform all applicants of our decision by {}.",
    "Decisions on applications will be made before {}.",
    "Vorstellungsgespräche finden am {} statt.",
    "Die Bewerbungsgespräche finden voraussichtlich bis {} statt.",
    "Das Auswahlverfahren ist bis {} abgeschlossen.",
    # runs
    "The project runs until {}.",
    "The contract is limited until {}.",
    "The position is funded until {}.",
    "Funding is secured through {}.",
    "Die Stelle ist befristet bis {}.",
    "Die Stelle ist bis zum {} befristet.",
    "Das Projekt läuft bis {}.",
    "Laufzeit bis {}.",
    "The appointment ends on {}.",
    "The fellowship period is until {}.",
    # who may apply
    "Applicants must hold a PhD by {}.",
    "Applicants must have submitted their thesis by {}.",
    "Applicants must have obtained their degree before {}.",
    "Applicants must not have received their doctorate before {}.",
    "Applicants must have completed their master's degree by {}.",
    "Applicants should expect to graduate by {}.",
    "Applicants must be enrolled until at least {}.",
    "Candidates must have defended their dissertation no later than {}.",
    "Applicants must not have lived in Germany for more than 12 months before {}.",
    "Your PhD was awarded no earlier than {}.",
    "Bewerberinnen müssen ihr Studium bis {} abgeschlossen haben.",
    "Das Studium muss bis zum {} abgeschlossen sein.",
    "Die Promotion darf nicht vor dem {} abgeschlossen worden sein.",
    "Applicants born before {} are not eligible.",
    # was published
    "Posted on {}.",
    "Published: {}",
    "Last updated: {}",
    "Applications open on {}.",
    "The application portal opens on {}.",
    "The call opens on {}; applications are submitted online.",
    "Stand: {}",
    "Veröffentlicht am {}",
    "Bewerbungen sind ab dem {} möglich.",
    # others'
    "I am happy to support applications for MSCA fellowships (deadline {}).",
    "You may apply with your own funding, e.g. by {}.",
    "The conference deadline is {}.",
    "The abstract submission deadline for our workshop is {}.",
    "Registration for the summer school closes on {}.",
)
_DUE = ("Apply by {}.", "Application deadline: {}.", "Bewerbungsschluss ist der {}.", "Bewerbungen bitte bis {}.")
days = st.dates(date(2026, 1, 1), date(2028, 12, 28))


def _written(day: date, form: str) -> str:
    return form.format(d=day.day, m=day.month, y=day.year, month=_MONTHS[day.month - 1])


@given(st.sampled_from(_OTHER), days, st.sampled_from(_FORMS))
def test_a_day_of_something_else_is_no_deadline(sentence: str, day: date, form: str) -> None:
    found = deadline([sentence.format(_written(day, form))], DateStyle(month_first=True))
    assert found.day is None
    assert found.unclear is None


@given(
    other=st.sampled_from(_OTHER),
    due=st.sampled_from(_DUE),
    first=days,
    last=days,
    form=st.sampled_from(_FORMS),
    is_first=st.booleans(),
    is_apart=st.booleans(),
)
def test_beside_the_deadline_it_is_none_either(
    other: str, due: str, first: date, last: date, form: str, *, is_first: bool, is_apart: bool
) -> None:
    said = [other.format(_written(first, form)), due.format(_written(last, form))]
    said = said if is_first else said[::-1]
    found = deadline(said if is_apart else [" ".join(said)], DateStyle(month_first=True))
    assert found.day in {last, None}
