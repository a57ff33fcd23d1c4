"""The page for whoever has no mouse."""


async def tab_to(page, wanted):
    """Presses Tab until that has the focus; what has it on the way must be seen to have it."""
    for _ in range(60):
        if await wanted.evaluate("one => one === document.activeElement"):
            return
        await page.keyboard.press("Tab")
        is_seen = await page.evaluate(
            "() => document.activeElement === document.body || document.activeElement.matches(':focus-visible')"
        )
        assert is_seen
    raise AssertionError(f"Tab does not lead to {wanted}")
