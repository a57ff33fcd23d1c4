"""Who answers for a posting, and where it was found: read with it, and no part of what is shown."""

import json

from bot.domain import snapshot
from bot.sources.files import Registry
from tests.sources.build import HEAD, problems_of


def test_owners_and_the_source_are_known_and_no_part_of_the_posting(tmp_path):
    source = '{name: page, id: "7", url: "https://lab.example/7"}'
    (tmp_path / "owls.yaml").write_text(f"{HEAD}owner: [slack:U0OWL, telegram:4711]\nsource: {source}\n")
    (tmp_path / "bats.yaml").write_text(f"{HEAD}owner: slack:U0BAT\n")
    registry = Registry(tmp_path, "UTC")
    owls = next(posting for posting in registry.read().changed if posting.id == "owls")
    assert registry.origin_of("owls").owners == ("slack:U0OWL", "telegram:4711")
    assert registry.origin_of("owls").source == {"name": "page", "id": "7", "url": "https://lab.example/7"}
    assert registry.origin_of("bats").owners == ("slack:U0BAT",)
    assert registry.origin_of("newts").owners == ()
    kept = json.dumps(snapshot.dump(owls)) + repr(owls)
    assert not any(word in kept for word in ("U0OWL", "4711", "lab.example/7", "owner", "source"))


def test_another_owner_is_known_at_once_and_is_no_change(tmp_path):
    file = tmp_path / "owls.yaml"
    file.write_text(HEAD)
    registry = Registry(tmp_path, "UTC")
    registry.read()
    file.write_text(f"{HEAD}owner: slack:U0OWL\n")
    assert registry.read().changed == ()
    assert registry.origin_of("owls").owners == ("slack:U0OWL",)


def test_what_is_no_person_is_a_problem(tmp_path):
    assert problems_of(tmp_path, {"owls.yaml": f"{HEAD}owner: [Ada]\n"}) == [
        'owls.yaml:3: owner: "Ada" is no person; write PLATFORM:ID, such as slack:U0ADA0001'
    ]
