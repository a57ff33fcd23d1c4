"""Made-up fields, for tests that try many."""

# ruff: noqa: E501  # a case is read best on a line

from hypothesis import strategies as st

HOSTILE = [
    ": ", "a: b", "#", "# no comment", "a #b", "---", "--- a", "...", "<<<<<<< HEAD", ">>>>>>> main", "=======", "NO", "no", "yes", "on",
    "12:30", "010", "0o17", "1e3", "0xff", "1_000", ".5", "-5", "~", "null", "true", "2027-05-02", "- a", "-", "?", "? a", "! a",
    "!a", "&a", "*a", "%a", "@a", "`a", "|", ">", "| a", "{a", "[a]", "]a", "a]", "a}", "a, b", ", a", "'", '"', "''", '"a"', "'a'",
    "a'b", 'a"b', "a\\b", "\\n", "a  b", "a:", ":a", "a:b", "=", "<<", "Tübingen", "博士研究生", "שלום עולם", "🦉 owls", "e\u0301", "a\u00a0b",
    "(m/f/d) tutor", "x" * 300, "word " * 59 + "word", "https://lab.example/#a: b",
]  # fmt: skip
"""Lines that YAML, or somebody who reads it carelessly, could take for something else."""

_plain = st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp", "Cf"], blacklist_characters="\u2028\ufffe\uffff")
lines = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.one_of(st.sampled_from(" :#-\"'[]{},&*!|>%@`?a1é"), _plain), min_size=1, max_size=60),
).filter(lambda text: text.strip() == text and text)
texts = st.one_of(
    lines,
    st.lists(st.one_of(lines, st.just(""), st.just("  deep"), st.just("tail  ")), min_size=1, max_size=8).map(
        "\n".join
    ),
)
lists = st.lists(lines, min_size=1, max_size=6, unique=True)
_ROLES = "phd postdoc professor research-staff student-assistant thesis internship technician admin other".split()

values = {
    "title": lines,
    "role": st.lists(st.sampled_from(_ROLES), min_size=1, max_size=3, unique=True),
    "status": st.sampled_from(["open", "closed", "filled"]),
    "organization": lines,
    "group": lines,
    "location": lines,
    "workplace": st.sampled_from(["on-site", "hybrid", "remote"]),
    "deadline": st.sampled_from(["2027-05-02", "2027-05-02 12:00", "2027-05-02 12:00+02:00", "2027-05-02T23:59:30Z"]),
    "timezone": st.sampled_from(["Europe/Berlin", "AoE", "Asia/Kathmandu"]),
    "start": st.one_of(lines, st.just("2027-10-01")),
    "pay": lines,
    "fte": st.sampled_from([65, 100, 62.5, 1]),
    "openings": st.integers(1, 1000),
    "degree": lists,
    "languages": lists,
    "skills": lists,
    "supervisors": lists,
    "apply": lines,
    "url": st.sampled_from(["https://lab.example/jobs", "https://lab.example/?a=b#c:d"]),
    "contact": st.fixed_dictionaries({"name": lines, "email": st.just("jobs@lab.example")}),
    "tags": st.lists(lines.filter(lambda text: len(text) <= 100), min_size=1, max_size=8),
    "summary": texts,
    "description": texts,
    "aliases": st.lists(st.sampled_from(["a-1", "007", "b", "1e3", "2027-05-02"]), min_size=1, max_size=3, unique=True),
    "owner": st.lists(st.sampled_from(["slack:U0OWL", "telegram:4711"]), min_size=1, max_size=2, unique=True),
}
required = {"title": values["title"], "role": values["role"]}
optional = {key: value for key, value in values.items() if key not in required}
fields = st.fixed_dictionaries(required, optional=optional)
