"""Lines that name places, as places with their countries; and what is left out because it can be two things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.countries import country_named
from bot.questions.places import is_in, places


def told(line):
    """`locality|region|country` of each place; a doubtful one is `?`."""
    return [
        "?" if one.doubt else "|".join(filter(None, (one.locality, one.region, one.country))) for one in places(line)
    ]


@pytest.mark.parametrize(
    ("line", "country"),
    [
        ("Chicago, United States of America", "US"),
        ("Chicago, U.S.A.", "US"),
        ("Leeds, Great Britain", "GB"),
        ("Leeds, U.K.", "GB"),
        ("Cardiff, Wales", "GB"),
        ("Glasgow, Scotland.", "GB"),
        ("Belfast, Northern Ireland", "GB"),
        ("Ankara, Turkey", "TR"),
        ("Ankara, Türkiye", "TR"),
        ("Ankara, Türkei", "TR"),
        ("Hong Kong", "HK"),
        ("Hongkong, China", "HK"),
        ("Taipa, Macau", "MO"),
        ("Hsinchu, Taiwan", "TW"),
        ("Daejeon, Republic of Korea", "KR"),
        ("Daejeon, South Korea", "KR"),
        ("Hue, Viet Nam", "VN"),
        ("Brno, Czech Republic", "CZ"),
        ("Brno, Tschechische Republik", "CZ"),
        ("Delft, The Netherlands", "NL"),
        ("Delft, Holland", "NL"),
        ("Delft, NL", "NL"),
        ("Mostar, Bosnia-Herzegovina", "BA"),
        ("United Kingdom of Great Britain and Northern Ireland", "GB"),
        ("Shatin, Hong Kong SAR, China", "HK"),
        ("Isfahan, Iran (Islamic Republic of)", "IR"),
        ("Kazan, Russian Federation", "RU"),
        ("Yamoussoukro, Ivory Coast", "CI"),
        ("Yamoussoukro, Cote d'Ivoire", "CI"),
        ("Bern, Schweiz", "CH"),
        ("Lausanne, Suisse", "CH"),
        ("Tartu, Estonia (hybrid)", "EE"),
        ("Tartu (Estonia)", "EE"),
        ("Tartu, Estonia [2 days a week on site].", "EE"),
        ("Tartu, Estonia – remote", "EE"),
        ("Tartu, Estonia or remote", "EE"),
        ("Tartu 🇪🇪", "EE"),
        ("🇪🇪 Tartu, Estonia", "EE"),
        ("Dundee 🏴󠁧󠁢󠁳󠁣󠁴󠁿", "GB"),
        ("Remote, Austria", "AT"),
        ("Österreich", "AT"),
        ("Akureyri, Island", "IS"),
        ("Batumi, Georgia", "GE"),
        ("Batumi, Georgien", "GE"),
        ("La Laguna, Canary Islands", "ES"),
        ("Zürich, CHE", "CH"),
        ("O\u0308rebro, Sweden", "SE"),
    ],
)
def test_usual_names_of_countries(line, country):
    (place,) = places(line)
    assert (place.country, place.doubt) == (country, "")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("Atlanta, Georgia, USA", "Atlanta|Georgia|US"),
        ("Tucson, Arizona", "Tucson|Arizona|US"),
        ("Princeton, NJ", "Princeton|NJ|US"),
        ("Ann Arbor, MI or remote", "Ann Arbor|MI|US"),
        ("Cambridge, MA, USA", "Cambridge|MA|US"),
        ("Cambridge, MA 02139, US", "Cambridge|MA|US"),
        ("Washington, D.C., USA", "Washington|D.C.|US"),
        ("Lebanon, New Hampshire", "Lebanon|New Hampshire|US"),
        ("Mexico, Missouri, USA", "Mexico|Missouri|US"),
        ("Garching, Munich, Germany", "Garching, Munich|DE"),
        ("Edinburgh, Scotland, UK", "Edinburgh, Scotland|GB"),
        ("Halle (Saale), Germany", "Halle (Saale)|DE"),
        ("Frankfurt/Main, Germany", "Frankfurt/Main|DE"),
        ("Frankfurt / Oder, Germany", "Frankfurt / Oder|DE"),
        ("St Augustine, Trinidad and Tobago", "St Augustine|TT"),
        ("Tuzla, Bosnia & Herzegovina", "Tuzla|BA"),
        ("Tuzla, Bosnien und Herzegowina", "Tuzla|BA"),
        ("Kingstown, St. Vincent and the Grenadines", "Kingstown|VC"),
        ("Newcastle upon Tyne, Tyne and Wear, UK", "Newcastle upon Tyne, Tyne and Wear|GB"),
        ("Brighton and Hove, England", "Brighton and Hove|GB"),
        ("Luxembourg - Kirchberg, Luxembourg", "Luxembourg - Kirchberg|LU"),
        ("Institute 2, Mexico City, Mexico", "Institute 2, Mexico City|MX"),
        ("Jersey City, New Jersey, USA", "Jersey City|New Jersey|US"),
        ("Saint-Denis - Pleyel, France", "Saint-Denis - Pleyel|FR"),
        ("University of Jordan, Amman, Jordan", "University of Jordan, Amman|JO"),
        ("Georgia Tech, Atlanta, Georgia, USA", "Georgia Tech, Atlanta|Georgia|US"),
    ],
)
def test_one_place_is_one(line, wanted):
    assert told(line) == [wanted]


@pytest.mark.parametrize(
    "line",
    [
        "Atlanta, Georgia",
        "Georgia",
        "Boulder, CO - Remote",
        "San Diego, CA",
        "Perth, WA",
        "Milano, MI",
        "Wilmington, DE",
        "Bern, BE",
        "Fribourg, FR",
        "St. John's, NL",
        "Washington",
        "Germany, France",
        "Berlin, Germany, Paris, France",
        "Berlin, Germany (or Paris, France)",
        "Berlin, Germany, Boston, MA, USA",
        "Berlin (Germany), Paris (France)",
        "Berlin, Germany - Paris, France",
        "Berlin, Germany – Hamburg, Germany",
        "Berlin, Germany → Paris, France",
        "Berlin, Germany with stays in Paris, France",
        "Berlin, Germany. 2) Paris, France",
        "Berlin, Deutschland resp. Boston, MA, USA",
        "Berlin, Germany 🇫🇷",
        "Berlin 🇩🇪 🇫🇷",
        "Seoul, Korea",
        "Rostock",
        "Europe",
        "x" * 5000,
    ],
)
def test_what_can_be_two_things_is_left_out(line):
    (place,) = places(line)
    assert not place.country
    assert place.doubt


@pytest.mark.parametrize(
    "between", ["; ", ";", " or ", ", or ", " / ", "/", " and ", " & ", " oder ", " und ", " | ", "|", " sowie ", "\n;"]
)
def test_several_places_are_several(between):
    assert told(f"Jena, Germany{between}Graz, Österreich") == ["Jena|DE", "Graz|AT"]
    assert told(f"Jena{between}Graz, Österreich") == ["?", "Graz|AT"]
    assert told(f"Sarajevo, Bosnia and Herzegovina{between}Remote") == ["Sarajevo|BA"]


def test_remarks_alone_name_no_place():
    assert places("remote") == places("Hybrid / Home Office") == places(" ") == places(None) == ()


def test_a_place_is_found_by_its_town_its_country_and_as_a_whole():
    line = "Rostock, Germany (hybrid); Tu\u0308bingen, Germany or New York, NY, USA"
    for name in ("rostock", "Rostock, Germany", "Tübingen", "germany", "New York, NY", "USA", line):
        assert is_in(line, name), name
    for name in ("Rost", "Berlin", "", "Rostock, Germany (hybrid)", "York"):
        assert not is_in(line, name), name
    assert not is_in(None, "Rostock")


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["Jena", ", ", "Germany", " or ", "(", ")", "/", "🇩", "🇪", ".", " - remote", ";"])).map(
        "".join
    )
)
def test_whatever_is_written_a_country_is_told_only_of_what_names_one(line):
    for place in places(line):
        assert bool(place.country) != bool(place.doubt)


def test_no_country_is_lost_to_a_separator():
    """Every name that CLDR has, behind a town, in both languages, is one place of that country."""
    from babel import Locale

    for language in ("en", "de"):
        for code, name in Locale(language).territories.items():
            if country_named(name) == code and "(" not in name and "," not in name:
                assert told(f"Town, {name}") == [f"Town|{code}"], name


@pytest.mark.parametrize(
    "line", ["either Berlin, Germany or Paris, France", "Entweder Berlin, Germany oder Paris, France"]
)
def test_either_is_no_part_of_a_town(line):
    assert [(place.town, place.country) for place in places(line)] == [("Berlin", "DE"), ("Paris", "FR")]
