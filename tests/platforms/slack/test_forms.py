"""Forms in Slack: as views, filled in, and what comes back; by Socket Mode and by signed HTTP."""

from dataclasses import replace
from unittest.mock import AsyncMock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.form import FieldKind, Form, FormErrors, FormField, Option, Submission
from bot.domain.message import Button, Line, Message
from bot.platforms.slack import forms
from bot.web import Listener
from tests.emulators import slack_rules
from tests.emulators.slack import error
from tests.platforms.answering import Everyone
from tests.platforms.slack.test_chat import ADA, by_http, by_socket, until

ROLES = (Option("phd", "PhD"), Option("postdoc", "Postdoc"))
POSTING = Form(
    "posting",
    "New position",
    "Preview",
    "Cancel",
    (
        FormField("title", "Title", most=300),
        FormField("role", "Role", FieldKind.SOME_OF, options=ROLES, value=("phd",)),
        FormField("deadline", "Deadline", FieldKind.DATE, is_optional=True),
        FormField("deadline_time", "Time", FieldKind.TIME, is_optional=True, value="23:59"),
        FormField("workplace", "Workplace", FieldKind.ONE_OF, options=(Option("remote", "Remote"),), is_optional=True),
        FormField("summary", "Summary", FieldKind.LINES, hint="One paragraph.", is_optional=True),
    ),
    state="draft 7",
)
PREVIEW = Form("preview", "Preview", "Hand in", "Cancel", about=Message((Line.of("📣 Owls"),)), state="draft 7")


class Front(Everyone):
    """Answers everything with a form, and keeps what comes back. `outcomes` become of what is submitted, in turn."""

    def __init__(self):
        self.routes = Listener()
        self.form, self.submitted_by, self.outcomes = POSTING, [], []

    async def answer(self, request, reader, syntax):
        return Message((Line.of("Write it as lines"),), form=self.form)

    async def submitted(self, submission, reader):
        self.submitted_by.append((submission, reader))
        return self.outcomes.pop(0)

    async def turn(self, destination):
        return None


@pytest.fixture
def front():
    return Front()


@pytest.fixture(params=[by_socket, by_http], ids=["socket", "http"])
async def bot(request, server, front):
    async with request.param(server, front):
        yield


async def test_a_form_is_opened_filled_in_mended_and_handed_in(server, bot, front):
    await server.slash("/positions", "new", channel="C0123456789")
    modal = await server.wait_for(lambda: server.modals.top(ADA))
    assert (modal.title, list(modal.fields)) == ("New position", [field.key for field in POSTING.fields])
    front.outcomes = [FormErrors({"deadline": "That day is over."}), PREVIEW, Message((Line.of("Thank you."),))]
    await server.submit(ADA, title=" Owls ", deadline="2027-05-02", summary="All\nowls")
    assert modal.errors == {"deadline": "That day is over."}
    submission, reader = front.submitted_by[0]
    assert submission == Submission(
        "posting",
        {
            "title": "Owls",
            "role": ("phd",),
            "deadline": "2027-05-02",
            "deadline_time": "23:59",
            "summary": "All\nowls",
        },
        "draft 7",
    )
    assert (reader.destination.address, reader.person) == ("C0123456789", ADA)
    await server.submit(ADA, title="Owls", role=["phd", "postdoc"], workplace="remote")
    assert (modal.title, modal.text, modal.fields) == ("Preview", "📣 Owls", {})
    assert front.submitted_by[1][0].values["role"] == ("phd", "postdoc")
    assert front.submitted_by[1][0].values["workplace"] == "remote"
    await server.submit(ADA)
    assert not modal.is_open
    assert front.submitted_by[2][0] == Submission("preview", {}, "draft 7")
    await server.wait_for(lambda: server.messages(ADA))
    assert [message.shown for message in server.messages(ADA)] == ["Thank you."]


async def test_a_form_on_top_of_another_leads_back_to_it_as_it_was(server, bot, front):
    await server.slash("/positions", "new")
    below = await server.wait_for(lambda: server.modals.top(ADA))
    front.outcomes = [replace(PREVIEW, is_on_top=True), Message((Line.of("Thank you."),))]
    await server.submit(ADA, title="Owls")
    above = server.modals.top(ADA)
    assert (above.title, below.is_open, above.before) == ("Preview", True, below.id)
    server.modals.close(above)
    assert server.modals.top(ADA) is below
    front.outcomes.insert(0, replace(PREVIEW, is_on_top=True))
    await server.submit(ADA, title="Owls at night")
    await server.submit(ADA)
    assert server.modals.top(ADA) is None, "both are closed"


async def test_a_form_may_close_without_a_word(server, bot, front):
    await server.slash("/positions", "new")
    modal = await server.wait_for(lambda: server.modals.top(ADA))
    front.outcomes = [None]
    await server.submit(ADA, title="Owls")
    assert not modal.is_open
    assert server.messages(ADA) == []


async def test_a_button_opens_a_form_too(server, bot, front):
    asked = Message((Line.of("Shall I?"),), ((Button("Change", request="positions.1 x"),),))
    front.answer = AsyncMock(return_value=asked)
    answer = await (await server.slash("/positions", "new")).answer()
    front.answer = AsyncMock(return_value=Message((Line.of("as lines"),), form=POSTING))
    await server.press(answer, "Change")
    assert (await server.wait_for(lambda: server.modals.top(ADA))).title == "New position"


@pytest.mark.parametrize("name", ["expired_trigger_id", "exchanged_trigger_id", "ratelimited"])
async def test_where_it_cannot_be_opened_the_message_stands_for_it(server, bot, name):
    server.fail("views.open", error(name))
    answer = await (await server.slash("/positions", "new")).answer()
    assert answer.shown == "Write it as lines"
    assert server.modals.top(ADA) is None


async def test_what_fails_is_not_acknowledged_so_that_slack_says_it_at_the_form(server, front, caplog):
    async with by_socket(server, front):
        await server.slash("/positions", "new")
        modal = await server.wait_for(lambda: server.modals.top(ADA))
        server.ack_seconds = 0.5
        await server.submit(ADA, title="Owls")  # there is no outcome: a bug
        assert modal.is_open
        await until(lambda: "could not be answered: IndexError" in caplog.text)
    assert "Traceback" not in caplog.text
    assert [problem.partition(":")[0] for problem in server.problems] == ["interactive"]
    server.problems.clear()


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=4000).filter(str.strip)
fields = st.builds(
    FormField,
    st.text("abcdefgh_", min_size=1, max_size=20),
    texts,
    st.sampled_from([FieldKind.LINE, FieldKind.LINES]),
    hint=st.one_of(st.just(""), texts),
    value=st.one_of(st.just(""), st.text(max_size=4000)),
    is_optional=st.booleans(),
    most=st.sampled_from([None, 10, 300, 5000]),
)


@given(
    st.builds(
        Form,
        st.just("posting"),
        texts,
        texts,
        texts,
        st.lists(fields, max_size=5, unique_by=lambda field: field.key).map(tuple),
    )
)
def test_every_form_is_within_slacks_limits(form):
    assert slack_rules.judge_view(forms.view(form, "C1")) == []


def test_a_state_that_slack_has_no_room_for_is_refused():
    with pytest.raises(ValueError, match="too long"):
        forms.view(Form("x", "x", "x", "x", state="x" * 3000), "C1")


@pytest.mark.parametrize("payload", [{}, {"view": {}}, {"view": {"private_metadata": "", "state": {"values": {}}}}])
def test_what_is_no_submission_of_ours_is_an_error_that_is_caught(payload):
    with pytest.raises((LookupError, TypeError, ValueError)):
        forms.submission(payload)
