"""Handing in by a dialogue: what is asked, what is understood, and what is done in the end."""

from dataclasses import replace

import pytest

from bot.chat.answering import answer
from bot.chat.dialogue import replied
from bot.chat.effects import Approve, ChangePosting, Claim, Forget, HandIn, Reject, Remember
from bot.chat.facts import Facts
from bot.chat.reading import pressed, read
from bot.chat.request import Request
from bot.domain.draft import Action, Contributor, Draft, DraftState
from bot.domain.person import Person, Rank, Rights
from tests.chat.build import context
from tests.domain.build import instant, posting

NOW = instant("2027-02-10 12:00")
ADA, BOB = Person("slack", "U1"), Person("slack", "U2")
EDITOR, MEMBER = Rights(Rank.EDITOR, frozenset({ADA})), Rights(Rank.READER, frozenset({BOB}))
ADMIN = Rights(Rank.ADMIN, frozenset({ADA}))
DRAFT = Draft(id="abc", at=NOW, by=Contributor(BOB, "Bob"), action=Action.PUBLISHED, changes={"title": "Owls"})


class Talk:
    """One person in one place; `state` is what the app keeps."""

    def __init__(self, rights=EDITOR, language="en", postings=(), **facts):
        self.postings = [posting("owl"), *postings]
        self.rights, self.language, self.state = rights, language, None
        self.given = {"takes_from": "members", "is_member": True, "token": "t", **facts}
        self.effects, self.buttons = (), {}

    @property
    def here(self):
        facts = Facts(dialogue=self.state, **self.given)
        return context(self.postings, NOW, self.language, rights=self.rights, facts=facts)

    def says(self, text):
        """Types it, or presses the button of that label."""
        if text in self.buttons:
            found = answer(self.here, pressed(self.buttons[text]))
        elif self.state is not None and not text.startswith("/"):
            found = replied(self.here, self.state, text)
        else:
            found = answer(self.here, read(text))
        self.effects = tuple(found.effects)
        for effect in self.effects:
            if isinstance(effect, Remember):
                self.state = effect.state
            elif isinstance(effect, Forget | Claim):
                self.state = None
        self.buttons = {button.label: button.request for row in found.message.buttons for button in row}
        return found.message.text


def test_every_question_in_its_order_and_the_posting_in_the_end():
    talk = Talk()
    said = [
        ("/new", "What is the title"),
        ("PhD in Owls", "Which role"),
        ("PhD", "Until when"),
        ("2 May 2027, 12:00", "Sunday, 2 May 2027, 12:00 (Europe/Berlin, UTC+2) · 81 days left"),
        ("Tübingen", "In which group?"),
        ("Owl group", "How does one apply"),
        ("jobs@lab.example", "Where is the full advert"),
        ("-", "What does it pay?"),
        ("TV-L E13: 65 %", "What is it about"),
        ("All about owls.", "New position: PhD in Owls"),
    ]
    for text, holds in said:
        assert holds in talk.says(text), text
    assert list(talk.buttons) == ["Publish", "Change", "Cancel"]
    talk.says("Publish")
    claim, done = talk.effects
    assert isinstance(claim, Claim)
    assert done == HandIn(
        {
            "title": "PhD in Owls",
            "role": ["phd"],
            "location": "Tübingen",
            "group": "Owl group",
            "deadline": "2027-05-02 12:00",
            "pay": "TV-L E13: 65 %",
            "apply": "jobs@lab.example",
            "summary": "All about owls.",
        },
        at_once=True,
    )


def test_a_member_hands_in_for_approval():
    talk = Talk(MEMBER)
    talk.says("/new\ntitle: Owls\nrole: phd\nowner: slack:U2")
    assert list(talk.buttons) == ["Hand in", "Change", "Cancel"]
    talk.says("Hand in")
    assert talk.effects[-1] == HandIn({"title": "Owls", "role": ["phd"]}, at_once=False)


def test_what_can_be_pressed_below_a_preview_can_be_typed():
    talk = Talk()
    talk.says("/new\ntitle: Owls\nrole: phd")
    talk.buttons = {}
    assert "What shall change?" in talk.says("change")
    talk.says("pay: E13")
    talk.buttons = {}
    talk.says("publish")
    assert isinstance(talk.effects[-1], HandIn)


def test_what_is_not_taken_is_told():
    assert "Not taken: owner" in Talk(MEMBER).says("/new\ntitle: Owls\nrole: phd\nowner: slack:U2")


def test_lines_that_do_not_hold_up_are_answered_as_check_does_and_nothing_is_kept():
    talk = Talk()
    assert 'role: "phdd" is not one of' in talk.says("/new\ntitle: Owls\nrole: phdd")
    assert talk.effects == ()


@pytest.mark.parametrize("text", ["2 May", "5/6/2027"])
def test_a_day_that_can_be_read_in_several_ways_is_asked_about(text):
    talk = Talk()
    for said in ("/new", "Owls", "phd"):
        talk.says(said)
    assert "Which one do you mean?" in talk.says(text)
    second = list(talk.buttons)[1]
    assert "Where is it?" in talk.says(second)
    assert "deadline" in talk.state["fields"]


@pytest.mark.parametrize(("text", "holds"), [("1 May 2026", "has passed"), ("soon", "I do not understand “soon”")])
def test_a_day_that_is_none_is_asked_for_again(text, holds):
    talk = Talk()
    for said in ("/new", "Owls", "phd"):
        talk.says(said)
    assert holds in talk.says(text)
    assert talk.state["step"] == "deadline"


@pytest.mark.parametrize(("language", "asks"), [("en", "Where is it?"), ("de", "Wo ist sie?")])
@pytest.mark.parametrize("text", ["23:59", "12", "¿?", "2027-05-02 12:00"])
def test_a_time_of_the_deadline_is_taken_for_no_place(text, language, asks):
    talk = Talk(language=language)
    for said in ("/new", "Owls", "phd", "31 May 2027"):
        talk.says(said)
    told = talk.says(text)
    assert f"“{text}” has no letters" in told or f"„{text}“ hat keine Buchstaben" in told
    assert asks in told
    assert (talk.state["step"], "location" in talk.state["fields"]) == ("location", False)
    for name in ("東京", "42nd Street"):
        talk.says(name)
    assert (talk.state["fields"]["location"], talk.state["fields"]["group"]) == ("東京", "42nd Street")


@pytest.mark.parametrize("text", ["-", "none", "No deadline"])
def test_there_may_be_no_deadline(text):
    talk = Talk()
    for said in ("/new", "Owls", "phd"):
        talk.says(said)
    assert "Where is it?" in talk.says(text)
    assert "deadline" not in talk.state["fields"]


def test_one_goes_back_and_title_and_role_are_needed():
    talk = Talk()
    talk.says("/new")
    assert "This is needed." in talk.says("-")
    talk.says("Owls")
    assert "I know these roles" in talk.says("wizard")
    assert "So far: Owls" in talk.says("<")
    assert "Which role" in talk.says("Bats")
    assert talk.state["fields"]["title"] == "Bats"


def test_a_button_of_an_older_question_does_nothing():
    talk = Talk()
    talk.says("/new")
    talk.says("Owls")
    old = dict(talk.buttons)
    talk.says("PhD")
    assert answer(talk.here, pressed(old["Postdoc"])).message.text == "That question is over."
    assert answer(talk.here, read("/reply t2 postdoc")).message.text == "That question is over."
    assert answer(Talk().here, pressed(old["Postdoc"])).effects == ()


def test_commands_are_answered_meanwhile_and_cancel_ends():
    talk = Talk()
    talk.says("/new")
    assert "owl" in talk.says("/position owl").casefold()
    assert talk.state["step"] == "title"
    talk.says("/cancel")
    assert talk.state is None
    assert talk.effects == (Forget(),)


def test_one_answer_is_changed_in_the_preview():
    talk = Talk()
    talk.says("/new\ntitle: Owls\nrole: phd")
    talk.says("Change")
    talk.says("location")
    assert "New position: Owls" in talk.says("Rostock")
    assert "pay" not in talk.state["fields"]
    talk.says("pay: E13\nlocation: -")
    assert talk.state["fields"] == {"title": "Owls", "role": ["phd"], "pay": "E13"}


@pytest.mark.parametrize(
    ("rights", "facts", "holds"),
    [
        (Rights(), {"takes_from": "nobody"}, "Only editors and admins hand in"),
        (MEMBER, {"takes_from": "editors"}, "Only editors and admins hand in"),
        (MEMBER, {"is_member": False}, "Only members of the lab"),
        (MEMBER, {"is_member": None}, "try again later"),
        (Rights(), {"takes_from": "anyone"}, "who you are"),
    ],
)
def test_who_may_not_hand_in_is_told_who_may_and_is_offered_nothing(rights, facts, holds):
    talk = Talk(rights, **facts)
    assert holds in talk.says("/new")
    assert talk.effects == ()
    assert "/new" not in talk.says("/help")


FILE = {"title": "Owls", "role": ["phd"], "deadline": "2027-05-02"}


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("/extend owl 2 June 2027 12:00", ("owl", {"deadline": "2027-06-02 12:00"}, Action.EXTENDED)),
        ("/close owl", ("owl", {"status": "closed"}, Action.CLOSED)),
        ("/close owl filled", ("owl", {"status": "filled"}, Action.CLOSED)),
        ("/close owl besetzt", ("owl", {"status": "filled"}, Action.CLOSED)),
        ("close owl Vergeben", ("owl", {"status": "filled"}, Action.CLOSED)),
        ("/close owl withdrawn", ("owl", {"status": "withdrawn"}, Action.CLOSED)),
    ],
)
def test_an_owner_moves_the_deadline_and_ends_and_reopens_at_once(text, done):
    talk = Talk(MEMBER, fields=FILE, owners=frozenset({BOB}))
    talk.says(text)
    assert talk.effects == (ChangePosting(*done, at_once=True),)
    other = Talk(MEMBER, fields=FILE, owners=frozenset({ADA}))
    assert other.says(text) == "Only its owner, editors and admins change this position."
    assert other.effects == ()


def test_what_is_over_is_opened_again():
    talk = Talk(MEMBER, fields=FILE | {"status": "filled"}, owners=frozenset({BOB}))
    talk.says("/reopen owl")
    assert talk.effects == (ChangePosting("owl", {"status": "open"}, Action.REOPENED, at_once=True),)


@pytest.mark.parametrize("owner", [ADA, BOB])
def test_an_earlier_deadline_is_asked_about_and_moved_by_the_button_alone(owner):
    talk = Talk(MEMBER, fields=FILE, owners=frozenset({BOB}))
    asked = talk.says("/extend owl 2027-04-30")
    assert "Friday, 30 April 2027, 23:59" in asked
    assert "is earlier than its deadline, Sunday, 2 May 2027, 23:59" in asked
    assert talk.effects == ()
    button = talk.buttons["Move it earlier"]
    assert "is earlier than" in talk.says("/extend owl !2027-04-30")  # what a button carries, typed
    assert talk.effects == ()
    talk.given["owners"] = frozenset({owner})  # whoever presses it has to have the right
    found = answer(talk.here, pressed(button))
    moved = (ChangePosting("owl", {"deadline": "2027-04-30"}, Action.EXTENDED, at_once=True),)
    assert tuple(found.effects) == (moved if owner == BOB else ())


@pytest.mark.parametrize(
    ("fields", "text", "holds"),
    [
        ({}, "/extend owl 2027-05-02", "That is its deadline already: Sunday, 2 May 2027, 23:59"),
        ({}, "/extend owl 2 May 2027 23:59", "is earlier than its deadline"),
        ({}, "/extend owl today", "is earlier than its deadline"),
        ({"deadline": None}, "/extend owl 2027-02-10 12:59", "2027, 12:59 (Europe/Berlin, UTC+1) has passed"),
        ({"timezone": "AoE"}, "/extend owl 2027-05-02", "That is its deadline already"),
        ({}, "/extend owl 31 May 2027 25:00", "I do not understand"),
        ({}, "/extend owl 31 May 2027 3:00 pm", "I do not understand"),
        ({"status": "filled"}, "/close owl filled", "owl is ended already (filled)."),
        ({}, "/reopen owl", "owl is open already."),
    ],
)
def test_what_would_change_nothing_or_is_rarely_meant_is_said(fields, text, holds):
    fields = {key: value for key, value in (FILE | fields).items() if value is not None}
    talk = Talk(fields=fields)
    assert holds in talk.says(text)
    assert talk.effects == ()


def test_today_is_a_deadline_like_any_other_where_there_was_none():
    talk = Talk(fields={"title": "Owls", "role": ["phd"]})
    talk.says("/extend owl today")
    assert talk.effects == (ChangePosting("owl", {"deadline": "2027-02-10"}, Action.EXTENDED, at_once=True),)


def test_what_was_rolling_is_so_no_more_with_a_deadline():
    talk = Talk(fields={"title": "Owls", "role": ["phd"], "deadline_kind": "rolling"})
    talk.says("/extend owl 2027-05-02")
    changes = {"deadline": "2027-05-02", "deadline_kind": None}
    assert talk.effects == (ChangePosting("owl", changes, Action.EXTENDED, at_once=True),)


def test_several_days_are_told_apart_by_their_weekdays():
    talk = Talk(fields=FILE)
    talk.says("/extend owl 3 June")
    assert [label.partition(",")[0] for label in talk.buttons] == ["Thursday", "Saturday"]
    talk.says("Thursday, 3 June 2027, 23:59 (Europe/Berlin, UTC+2)")
    assert talk.effects == (ChangePosting("owl", {"deadline": "2027-06-03"}, Action.EXTENDED, at_once=True),)


def test_another_change_by_an_owner_waits_for_approval():
    talk = Talk(MEMBER, fields=FILE, owners=frozenset({BOB}))
    talk.says("/edit owl\npay: E13")
    talk.says("Hand in")
    assert talk.effects[-1] == ChangePosting("owl", {"pay": "E13"}, Action.CHANGED, at_once=False)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("/extend owl 2 June", "Which one do you mean?"),
        ("/extend owl yesterday", "has passed"),
        ("/extend owl someday", "I do not understand"),
        ("/extend", "Which one? Write /extend ID DATE [TIME]"),
        ("/close owl gone", "none of filled, closed and withdrawn"),
    ],
)
def test_what_is_not_clear_is_asked_about(text, holds):
    talk = Talk(fields=FILE)
    assert holds in talk.says(text)
    assert talk.effects == ()


def test_reviewers_see_what_a_change_changes():
    changes = {"pay": "E14", "url": None, "role": ["phd", "postdoc"], "group": "Owls"}
    base = {"pay": "E13", "url": "https://lab.example", "role": ["phd"], "group": None}
    change = replace(DRAFT, action=Action.CHANGED, posting="owl", changes=changes, base=base)
    told = answer(Talk(ADMIN, draft=change, fields=FILE | {"pay": "E13"}).here, pressed("draft.1 abc")).message.text
    assert "Pay E13 → E14; " in told
    assert "https://lab.example → –" in told
    assert "phd → phd, postdoc" in told
    assert "Group – → Owls" in told


def test_drafts_are_listed_ten_a_page_to_whom_they_concern_and_not_among_others():
    some = [replace(DRAFT, id=f"d{number}", changes={"title": f"Owls {number}"}) for number in range(23)]
    mine = replace(DRAFT, id="mine", by=Contributor(ADA, "Ada"), changes={"title": "Bats"})
    talk = Talk(EDITOR, drafts=[*some, mine])
    first = talk.says("/drafts")
    assert "24 drafts wait for approval." in first
    assert [f"Owls {number}" in first.splitlines()[number + 2] for number in range(10)] == [True] * 10
    assert list(talk.buttons)[10:] == ["Next ›"]
    assert "Owls 19 – Bob" in talk.says("Next ›")
    last = talk.says("Next ›")
    assert "Owls 22" in last
    assert "Bats" in last
    assert list(talk.buttons)[4:] == ["‹ Previous"]
    assert talk.buttons["Bats"] == Request("draft", "mine").text
    assert "Owls 9" in answer(talk.here, Request("drafts", page=99)).message.text or "Bats" in last
    assert Talk(Rights(), drafts=some).says("/drafts") == "Only editors and admins see drafts, and others their own."
    own = Talk(MEMBER, drafts=[*some[:1], mine]).says("/drafts")
    assert "Owls 0" in own
    assert "Bats" not in own
    assert Talk(EDITOR, drafts=some, is_among_others=True).says("/drafts") == "Write that to me in private, please."


def test_a_draft_that_takes_a_key_away_is_shown_without_it():
    change = replace(DRAFT, action=Action.CHANGED, posting="owl", changes={"pay": None}, base={"pay": "E13 or so"})
    talk = Talk(ADMIN, draft=change, fields=FILE | {"pay": "E13 or so"})
    for command in ("draft", "revise"):
        found = answer(talk.here, pressed(f"{command}.1 abc"))
        assert "Owls" in found.message.text
        assert "E13 or so" not in found.message.text.replace("E13 or so → –", "")


def test_only_admins_approve_and_reject_wherever_the_buttons_stand():
    for command in ("approve", "reject", "revise"):
        for rights in (MEMBER, EDITOR, Rights()):
            found = answer(Talk(rights, draft=DRAFT).here, pressed(f"{command}.1 abc"))
            assert found.message.text == "Only admins approve and reject."
            assert found.message.is_beside
            assert found.effects == ()
    assert answer(Talk(ADMIN, draft=DRAFT).here, pressed("approve.1 abc")).effects == (Approve("abc"),)


@pytest.mark.parametrize(("text", "why"), [("Too late", "Too late"), ("-", None), ("No reason", None)])
def test_rejecting_asks_why(text, why):
    talk = Talk(ADMIN, draft=DRAFT)
    talk.buttons = {"Reject": "reject.1 abc"}
    assert "Why is “Owls” rejected?" in talk.says("Reject")
    talk.says(text)
    assert talk.effects[-1] == Reject("abc", why)


def test_others_drafts_are_nobodys_business():
    stranger = Rights(Rank.READER, frozenset({Person("slack", "U9")}))
    shown = answer(Talk(stranger, draft=DRAFT, drafts=(DRAFT,)).here, Request("draft", "abc")).message.text
    assert shown == "There is no draft “abc”."
    assert Talk(stranger, drafts=(DRAFT,)).says("/drafts") == "Nothing waits for approval."
    assert "Owls – Bob" in Talk(MEMBER, drafts=(DRAFT,)).says("/drafts")


def test_the_dialogue_speaks_german():
    talk = Talk(language="de")
    assert "Wie heißt die Stelle?" in talk.says("/new")
    talk.says("Eulen")
    assert "Bis wann" in talk.says("Doktorand")
    assert "81 Tage" in talk.says("2. Mai 2027 um 12:00")


def test_what_is_known_is_said_back_in_words_and_none_leaves_out():
    talk = Talk(language="de")
    for said in ("/new", "Eulen", "Doktorand", "2. Mai 2027", "<"):
        told = talk.says(said)
    assert "Bisher: Sonntag, 2. Mai 2027, 23:59" in told
    assert "Bisher: Promotion" in talk.says("<")
    talk.says("Behalten")
    talk.says("Behalten")
    talk.says("keine")
    assert talk.state["step"] == "group"
    assert talk.state["fields"] == {"title": "Eulen", "role": ["phd"], "deadline": "2027-05-02"}


def test_an_address_without_its_beginning_is_asked_about():
    talk = Talk()
    for said in ("/new", "Owls", "phd", "-", "-", "-", "-"):
        talk.says(said)
    assert "Is it https://lab.example/jobs?" in talk.says("lab.example/jobs")
    assert "What does it pay?" in talk.says("https://lab.example/jobs")
    assert talk.state["fields"]["url"] == "https://lab.example/jobs"
    talk.says("<")
    assert "is no web address" in talk.says("on our page")


def test_a_long_title_on_one_line_is_a_title_and_too_long_a_one_is_told():
    talk = Talk()
    talk.says("/new")
    assert "title: has 331 characters; write at most 300" in talk.says("Owls and " * 36 + "a night")
    talk.says("Owls and their hearing " * 6)
    assert talk.state["step"] == "role"


DEFAULTS = {"organization": "Example University", "location": "Tübingen", "timezone": "AoE"}


def test_what_the_config_says_stands_from_the_start_and_is_kept_changed_or_left_out():
    talk = Talk(defaults=DEFAULTS)
    for said in ("/new", "Owls", "phd"):
        talk.says(said)
    assert "AoE" in talk.says("2 May 2027")
    assert next(iter(talk.buttons)) == "Keep: Tübingen"
    talk.says("Keep: Tübingen")
    assert talk.state["step"] == "group"
    talk.says("<")
    talk.says("keep")
    assert talk.state["fields"]["location"] == "Tübingen"
    talk.says("<")
    talk.says("Leave out")
    assert "location" not in talk.state["fields"]
    assert "Example University" in Talk(defaults=DEFAULTS).says("/new\ntitle: Owls\nrole: phd")
    other = Talk(defaults=DEFAULTS)
    other.says("/new\ntitle: Owls\nrole: phd\norganization: -\nlocation: Lyon\ntimezone: -")
    assert other.state["fields"] == {"title": "Owls", "role": ["phd"], "location": "Lyon"}
    talk = Talk(fields=FILE, defaults=DEFAULTS)
    talk.says("/edit owl")
    assert talk.state["fields"] == FILE, "a posting that stands keeps what it says"


IN_LYON = [posting("a", location="Lyon, France", tags=("robotics",)), posting("b", location="Lyon, France")]


@pytest.mark.parametrize("pressed_or_typed", ["“Lion, France” is right", "Lion, France"])
def test_a_place_that_is_nearly_one_in_use_is_asked_about(pressed_or_typed):
    talk = Talk(postings=IN_LYON)
    for said in ("/new", "Owls", "phd", "-"):
        talk.says(said)
    assert "Lyon, France" in talk.buttons, "what is in use can be pressed"
    assert "No position has “Lion, France” so far" in talk.says("Lion, France")
    assert list(talk.buttons) == ["Lyon, France", "“Lion, France” is right", "Cancel"]
    talk.says(pressed_or_typed)
    assert (talk.state["step"], talk.state["fields"]["location"]) == ("group", "Lion, France")
    talk.says("<")
    talk.says("lyon, FRANCE")
    talk.says("Lyon, France")
    assert talk.state["fields"]["location"] == "Lyon, France"


@pytest.mark.parametrize(
    ("tag", "is_told"), [("robotic", True), ("Robotics", True), ("robotics", False), ("optics", False)]
)
def test_a_tag_that_is_nearly_one_in_use_is_named_above_the_preview(tag, is_told):
    told = Talk(postings=IN_LYON).says(f"/new\ntitle: Owls\nrole: phd\ntags: {tag}")
    assert (f"Tags: you may mean “robotics” in place of “{tag}”." in told) is is_told


@pytest.mark.parametrize(("language", "back", "cancel"), [("en", "back", "Cancel"), ("de", "Zurück", "abbrechen")])
def test_what_stands_on_buttons_can_be_typed(language, back, cancel):
    talk = Talk(language=language)
    talk.says("/new")
    talk.says("Owls")
    talk.buttons = {}
    talk.says(back)
    assert talk.state["step"] == "title"
    talk.says(cancel)
    assert talk.effects == (Forget(),)


def test_a_deadline_that_has_passed_is_told_above_the_preview_of_lines():
    told = Talk().says("/new\ntitle: Owls\nrole: phd\ndeadline: 2020-05-02")
    assert "2 May 2020, 23:59 (Europe/Berlin, UTC+2) has passed." in told


ADVERT = """PhD position in Robust Imaging (m/f/d)

The Imaging Group is looking for a PhD student. We offer TV-L E13, 75%.
Location: Lyon, France

Please send your application to jobs@lab.example by 2 May 2027.
"""


@pytest.mark.parametrize("words", [["/new\n" + ADVERT], ["new\n" + ADVERT], ["/new", ADVERT]])
def test_an_advert_fills_in_what_it_says_and_the_rest_is_asked(words):
    talk = Talk(defaults={"location": "Berlin", "organization": "Example University"})
    for text in words:
        told = talk.says(text)
    assert "Deadline: Sunday, 2 May 2027, 23:59 (Europe/Berlin, UTC+2) – “Please send your application" in told
    assert "Role: PhD – “PhD position in Robust Imaging (m/f/d)”" in told
    assert "In which group?" in told, "the first that is missing"
    assert "Where is the full advert" in talk.says("Imaging Group")
    assert "What is it about" in talk.says("-"), "pay is known"
    assert "New position: PhD position in Robust Imaging" in talk.says("That is all")
    assert talk.state["fields"] == {
        "title": "PhD position in Robust Imaging",
        "role": ["phd"],
        "organization": "Example University",
        "group": "Imaging Group",
        "location": "Lyon, France",
        "deadline": "2027-05-02",
        "pay": "TV-L E13, 75%",
        "apply": "jobs@lab.example",
        "contact": {"email": "jobs@lab.example"},
    }


@pytest.mark.parametrize(
    ("text", "key", "told"),
    [
        (ADVERT.replace("2 May 2027", "2 May 2026"), "deadline", "Deadline: not certain – “Please send"),
        (ADVERT.replace("2 May 2027", "5/6/2027"), "deadline", "Deadline: not certain – “Please send"),
        (ADVERT.replace("2 May 2027", "2 May 2027, 12:00"), "deadline", "Deadline: not certain – “Please send"),
        ("We are looking for a PhD student in imaging!\n\n" + ADVERT.partition("\n")[2], "title", "Title: not certain"),
    ],
)
def test_what_is_not_certain_in_an_advert_is_asked(text, key, told):
    talk = Talk()
    talk.says("/new")
    assert told in talk.says(text)
    assert key not in talk.state["fields"]
    assert talk.state["step"] == key


def test_what_was_read_is_told_in_german():
    told = Talk(language="de").says("/new\nPostdoc im Bereich Eulen\n\nBewerbungsfrist: 31.05.2027\nDienstort: Rostock")
    assert "Bewerbungsfrist: Montag, 31. Mai 2027, 23:59 (Europe/Berlin, UTC+2) – „Bewerbungsfrist: 31.05.2027“" in told
    assert "Ort: Rostock – „Dienstort: Rostock“" in told


def test_a_text_in_which_nothing_is_read_is_asked_about_from_the_start():
    talk = Talk()
    talk.says("/new")
    assert "I could read nothing." in talk.says(
        "Lorem ipsum dolor sit amet\nconsetetur sadipscing elitr\nsed diam nonumy"
    )
    assert talk.state["step"] == "title"


def test_what_begins_with_a_key_is_lines_and_a_title_may_be_broken():
    talk = Talk()
    talk.says("/new")
    assert "New position: Owls" in talk.says("title: Owls\nrole: phd\nsummary: " + "word " * 40)
    talk = Talk()
    talk.says("/new")
    talk.says("PhD in\nOwls")
    assert talk.state["fields"] == {"title": "PhD in Owls"}
    assert Talk().says("/start new") == Talk().says("/new")


def test_in_a_group_one_is_led_into_the_private_chat():
    talk = Talk(is_private=False)
    talk.says("/new")
    assert [type(effect).__name__ for effect in talk.effects] == ["Invite"]
    assert read("/start new") == Request("new")
    assert read("/start close") == Request("help")
    assert DRAFT.state is DraftState.WAITING
