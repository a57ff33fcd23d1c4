"""Atom by feedparser, JSON Feed and postings.json by JSON Schema, JSON-LD by Google's rules, the sitemap as XML."""

import json
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import feedparser
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import markdown as prose
from bot.domain.edition import first_host, revised
from bot.domain.posting import DeadlineKind, Role, Workplace
from bot.publish.formats import atom, jsonfeed, jsonld, listing, sitemap
from bot.publish.formats.entries import html, soonest_first
from bot.publish.formats.narrowing import Narrowing
from bot.questions.index import Index
from bot.questions.query import Query
from tests.domain.build import posting
from tests.publish.build import ALL, DE, EN, FILLED, MICE, NOW, OWLS, SITE, editions, postings

# https://www.jsonfeed.org/version/1.1/
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string"},
        "home_page_url": {"type": "string", "format": "uri"},
        "feed_url": {"type": "string", "format": "uri"},
        "language": {"type": "string"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
                "properties": {
                    "id": {"type": "string"},
                    "url": {"type": "string", "format": "uri"},
                    "external_url": {"type": "string", "format": "uri"},
                    "title": {"type": "string"},
                    "content_html": {"type": "string"},
                    "content_text": {"type": "string"},
                    "date_published": {"type": "string", "format": "date-time"},
                    "date_modified": {"type": "string", "format": "date-time"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}


def check(data, schema):
    jsonschema.validate(data, schema, format_checker=jsonschema.FormatChecker())


def test_atom_in_order_of_the_last_change():
    feed = feedparser.parse(atom.render(ALL, SITE, EN, NOW))
    assert not feed.bozo
    assert [entry.title for entry in feed.entries] == [
        "Bats (deadline passed)",
        "Postdoc with mice",
        "Newts (filled)",
        "PhD with owls",
    ]
    bats, *_, owls = feed.entries
    assert bats.updated == "2027-03-15T22:59:59Z", "that is when it changed for a reader"
    assert owls.id == "tag:jobs.lab.example,2027-03-02:owls"
    assert owls.link == "https://jobs.lab.example/board/postings/owls"
    assert "Sunday, 2 May 2027, 23:59 (Europe/Berlin, UTC+2)" in owls.content[0].value
    assert feed.feed.updated == bats.updated


def test_a_feed_in_which_nothing_is_yet():
    feed = feedparser.parse(atom.render([], SITE, DE, NOW))
    assert not feed.bozo
    assert (feed.feed.title, feed.feed.updated) == ("Offene Stellen", "1970-01-01T00:00:00Z")
    check(json.loads(jsonfeed.render([], SITE, DE, NOW)), JSON_FEED)


def test_a_moved_deadline_is_the_same_entry_updated():
    known = {one.name: one for one in editions(OWLS)}
    moved = revised(known, [replace(OWLS, id="birds", aliases=("owls",), deadline=None)], NOW)
    (before,), (after,) = (feedparser.parse(atom.render(one, SITE, EN, NOW)).entries for one in (known.values(), moved))
    assert (before.id, before.published) == (after.id, after.published)
    assert after.updated == "2027-04-01T12:00:00Z" > before.updated


@pytest.mark.parametrize("render", [atom.render, jsonfeed.render, listing.render])
def test_nothing_changes_while_nothing_changes(render):
    assert render(ALL, SITE, EN, NOW) == render(ALL[::-1], SITE, EN, NOW + timedelta(days=9))


def test_postings_as_data():
    found = json.loads(listing.render(ALL, SITE, EN, NOW))
    check(found, listing.SCHEMA)
    assert [(one["id"], one["standing"]) for one in found["postings"]] == [
        ("owls", "open"),
        ("mice", "open"),
        ("bats", "passed"),
        ("newts", "filled"),
    ]
    owls = found["postings"][0]
    assert owls["deadline"] == {
        "at": "2027-05-02T23:59:59+02:00",
        "zone": "Europe/Berlin",
        "kind": "fixed",
        "text": "Sunday, 2 May 2027, 23:59 (Europe/Berlin, UTC+2)",
    }
    assert (owls["tags"], owls["group"], owls["sequence"]) == (["night"], "Owl Lab", 0)


def test_the_sitemap_names_what_is_open():
    urls = [one.text for one in ET.fromstring(sitemap.render(ALL, SITE, NOW)).findall(".//{*}loc")]
    base = "https://jobs.lab.example/board/"
    assert urls == [base, f"{base}postings/owls", f"{base}postings/mice"]


@pytest.mark.parametrize(
    ("part", "query", "name"),
    [
        (Narrowing("phd"), "?q=phd", "Open positions: phd"),
        (Narrowing(place="Rostock"), "?place=Rostock", "Open positions: Rostock"),
        (Narrowing("a&b", "phd", "", "c d"), "?q=a%26b&role=phd&tag=c+d", "Open positions: a&b, PhD, c d"),
    ],
)
def test_a_part_is_a_feed_of_its_own_with_the_same_entries(part, query, name):
    base = "https://jobs.lab.example/board/"
    whole, feed = (feedparser.parse(atom.render(ALL, SITE, EN, NOW, *some)) for some in ((), (part,)))
    assert (feed.feed.id, feed.feed.title) == (f"{base}feed.atom{query}", name)
    links = {link.rel: link.href for link in feed.feed.links}
    assert links == {"self": f"{base}feed.atom{query}", "alternate": f"{base}{query}"}
    assert [entry.id for entry in feed.entries] == [entry.id for entry in whole.entries]
    found = json.loads(jsonfeed.render(ALL, SITE, EN, NOW, part))
    check(found, JSON_FEED)
    assert (found["feed_url"], found["home_page_url"]) == (f"{base}feed.json{query}", f"{base}{query}")
    assert found["title"] == name
    data = json.loads(listing.render(ALL, SITE, EN, NOW, part))
    check(data, listing.SCHEMA)
    assert (data["title"], data["url"]) == (name, f"{base}{query}")


def test_a_feed_keeps_the_host_at_which_the_world_first_saw_it():
    before = [replace(one, host="old.example") for one in editions(OWLS)]
    after = [replace(one, host="new.example", published_at=NOW) for one in editions(MICE)]
    host = first_host([*after, *before])
    assert host == "old.example"
    feed = feedparser.parse(atom.render([*before, *after], replace(SITE, first_host=host), EN, NOW, Narrowing("owls")))
    assert feed.feed.id == "https://old.example/board/feed.atom?q=owls"
    assert {link.rel: link.href for link in feed.feed.links}["self"].startswith("https://jobs.lab.example/")
    assert first_host(editions(OWLS)) is None


def test_what_is_open_stands_in_the_order_in_which_chat_names_it():
    begun = posting("begun", deadline="2027-03-20", deadline_kind=DeadlineKind.REVIEW_BEGINS)
    named = posting("named", deadline="2027-03-21", deadline_kind=DeadlineKind.ROLLING)
    postings = [MICE, named, begun, OWLS, posting("zebras", deadline="2027-04-20")]
    shown = [one.posting.id for one in soonest_first(editions(*postings), NOW)]
    assert (
        shown == [one.id for one in Index(postings).find(Query(), NOW)] == ["zebras", "owls", "begun", "mice", "named"]
    )


# --- JSON-LD

# https://developers.google.com/search/docs/appearance/structured-data/job-posting
GOOGLE = {
    "type": "object",
    "required": ["@context", "@type", "title", "description", "datePosted", "hiringOrganization"],
    "anyOf": [
        {"required": ["jobLocation"]},
        {"required": ["jobLocationType", "applicantLocationRequirements"]},
    ],
    "properties": {
        "@type": {"const": "JobPosting"},
        "title": {"type": "string", "minLength": 1},
        "description": {"type": "string", "minLength": 10},
        "datePosted": {"type": "string", "format": "date"},
        "validThrough": {"type": "string", "format": "date-time"},
        "hiringOrganization": {"type": "object", "required": ["@type", "name"]},
        "employmentType": {
            "type": "array",
            "items": {"enum": "FULL_TIME PART_TIME CONTRACTOR TEMPORARY INTERN VOLUNTEER PER_DIEM OTHER".split()},
        },
        "directApply": {"type": "boolean"},
        "jobLocationType": {"const": "TELECOMMUTE"},
        "jobLocation": {
            "anyOf": [
                {"$ref": "#/$defs/place"},
                {"type": "array", "items": {"$ref": "#/$defs/place"}, "minItems": 2, "uniqueItems": True},
            ]
        },
    },
    "$defs": {
        "place": {
            "type": "object",
            "required": ["address"],
            "properties": {
                "address": {
                    "type": "object",
                    "required": ["@type", "addressCountry"],
                    "properties": {"addressCountry": {"type": "string", "pattern": "^[A-Z]{2}$"}},
                }
            },
        }
    },
}


def linked(one):
    (edition,) = editions(one)
    return jsonld.posting(edition, SITE, EN, NOW)


def test_a_job_posting_as_google_wants_it():
    found = linked(replace(OWLS, fte=65))
    check(found, GOOGLE)
    assert found["validThrough"] == "2027-05-02T23:59:59+02:00"
    assert found["jobLocation"]["address"] == {
        "@type": "PostalAddress",
        "addressLocality": "Tübingen",
        "addressCountry": "DE",
    }
    assert found["employmentType"] == ["PART_TIME"]
    assert "You count owls." in found["description"]


def test_what_stays_open_after_its_date_is_valid_longer():
    assert "validThrough" not in linked(replace(OWLS, deadline_kind=DeadlineKind.REVIEW_BEGINS))
    assert "validThrough" not in linked(replace(OWLS, deadline_kind=DeadlineKind.ROLLING))


def test_a_remote_one_names_the_country_in_which_one_must_be():
    found = linked(replace(OWLS, location="Österreich", workplace=Workplace.REMOTE))
    check(found, GOOGLE)
    assert found["applicantLocationRequirements"] == {"@type": "Country", "name": "AT"}


@pytest.mark.parametrize(
    "lacking",
    [replace(OWLS, location="Tübingen"), replace(OWLS, location=None), replace(OWLS, group=None), FILLED, MICE],
)
def test_what_google_would_refuse_is_left_out(lacking):
    assert linked(lacking) is None


def test_several_places_are_an_array_or_there_is_none():
    found = linked(replace(OWLS, location="Berlin, Germany; Lyon, France or remote"))
    check(found, GOOGLE)
    assert [(one["address"]["addressLocality"], one["address"]["addressCountry"]) for one in found["jobLocation"]] == [
        ("Berlin", "DE"),
        ("Lyon", "FR"),
    ]
    assert linked(replace(OWLS, location="Berlin or Munich, Germany")) is None
    everywhere = linked(replace(OWLS, location="Graz, Austria / Germany / Wien, AT", workplace=Workplace.REMOTE))
    check(everywhere, GOOGLE)
    assert [one["name"] for one in everywhere["applicantLocationRequirements"]] == ["AT", "DE"]


def test_a_state_is_a_region_and_no_country():
    address = linked(replace(OWLS, location="Boston, MA 02139, U.S.A."))["jobLocation"]["address"]
    del address["@type"]
    assert address == {"addressLocality": "Boston", "addressRegion": "MA", "addressCountry": "US"}
    assert linked(replace(OWLS, location="Athens, Georgia")) is None


@pytest.mark.parametrize(
    ("lacking", "key", "words"),
    [
        (replace(OWLS, group=None), "title", "who hires"),
        (replace(OWLS, location=None), "location", "no place"),
        (replace(OWLS, location="remote"), "location", "no place"),
        (replace(OWLS, location="Jena, Germany; Graz"), "location", '"Graz" ends with no country'),
    ],
)
def test_it_is_said_why_there_is_none(lacking, key, words):
    about, why = jsonld.lack(lacking)
    assert about == key
    assert words in why
    assert jsonld.lack(OWLS) is None


def test_full_time_is_said_only_where_it_is_known():
    assert "employmentType" not in linked(OWLS)
    assert linked(replace(OWLS, roles=(Role.THESIS,)))["employmentType"] == ["OTHER"]
    assert linked(replace(OWLS, roles=(Role.INTERNSHIP,), fte=100))["employmentType"] == ["INTERN", "FULL_TIME"]


# --- Whatever is written


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(postings)
def test_no_text_can_break_any_of_them(one):
    found = editions(one, MICE)
    feed = feedparser.parse(atom.render(found, SITE, EN, NOW))
    assert not feed.bozo
    assert len(feed.entries) == 2
    ET.fromstring(sitemap.render(found, SITE, NOW))
    check(json.loads(listing.render(found, SITE, EN, NOW)), listing.SCHEMA)
    items = json.loads(jsonfeed.render(found, SITE, EN, NOW))
    for item in items["items"]:
        item.pop("external_url", None)  # an address is what its posting says
    check(items, JSON_FEED)
    data = jsonld.posting(found[0], SITE, EN, NOW)
    if data:
        check(data, GOOGLE)
        script = jsonld.render(found[0], SITE, EN, NOW)
        assert "<" not in script
        assert json.loads(script) == data


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_html_is_well_formed_and_has_only_our_tags(markdown):
    found = html(prose.lines(markdown))
    tags = {one.tag for one in ET.fromstring(f"<div>{found.replace('<br>', '<br/>')}</div>").iter()}
    assert tags <= {"div", "p", "br", "blockquote", "code", "s", "em", "strong", "a"}
