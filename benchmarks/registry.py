"""A made-up registry of any size, and a config for it."""

import random
from pathlib import Path

import yaml

_FIELDS = "robotics vision genomics ecology optics statistics materials neuroscience linguistics climate".split()
_PLACES = "Tübingen Rostock München Zürich Wien Köln Leipzig Göttingen Aarhus Delft".split()
_ROLES = "phd postdoc student-assistant research-staff thesis internship professor".split()
_WORDS = [f"{a}{b}" for a in ("inter", "trans", "neuro", "bio", "geo", "hyper") for b in ("metrics", "graphy", "form")]


def write(folder: Path, count: int, seed: int = 1) -> None:
    """`count` posting files of about 800 bytes, with deadlines over two years from 2199 on, so that all are open."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        field, place = chance.choice(_FIELDS), chance.choice(_PLACES)
        posting = {
            "title": f"{field.title()} position {number}: {' '.join(chance.choices(_WORDS, k=4))}",
            "role": chance.choice(_ROLES),
            "organization": f"University of {place}",
            "group": f"{field.title()} Lab {chance.randrange(200)}",
            "location": place,
            "deadline": f"{chance.randint(2199, 2200)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
            "timezone": "Europe/Berlin",
            "pay": "TV-L E13",
            "fte": chance.choice([50, 65, 75, 100]),
            "tags": chance.sample(_FIELDS, 3),
            "url": f"https://lab.example/{number}",
            "summary": " ".join(chance.choices(_WORDS + _FIELDS, k=30)),
        }
        (folder / f"posting-{number}.yaml").write_text(yaml.safe_dump(posting, allow_unicode=True))


def config(folder: Path, **more: object) -> Path:
    """A config beside the registry `postings`."""
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump({"registry": "postings", "timezone": "Europe/Berlin", **more}))
    return path
