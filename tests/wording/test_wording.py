"""How deadlines, announcements, reminders, edits and digests are worded (in English; a little in German)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.message import Button, LineKind, width
from bot.domain.notice import Kind, Notice, Occasion
from bot.domain.posting import Contact, Deadline, DeadlineKind, Role, Status, Workplace
from bot.domain.site import Site
from bot.domain.version import Standing
from bot.domain.zones import zone
from bot.planning.wanted import announcement, reminders, wanted
from bot.wording.catalogue import wording
from bot.wording.wording import DIGEST_LINES
from tests.domain.build import BERLIN, channel, deadline, instant, posting

EN, DE = wording("en"), wording("de")
BEFORE = deadline("2027-05-24")
FULL = posting(
    "owl",
    title="Flight of owls",
    role="phd",
    group="Neuroethology",
    organization="Example University",
    location="Tübingen",
    workplace=Workplace.HYBRID,
    pay="TV-L E13",
    fte=65,
    start="2027-10-01",
    duration="3 years",
    deadline="2027-05-31",
    url="https://owls.example/advert",
    apply="https://owls.example/apply",
    contact=Contact("The office", "office@owls.example", "https://owls.example"),
    summary="How do owls\nhunt?",
    description="We **measure**.\n\n- in the field",
    tags=("owls", "night"),
)


def announced(one, now="2027-05-01 07:00", **settings):
    lab = channel(**settings)
    return EN.notice([Notice(announcement(one, lab.schedule), lab.name)], instant(now), lab)


def reminded(one, now, **settings):
    lab = channel(**settings)
    last = [occasion for occasion in wanted(one, lab.schedule, instant(now)) if occasion.lead][-1]
    return EN.notice([Notice(last, lab.name)], instant(now), lab)


def in_full(one, now="2027-05-01 07:00"):
    return EN.posting(one, instant(now), BERLIN).text


# --- Deadlines


@pytest.mark.parametrize(
    ("ends", "where", "spelled_out"),
    [
        ("2027-05-02", "Europe/Berlin", "Sunday, 2 May 2027, 23:59 (Europe/Berlin, UTC+2)"),
        ("2027-01-02", "Europe/Berlin", "Saturday, 2 January 2027, 23:59 (Europe/Berlin, UTC+1)"),
        ("2027-05-02 12:00", "America/New_York", "Sunday, 2 May 2027, 12:00 (America/New_York, UTC−4)"),
        ("2027-05-02 12:00", "Asia/Kathmandu", "Sunday, 2 May 2027, 12:00 (Asia/Kathmandu, UTC+5:45)"),
        ("2027-05-02 12:00:30", "UTC", "Sunday, 2 May 2027, 12:00:30 (UTC)"),
        ("2027-05-02", "AoE", "Sunday, 2 May 2027, 23:59 (AoE, anywhere on Earth, UTC−12)"),
        ("2027-05-02 12:00+02:00", "", "Sunday, 2 May 2027, 12:00 (UTC+2)"),
        ("2027-05-02 12:00-03:30", "", "Sunday, 2 May 2027, 12:00 (UTC−3:30)"),
        ("2027-05-02 12:00+00:00", "", "Sunday, 2 May 2027, 12:00 (UTC)"),
        # Midnight belongs to two days.
        ("2027-05-02 00:00", "Europe/Berlin", "Sunday, 2 May 2027, 00:00 (as Saturday ends) (Europe/Berlin, UTC+2)"),
        # A time that the clocks skip, and one that they show twice.
        ("2027-03-28 02:30", "Europe/Berlin", "Sunday, 28 March 2027, 03:30 (Europe/Berlin, UTC+2)"),
        ("2027-10-31 02:30", "Europe/Berlin", "Sunday, 31 October 2027, 02:30 (Europe/Berlin, UTC+2)"),
    ],
)
def test_a_deadline_is_spelled_out_with_weekday_zone_and_offset(ends, where, spelled_out):
    one = posting(deadline=deadline(ends, where))
    assert f"⏳ Apply by {spelled_out} · " in announced(one, "2026-12-01").text


def test_the_first_and_the_second_time_of_a_night_are_told_apart():
    first = deadline("2027-10-31 02:30", BERLIN)
    second = Deadline((first.at.astimezone(zone("UTC")) + timedelta(hours=1)).astimezone(zone(BERLIN)), BERLIN)
    assert first.at == second.at  # as Python compares local times
    assert "02:30 (Europe/Berlin, UTC+2)" in announced(posting(deadline=first)).text
    assert "02:30 (Europe/Berlin, UTC+1)" in announced(posting(deadline=second)).text


def test_the_deadline_is_there_for_the_readers_own_time_too():
    [span] = [span for line in announced(FULL).lines for span in line.spans if span.instant]
    assert span.instant == FULL.deadline.at
    assert span.text == "Mon, 31 May 2027, 21:59 UTC"


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2027-05-01 12:00", "30 days left"),
        ("2027-05-29 23:59", "2 days left"),
        ("2027-05-30 00:00", "1 day left"),
        ("2027-05-30 23:59:59", "1 day left"),
        ("2027-05-31 00:00", "24 hours left"),
        ("2027-05-31 12:00", "12 hours left"),
        ("2027-05-31 22:59", "61 minutes left"),
        ("2027-05-31 23:29:59", "30 minutes left"),
        ("2027-05-31 23:58:59", "1 minute left"),
        ("2027-05-31 23:59:59", "1 minute left"),
    ],
)
def test_it_says_how_much_is_left(now, left):
    at = instant(now, BERLIN)
    text = EN.posting(posting(deadline="2027-05-31"), at, BERLIN).text
    assert text.splitlines()[1].endswith(f" · {left}")


def test_days_are_those_of_the_readers_calendar():
    one = posting(deadline=deadline("2027-05-31", "AoE"))  # 1 June, 13:59 in Berlin
    now = instant("2027-05-30 12:00")
    assert "· 2 days left" in EN.posting(one, now, BERLIN).text
    assert "· 1 day left" in EN.posting(one, now, "AoE").text


def test_less_than_a_day_is_told_in_hours_even_when_midnight_lies_between():
    one = posting(deadline="2027-05-31 00:00")
    assert "· 10 minutes left" in EN.posting(one, instant("2027-05-30 23:50", BERLIN), BERLIN).text
    assert "· 15 hours left" in EN.posting(one, instant("2027-05-30 09:00", BERLIN), BERLIN).text
    assert "· 1 day left" in EN.posting(one, instant("2027-05-30 00:00", BERLIN), BERLIN).text


@pytest.mark.parametrize(
    ("given", "now", "said"),
    [
        ({}, "2027-05-01", "No fixed deadline: applications are welcome at any time"),
        ({"deadline": "2027-05-31"}, "2027-05-01", "Apply by Monday, 31 May 2027"),
        ({"deadline": "2027-05-31"}, "2027-06-01", "The deadline passed Monday, 31 May 2027"),
        ({"deadline": "2027-05-31", "deadline_kind": "review-begins"}, "2027-05-01", "Review begins Monday, 31 May"),
        ({"deadline": "2027-05-31", "deadline_kind": "review-begins"}, "2027-06-01", "Review began Monday, 31 May"),
        (
            {"deadline": "2027-05-31", "deadline_kind": "rolling"},
            "2027-05-01",
            "any time; the date named: Monday, 31 May",
        ),
    ],
)
def test_each_kind_of_deadline_has_its_words(given, now, said):
    text = in_full(posting(**given), now)
    assert said in text
    assert ("; still open" in text) == (said.startswith("Review began"))


@pytest.mark.parametrize("status", [Status.CLOSED, Status.FILLED, Status.WITHDRAWN])
@pytest.mark.parametrize("kind", ["fixed", "review-begins", "rolling"])
def test_nobody_is_invited_to_apply_for_what_is_over(status, kind):
    now = instant("2027-05-02")
    for ends in (None, "2027-04-30", "2027-05-31"):
        given = {"deadline": ends, "deadline_kind": kind} if ends else {}
        one = posting(status=status, apply="https://owls.example", **given)
        in_full = EN.posting(one, now, BERLIN)
        assert in_full.buttons == ()
        listed = "\n".join(line.text for line in EN.listing("Past", [one], now, BERLIN))
        for text in (in_full.text, listed):
            assert "This position" in text
            assert not [word for word in ("welcome", "still open", "Apply", "begins", "left") if word in text]


# --- Announcements and reminders


def test_an_announcement_has_all_that_one_must_know():
    message = announced(FULL)
    assert message.text == (
        "📣 New position: Flight of owls\n"
        "PhD · Neuroethology, Example University · Tübingen\n"
        "TV-L E13 · 65 % · start: 1 October 2027 · 3 years · hybrid\n"
        "⏳ Apply by Monday, 31 May 2027, 23:59 (Europe/Berlin, UTC+2) · 30 days left\n"
        "Your time: Mon, 31 May 2027, 21:59 UTC\n"
        "\n"
        "How do owls hunt?\n"
        "\n"
        "Contact: The office, office@owls.example, https://owls.example"
    )
    assert [[(button.label, button.url) for button in row] for row in message.buttons] == [
        [("Advert", "https://owls.example/advert"), ("Apply", "https://owls.example/apply")],
        [("Remind me", None)],
    ]
    links = [span.url for line in message.lines for span in line.spans if span.url]
    assert links == ["mailto:office@owls.example", "https://owls.example"]


def test_an_announcement_of_a_posting_that_says_little_is_short():
    assert announced(posting()).text == (
        "📣 New position: Owls at night\nPhD\n⏳ No fixed deadline: applications are welcome at any time"
    )
    assert announced(posting()).buttons == ((Button("Remind me", request="remind.1 phd-owls", is_personal=True),),)


def test_only_what_is_announced_in_a_channel_and_open_has_a_button_that_reminds():
    lab, now = channel(), instant("2027-05-01 07:00")
    person = replace(lab, since=now)

    def has_button(*occasions, audience=lab):
        message = DE.notice([Notice(one, audience.name) for one in occasions], now, audience)
        return any(button.is_personal for row in message.buttons for button in row)

    opened = announcement(FULL, lab.schedule)
    assert has_button(opened)
    assert has_button(Occasion(FULL, Kind.REOPENED, None))
    assert not has_button(opened, audience=person)
    assert not has_button(replace(opened, standing=Standing.FILLED))
    assert not has_button(opened, announcement(posting(), lab.schedule))
    for kind in (Kind.REMINDER, Kind.DEADLINE_MOVED, Kind.CLOSED):
        assert not has_button(Occasion(FULL, kind, None, before=BEFORE))


@pytest.mark.parametrize(
    ("apply", "shown", "urls", "button"),
    [
        ("jobs@owls.example", "jobs@owls.example", ["mailto:jobs@owls.example"], "mailto:jobs@owls.example"),
        ("mailto:jobs@owls.example", "jobs@owls.example", ["mailto:jobs@owls.example"], "mailto:jobs@owls.example"),
        (
            "MAILTO://jobs@owls.example?subject=Owls&bcc=x@y.example",
            "jobs@owls.example",
            ["mailto:jobs@owls.example?subject=Owls"],
            "mailto:jobs@owls.example?subject=Owls",
        ),
        ("By post, please", "By post, please", [], None),
        ("javascript:alert(1)", "javascript:alert(1)", [], None),
        (
            "https://owls.example or by post",
            "https://owls.example or by post",
            ["https://owls.example"],
            "https://owls.example",
        ),
        (
            "https://owls.example/a or jobs@owls.example.",
            "https://owls.example/a or jobs@owls.example.",
            ["https://owls.example/a", "mailto:jobs@owls.example"],
            "https://owls.example/a",
        ),
        (
            "https://a.example/a or https://b.example/b",
            "https://a.example/a or https://b.example/b",
            ["https://a.example/a", "https://b.example/b"],
            None,
        ),
    ],
)
def test_where_to_apply_may_be_an_address_or_words(apply, shown, urls, button):
    one = posting(apply=apply, deadline="2027-05-31")
    in_full = EN.posting(one, instant("2027-05-01"), BERLIN)
    for message in (
        announced(one),
        reminded(one, "2027-05-24 07:00"),
        in_full,
        about(one, Kind.DEADLINE_MOVED, before=BEFORE),
    ):
        line = next(line for line in message.lines if line.text.startswith("Apply: "))
        assert line.text == f"Apply: {shown}"
        assert [span.url for span in line.spans if span.url] == urls
        assert [each.url for row in message.buttons for each in row if each.url] == ([button] if button else [])


def test_a_contact_is_shown_bare_and_leads_to_one_mailbox():
    one = posting(contact=Contact("Office", "mailto:office@owls.example?cc=x@y.example", "https://owls.example"))
    line = announced(one).lines[-1]
    assert line.text == "Contact: Office, office@owls.example, https://owls.example"
    assert [span.url for span in line.spans if span.url] == ["mailto:office@owls.example", "https://owls.example"]


def test_addresses_in_a_summary_are_links():
    one = posting(summary="Apply at https://owls.example/apply, questions to jobs@owls.example.")
    for message in (announced(one), EN.posting(one, instant("2027-05-01"), BERLIN)):
        assert message.lines[-1].text == "Apply at https://owls.example/apply, questions to jobs@owls.example."
        links = [span.url for span in message.lines[-1].spans if span.url]
        assert links == ["https://owls.example/apply", "mailto:jobs@owls.example"]


SITE = Site("https://jobs.owls.example/board")


@pytest.mark.parametrize("kind", [Kind.ANNOUNCEMENT, Kind.REMINDER, Kind.DEADLINE_MOVED, Kind.REOPENED])
@pytest.mark.parametrize(
    ("given", "way"),
    [
        ({"apply": "jobs@owls.example", "contact": Contact("Office")}, "Apply: jobs@owls.example"),
        ({"apply": "By post to the office"}, "Apply: By post to the office"),
        ({"apply": "https://owls.example/apply"}, "https://owls.example/apply"),
        ({"url": "https://owls.example/advert"}, "https://owls.example/advert"),
        ({"contact": Contact("Office", "office@owls.example")}, "Contact: Office, office@owls.example"),
        ({}, "https://jobs.owls.example/board/postings/owl"),
    ],
)
def test_every_notice_says_how_to_apply_or_leads_on(kind, given, way):
    one = posting("owl", deadline="2027-05-31", **given)
    lab = channel()
    notice = Notice(Occasion(one, kind, None, number=1, before=BEFORE), lab.name)
    for number in (1, 6):  # on its own, and in a digest
        message = EN.leading_to(SITE).notice([notice] * number, instant("2027-05-01"), lab)
        links = [span.url for line in message.lines for span in line.spans]
        links += [button.url for row in message.buttons for button in row]
        assert way in [line.text.strip() for line in message.lines] or way in links
        page = Button("Details", url="https://jobs.owls.example/board/postings/owl")
        assert number > 1 or message.buttons[0][-1] == page


@pytest.mark.parametrize(
    "standing", [Standing.FILLED, Standing.CLOSED, Standing.WITHDRAWN, Standing.PASSED, Standing.GONE]
)
def test_what_is_over_leads_to_no_page_of_the_board(standing):
    message = about(posting(apply="jobs@owls.example"), Kind.CLOSED, EN.leading_to(SITE), standing=standing)
    assert message.buttons == ()
    assert "Apply" not in message.text


def test_a_posting_in_full_and_in_a_list_leads_to_its_page():
    one = posting("owl")
    words = EN.leading_to(SITE)
    assert words.posting(one, instant("2027-05-01"), BERLIN).buttons == ((Button("Details", url=SITE.posting("owl")),),)
    assert words.listing("Open", [one], instant("2027-05-01"), BERLIN)[2].spans[1].url == SITE.posting("owl")
    assert DE.leading_to(SITE).posting(one, instant("2027-05-01"), BERLIN).buttons[0][0].label == "Details"
    assert EN.posting(one, instant("2027-05-01"), BERLIN).buttons == ()


@pytest.mark.parametrize(
    ("given", "terms", "labels_en", "labels_de"),
    [
        ({"fte": 25}, "25 % of full time", "Share of full time: 25 %", "Umfang: 25 %"),
        (
            {"fte": 62.5, "openings": 2},
            "62.5 % of full time · 2 openings",
            "Share of full time: 62.5 %",
            "Umfang: 62.5 %",
        ),
        ({"pay": "TV-L E13", "fte": 65}, "TV-L E13 · 65 %", "Pay: TV-L E13 · 65 %", "Vergütung: TV-L E13 · 65 %"),
        ({"pay": "1,000 EUR", "openings": 1}, "1,000 EUR · 1 opening", "Openings: 1", "Stellen: 1"),
        ({"openings": 2, "workplace": Workplace.REMOTE}, "2 openings · remote", "Openings: 2", "Stellen: 2"),
    ],
)
def test_terms_are_called_what_they_are(given, terms, labels_en, labels_de):
    one = posting(**given)
    assert announced(one).lines[2].text == terms
    assert labels_en in in_full(one).splitlines()
    assert labels_de in DE.posting(one, instant("2027-05-01"), BERLIN).text.splitlines()
    assert in_full(one).count(" %") == (1 if "fte" in given else 0)


def test_remote_work_has_a_german_name():
    assert (
        "im Homeoffice (remote)" in DE.posting(posting(workplace=Workplace.REMOTE), instant("2027-05-01"), BERLIN).text
    )


@pytest.mark.parametrize(
    ("now", "leads", "said"),
    [
        ("2027-05-24 07:00", "7d", "⏰ 7 days left: Flight of owls"),
        ("2027-05-30 07:00", "1d", "⏰ 1 day left: Flight of owls"),
        ("2027-05-28 12:00", "7d", "⏰ 3 days left: Flight of owls"),  # after an outage
        ("2027-05-30 09:59:59", "36h", "⏰ 36 hours left: Flight of owls"),
        ("2027-05-30 12:00", "36h", "⏰ 34 hours left: Flight of owls"),
        ("2027-05-24 21:59:59", "168h", "⏰ 7 days left: Flight of owls"),
        ("2027-05-31 07:00", "0d", "⏰ 15 hours left: Flight of owls"),
        ("2027-05-31 21:29:59", "1h", "⏰ 30 minutes left: Flight of owls"),
    ],
)
def test_a_reminder_says_how_much_is_really_left(now, leads, said):
    assert reminded(FULL, now, reminders=leads).lines[0].text == said


def test_a_reminder_names_the_deadline_and_the_links_but_not_the_whole_story():
    message = reminded(FULL, "2027-05-24 07:00")
    assert "Apply by Monday, 31 May 2027, 23:59 (Europe/Berlin, UTC+2)" in message.text
    assert "How do owls hunt?" not in message.text
    assert [button.label for row in message.buttons for button in row] == ["Advert", "Apply"]


def test_a_reminder_counts_on_the_channels_calendar():
    one = posting(deadline=deadline("2027-05-31", "AoE"))
    assert reminded(one, "2027-05-30 07:00", timezone=BERLIN, reminders="2d").text.startswith("⏰ 2 days left")
    assert reminded(one, "2027-05-30 21:00", timezone="AoE", reminders="1d").text.startswith("⏰ 1 day left")


def test_a_channel_may_be_spoken_to_silently():
    assert announced(FULL, silent=True).silent
    assert not announced(FULL).silent
    lab = channel(silent=True)
    assert EN.notice([Notice(announcement(FULL, lab.schedule), lab.name)] * 6, instant("2027-05-01"), lab).silent


def test_no_text_of_a_posting_becomes_markup_or_a_second_line():
    nasty = "<b>*_`~&amp;\n\n[x](https://a.example) <!channel> @here"
    message = announced(posting(title=nasty, summary=nasty, group=nasty, location=nasty))
    assert "<b>*_`~&amp; [x](https://a.example) <!channel> @here" in message.text
    assert all("\n" not in line.text for line in message.lines)
    assert {span.url for line in message.lines for span in line.spans} == {None, "https://a.example"}  # a bare address


# --- What has become of a posting since, and news of it

BEFORE_TEXT = "Monday, 24 May 2027, 23:59 (Europe/Berlin, UTC+2)"
NOW_TEXT = "Monday, 31 May 2027, 23:59 (Europe/Berlin, UTC+2)"


def about(one, kind=Kind.ANNOUNCEMENT, words=EN, now="2027-05-01 07:00", **given):
    """What is said, or said by now, of a posting."""
    lab = channel()
    first = reminders(one, lab.schedule)[0].lead if kind is Kind.REMINDER else None
    return words.notice([Notice(Occasion(one, kind, None, first, **given), lab.name)], instant(now), lab)


def struck(message):
    return [span.text for line in message.lines for span in line.spans if span.strike]


def labels(message):
    return [button.label for row in message.buttons for button in row]


@pytest.mark.parametrize("kind", [Kind.ANNOUNCEMENT, Kind.REMINDER, Kind.DEADLINE_MOVED, Kind.REOPENED])
def test_a_deadline_that_was_moved_stands_beside_the_old_one_struck_through(kind):
    message = about(FULL, kind, before=BEFORE)
    assert struck(message) == [BEFORE_TEXT]
    assert f"⏳ Apply by {NOW_TEXT}" in message.text  # the old one below it, so that it is clear in plain text, too
    assert message.text.index(NOW_TEXT) < message.text.index(f"Formerly: {BEFORE_TEXT}")
    is_full = kind in {Kind.ANNOUNCEMENT, Kind.REOPENED}
    assert labels(message) == ["Advert", "Apply", *(["Remind me"] if is_full else [])]


def test_what_is_left_is_not_said_in_a_message_of_long_ago_whose_deadline_was_moved():
    for kind in (Kind.ANNOUNCEMENT, Kind.REOPENED, Kind.DEADLINE_MOVED):
        assert "left" not in about(FULL, kind, before=BEFORE, has_moved=True).text
    assert about(FULL, Kind.REMINDER, before=BEFORE, has_moved=True).lines[0].text == "⏰ Reminder: Flight of owls"
    assert about(FULL, Kind.DEADLINE_MOVED, before=BEFORE).text.count("30 days left") == 1
    assert about(FULL, Kind.REOPENED, before=BEFORE).text.count("30 days left") == 1


def test_news_that_is_no_longer_the_last_word_says_neither_way():
    for since in ({"has_moved": True}, {"standing": Standing.CLOSED}):
        for words, said in ((EN, "The deadline was moved"), (DE, "Die Frist wurde verlegt")):
            message = about(FULL, Kind.DEADLINE_MOVED, words, before=BEFORE, **since)
            assert message.lines[0].text == f"ℹ️ {said}: Flight of owls"


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (Standing.CLOSED, "This position is closed."),
        (Standing.FILLED, "This position is filled."),
        (Standing.WITHDRAWN, "This position was withdrawn."),
        (Standing.GONE, "This position is no longer listed."),
        (Standing.PASSED, "This position is closed."),
    ],
)
@pytest.mark.parametrize("kind", [Kind.ANNOUNCEMENT, Kind.REMINDER, Kind.DEADLINE_MOVED, Kind.REOPENED])
def test_what_is_over_has_its_title_struck_and_says_why_and_how_to_apply_is_not_there(kind, standing, said):
    message = about(FULL, kind, standing=standing)
    assert struck(message)[0] == "Flight of owls"
    assert message.lines[1].text == said
    assert labels(message) == ["Advert"]
    assert not [word for word in ("Apply", "Contact:", "welcome", "left") if word in message.text]
    deadline_said = "The deadline passed" if standing is Standing.PASSED else "Deadline:"
    assert f"⏳ {deadline_said} {NOW_TEXT}" in message.text


def test_what_is_over_and_moved_has_both_struck():
    assert struck(about(FULL, standing=Standing.FILLED, before=BEFORE)) == ["Flight of owls", BEFORE_TEXT]


@pytest.mark.parametrize(
    ("before", "kind", "said", "in_german"),
    [
        ("2027-05-24", "fixed", "⏩ Deadline extended", "⏩ Frist verlängert"),
        ("2027-06-07", "fixed", "⚠️ The deadline was moved earlier", "⚠️ Die Frist wurde vorgezogen"),
        (None, "fixed", "⚠️ The deadline was moved earlier", "⚠️ Die Frist wurde vorgezogen"),
        ("2027-05-24", "rolling", "⏩ Deadline extended", "⏩ Frist verlängert"),
        ("2027-05-24", "review-begins", "⏩ The review begins later", "⏩ Die Auswahl beginnt später"),
        ("2027-06-07", "review-begins", "⚠️ The review begins earlier", "⚠️ Die Auswahl beginnt früher"),
    ],
)
def test_news_of_a_deadline_that_was_moved_says_which_way(before, kind, said, in_german):
    one = replace(FULL, deadline_kind=DeadlineKind(kind))
    told = deadline(before) if before else None
    for words, text in ((EN, said), (DE, in_german)):
        message = about(one, Kind.DEADLINE_MOVED, words, before=told)
        assert message.lines[0].text == f"{text}: Flight of owls"
        assert len(message.lines) == 4  # short: what it is about stands above
        formerly = message.lines[2].text
        if before is None:
            assert formerly in {"Formerly: no fixed deadline", "Bisher: keine feste Frist"}
        else:
            assert formerly.startswith(("Formerly: ", "Bisher: "))
        assert struck(message) == [formerly.partition(": ")[2]]


@pytest.mark.parametrize(
    ("standing", "said", "in_german"),
    [
        (Standing.PASSED, "Deadline passed", "Frist abgelaufen"),
        (Standing.CLOSED, "Closed", "Geschlossen"),
        (Standing.FILLED, "Filled", "Besetzt"),
        (Standing.WITHDRAWN, "Withdrawn", "Zurückgezogen"),
        (Standing.GONE, "No longer listed", "Nicht mehr ausgeschrieben"),
    ],
)
def test_news_that_it_is_over_says_why_and_is_short(standing, said, in_german):
    for words, text in ((EN, said), (DE, in_german)):
        message = about(FULL, Kind.CLOSED, words, standing=standing)
        assert message.lines[0].text == f"🔒 {text}: Flight of owls"
        assert message.text.count(text) == 1
        assert labels(message) == [words._("Advert")]


def test_a_posting_that_is_open_again_is_announced_in_full():
    message = about(FULL, Kind.REOPENED)
    assert message.lines[0].text == "📣 Open again: Flight of owls"
    assert message.text.partition("\n")[2] == announced(FULL).text.partition("\n")[2]
    assert about(FULL, Kind.REOPENED, DE).lines[0].text == "📣 Wieder offen: Flight of owls"


def test_where_there_is_no_deadline_any_more_the_old_one_is_struck():
    message = about(posting(), before=BEFORE)
    said = [line.text for line in message.lines[-2:]]
    assert said == ["⏳ No fixed deadline: applications are welcome at any time", f"Formerly: {BEFORE_TEXT}"]
    assert struck(message) == [BEFORE_TEXT]


# --- Digests


def test_a_digest_says_of_each_item_what_has_become_of_it():
    lab = channel()
    ends = {"deadline": "2027-05-31"}
    occasions = [
        Occasion(posting("a", title="A", **ends), Kind.ANNOUNCEMENT, None),
        Occasion(posting("b", title="B", **ends), Kind.ANNOUNCEMENT, None, standing=Standing.FILLED),
        Occasion(posting("c", title="C", **ends), Kind.REOPENED, None, number=1),
        Occasion(posting("d", title="D", **ends), Kind.DEADLINE_MOVED, None, number=1, before=BEFORE),
        Occasion(posting("e", title="E", **ends), Kind.REMINDER, None, before=BEFORE, has_moved=True),
        Occasion(posting("f", title="F", **ends), Kind.CLOSED, None, standing=Standing.CLOSED),
    ]
    message = EN.notice([Notice(occasion, lab.name) for occasion in occasions], instant("2027-05-24 08:00"), lab)
    lines = [line.text for line in message.lines]
    headings = [
        "New positions",
        "Open again",
        "Deadlines that were moved",
        "Deadlines that come near",
        "No longer open",
    ]
    assert [line for line in lines if line in headings] == headings
    assert [line.text[2] for line in items(message)] == list("ABCDEF")
    assert struck(message) == ["B", BEFORE_TEXT, BEFORE_TEXT, "F"]
    assert lines[lines.index("• B (PhD)") + 1] == "   This position is filled."
    assert message.text.count("7 days left") == 3  # of A, C and D
    german = DE.notice([Notice(occasion, lab.name) for occasion in occasions], instant("2027-05-24 08:00"), lab).text
    for heading in ("Neue Stellen", "Wieder offen", "Geänderte Fristen", "Nicht mehr offen"):
        assert heading in german.splitlines()


def digest(number, role="phd", kind=announcement, now="2027-05-24 08:00"):
    lab = channel()
    postings = [
        posting(f"p{count}", title=f"Owls {count}", role=role, deadline="2027-05-31", url=f"https://o.example/{count}")
        for count in range(number)
    ]
    notices = [Notice(kind(one, lab.schedule), lab.name) for one in postings]
    return EN.notice(notices, instant(now), lab)


def items(message):
    return [line for line in message.lines if line.kind is LineKind.ITEM]


def test_a_digest_names_each_position_with_its_link_and_its_deadline():
    message = digest(6)
    assert message.lines[0].text == "📋 6 positions at a glance"
    assert [line.text for line in items(message)] == [f"• Owls {count} (PhD)" for count in range(6)]
    assert [line.spans[1].url for line in items(message)] == [f"https://o.example/{count}" for count in range(6)]
    assert message.text.count("Apply by Monday, 31 May 2027, 23:59 (Europe/Berlin, UTC+2) · 7 days left") == 6


def test_a_digest_tells_new_positions_from_deadlines():
    lab = channel()
    one, two = posting("new", title="New"), posting("old", title="Old", deadline="2027-05-31")
    notices = [Notice(announcement(one, lab.schedule), lab.name), Notice(reminders(two, lab.schedule)[1], lab.name)] * 3
    lines = [line.text for line in EN.notice(notices, instant("2027-05-24 08:00"), lab).lines]
    assert lines.index("New positions") < lines.index("• New (PhD)")
    assert lines.index("• New (PhD)") < lines.index("Deadlines that come near") < lines.index("• Old (PhD)")


@pytest.mark.parametrize("number", [DIGEST_LINES, DIGEST_LINES + 1, 300])
def test_a_long_digest_says_how_many_more_there_are(number):
    message = digest(number)
    assert message.lines[0].text == f"📋 {number} positions at a glance"
    assert len(items(message)) == DIGEST_LINES
    more = f"… and {number - DIGEST_LINES} more: ask /positions"
    assert (message.lines[-1].text == more) == (number > DIGEST_LINES)


def test_a_digest_of_long_texts_still_fits_into_one_message_and_leaves_none_uncounted():
    lab = channel()
    ends = deadline("2027-05-31", "AoE")
    long = posting(title="🦉" * 500, location="Owls " * 50, role="phd postdoc professor", deadline=ends)
    message = EN.notice([Notice(announcement(long, lab.schedule), lab.name)] * 30, instant("2027-05-24"), lab)
    assert width(message.text) <= 4096  # Telegram's limit, in UTF-16 units
    shown = len(items(message))
    assert 5 < shown < DIGEST_LINES
    assert message.lines[-1].text == f"… and {30 - shown} more: ask /positions"


# --- One posting in full


def test_a_posting_in_full():
    assert in_full(FULL) == (
        "Flight of owls\n"
        "⏳ Apply by Monday, 31 May 2027, 23:59 (Europe/Berlin, UTC+2) · 30 days left\n"
        "Your time: Mon, 31 May 2027, 21:59 UTC\n"
        "\n"
        "Role: PhD\n"
        "Group: Neuroethology, Example University\n"
        "Place: Tübingen, hybrid\n"
        "Start: 1 October 2027\n"
        "Duration: 3 years\n"
        "Pay: TV-L E13 · 65 %\n"
        "Tags: owls, night\n"
        "\n"
        "Contact: The office, office@owls.example, https://owls.example\n"
        "\n"
        "How do owls hunt?\n"
        "\n"
        "We measure.\n"
        "\n"
        "• in the field"
    )


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.FILLED, "This position is filled."),
        (Status.WITHDRAWN, "This position was withdrawn."),
        (Status.CLOSED, "This position is closed."),
    ],
)
def test_a_posting_that_is_over_says_so_first(status, said):
    message = EN.posting(posting(status=status), instant("2027-05-01"), BERLIN)
    assert message.lines[1].text == said
    assert message.lines[0].spans[0].strike
    assert not EN.posting(posting(), instant("2027-05-01"), BERLIN).lines[0].spans[0].strike


def test_a_posting_whose_deadline_has_passed_is_closed():
    text = in_full(FULL, "2027-06-01")
    assert "This position is closed." in text
    assert "Contact" not in text
    buttons = EN.posting(FULL, instant("2027-06-01"), BERLIN).buttons
    assert [button.label for row in buttons for button in row] == ["Advert"]


def test_several_roles_are_named_all():
    assert "Role: PhD / Postdoc" in in_full(posting(role="phd postdoc"))


def test_every_role_has_a_name():
    assert len({EN.role(role) for role in Role}) == len(Role)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=2000), st.integers(-40, 40))
def test_any_text_makes_messages_of_single_lines_without_gaps(short, long, days):
    one = posting(
        title=short,
        group=short,
        location=short,
        pay=short,
        apply=short,
        summary=long,
        description=long,
        url="https://owls.example",
        deadline="2027-05-31",
        contact=Contact(name=short or None),
    )
    now = instant("2027-05-31") + timedelta(days=days)
    lab = channel()
    one_notice = [Notice(announcement(one, lab.schedule), lab.name)]
    for message in (EN.posting(one, now, BERLIN), EN.notice(one_notice, now, lab), EN.notice(one_notice * 6, now, lab)):
        assert message.lines[0].spans
        assert message.lines[-1].spans
        assert all("\n" not in line.text for line in message.lines)
        assert all(span.text for line in message.lines for span in line.spans)
        assert "\n\n\n" not in message.text


@pytest.mark.parametrize(
    ("start", "english", "german"),
    [
        ("2027-10-01", "1 October 2027", "1. Oktober 2027"),
        ("2028-02-29", "29 February 2028", "29. Februar 2028"),
        ("as soon as possible", "as soon as possible", "as soon as possible"),
        ("2027-10", "2027-10", "2027-10"),
        ("2027-02-30", "2027-02-30", "2027-02-30"),
    ],
)
def test_a_day_to_begin_is_told_in_words(start, english, german):
    one = posting(start=start, duration=start)
    for words, said in ((EN, english), (DE, german)):
        assert dict(words.labelled(one))[words._("Start")] == said
        assert said in words.facts(one)[1].text
        assert words.facts(one)[1].text.endswith(said)


@pytest.mark.parametrize("standing", list(Standing))
def test_what_nobody_has_to_keep_any_more_is_not_told_in_the_readers_own_time(standing):
    for kind in (Kind.ANNOUNCEMENT, Kind.CLOSED):
        instants = [span.instant for line in about(FULL, kind, standing=standing).lines for span in line.spans]
        assert any(instants) is not standing.is_over
