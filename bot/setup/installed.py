"""From where this program was installed."""

import json
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any


def direct_url() -> dict[str, Any]:
    """What the installer has written down of it; empty where it has not
    (https://packaging.python.org/en/latest/specifications/direct-url/).
    """
    try:
        known = json.loads(distribution("callboard").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
