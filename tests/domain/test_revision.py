"""One rule for what is kept of a posting, and for which posting is another one under a new id."""

from datetime import UTC, datetime

from bot.domain import snapshot
from bot.domain.posting import Contact, Status
from bot.domain.revision import Revision, successions
from tests.domain.build import posting

NOON = datetime(2027, 5, 2, 12, tzinfo=UTC)
OWLS = posting("owls", contact=Contact("Ada Beispiel"), summary="With Ada Beispiel.")


def pairs(postings, archived, gone=()):
    revisions = {one.id: Revision.of(one) for one in archived}
    return [(one.id, former) for one, former in successions(postings, revisions, gone)]


def test_what_is_open_is_kept_whole_and_what_is_over_without_people():
    assert Revision.of(OWLS) == Revision(OWLS)
    closed = posting("owls", contact=OWLS.contact, summary=OWLS.summary, status=Status.CLOSED)
    assert Revision.of(closed) == Revision(snapshot.bare(closed), snapshot.digest(closed))
    gone = Revision(OWLS).gone(NOON)
    assert gone == Revision(snapshot.bare(OWLS), snapshot.digest(OWLS), NOON)
    assert gone.digest == Revision(OWLS).digest, "it is known by what it was whole"
    assert gone.bare() is gone.lasting(is_erased=True) is gone
    erased = Revision(OWLS).lasting(is_erased=True)
    assert erased == Revision.of(OWLS, is_erased=True)
    assert (erased.posting.contact, erased.posting.summary) == (None, "With ….")


def test_a_former_id_says_more_than_the_content():
    birds = posting("birds", title="Birds", aliases=("owls",))
    alike = posting("owls-2027", contact=OWLS.contact, summary=OWLS.summary)
    assert pairs([alike, birds], [OWLS], ["owls"]) == [("birds", "owls"), ("owls-2027", "owls")]


def test_the_same_content_is_the_same_posting_only_where_the_other_is_gone():
    alike = posting("owls-2027", contact=OWLS.contact, summary=OWLS.summary)
    assert pairs([alike], [OWLS]) == []
    assert pairs([alike], [OWLS], ["mice"]) == []
    assert pairs([alike], [OWLS], ["owls"]) == [("owls-2027", "owls")]
    assert pairs([posting("owls-2027", title="Bats")], [OWLS], ["owls"]) == []


def test_what_is_kept_less_of_is_known_by_what_it_was():
    alike = posting("owls-2027", contact=OWLS.contact, summary=OWLS.summary)
    [(found, former)] = successions([alike], {"owls": Revision(OWLS).gone(NOON)}, ["owls"])
    assert (found, former) == (alike, "owls")
