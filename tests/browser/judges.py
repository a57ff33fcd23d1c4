"""Outside judges of a page: axe-core for people who cannot see or point, html5lib for its markup."""

from importlib.resources import files

import html5lib

_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


async def is_accessible(page):
    """Nothing on the page, as it stands now, that axe-core holds against WCAG 2.2 AA."""
    await page.evaluate(_AXE)
    wanted = {"runOnly": {"type": "tag", "values": list(RULES)}, "resultTypes": ["violations"]}
    found = await page.evaluate("wanted => axe.run(document, wanted)", wanted)
    assert found["passes"], "it has looked at something"
    told = [f"{one['id']}: {one['help']}: {[node['html'] for node in one['nodes']]}" for one in found["violations"]]
    assert not told, "\n".join(told)


def is_well_formed(html):
    """No error that the HTML standard's own parser would tell of."""
    html5lib.HTMLParser(strict=True).parse(html)
