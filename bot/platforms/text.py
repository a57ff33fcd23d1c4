"""A message as text: for a terminal, a file or a pipe."""

from datetime import datetime

from bot.domain import addresses
from bot.domain.letters import displayed
from bot.domain.message import Button, LineKind, Message, Span


def plain(message: Message) -> str:
    """A message as text without colour."""
    return "".join(text for _, text in styled(message))


def styled(message: Message) -> list[tuple[str, str]]:
    """Text with prompt_toolkit's styles (https://python-prompt-toolkit.readthedocs.io/en/stable/pages/advanced_topics/styling.html)."""
    pieces: list[tuple[str, str]] = []
    for line in message.lines:
        if any(span.instant and _is_local(span.instant) for span in line.spans):
            continue  # the posting's own clock, above, is the reader's
        if line.kind is LineKind.QUOTE:
            pieces.append(("fg:ansibrightblack", "│ "))
        for span in line.spans:
            pieces.append((_style(span), displayed(_shown(span))))
            if span.url and not _is_shown(span):
                pieces.append(("fg:ansiblue underline", f" <{displayed(span.url)}>"))
        pieces.append(("", "\n"))
    shown_urls = {span.url for line in message.lines for span in line.spans if span.url and _is_shown(span)}
    links = [button for row in message.buttons for button in row if button.url and button.url not in shown_urls]
    for button in links:
        if (button.url or "").startswith("mailto:"):
            continue  # the text has the address
        pieces += [
            ("", f"{displayed(button.label)}: "),
            ("fg:ansiblue underline", displayed(button.url or "")),
            ("", "\n"),
        ]
    asking = [button for row in message.buttons for button in row if button.request]
    return pieces + _choices([button for button in asking if not button.is_personal])


def _choices(buttons: list[Button]) -> list[tuple[str, str]]:
    if not buttons:
        return []
    labels = "  ".join(f"[{displayed(button.label)}]" for button in buttons)
    return [("", "\n"), ("fg:ansigreen", labels), ("", "\n")]


def _is_local(instant: datetime) -> bool:
    """Whether this machine's clock shows the same then as the clock by which it was written."""
    return instant.utcoffset() == instant.astimezone().utcoffset()


def _is_shown(span: Span) -> bool:
    """Whether the text is the address to which it leads."""
    return span.text == span.url or addresses.email(span.text) is not None


def _shown(span: Span) -> str:
    if not span.instant:
        return span.text
    # The reader sits at this machine: its zone is theirs.
    return span.instant.astimezone().strftime("%Y-%m-%d %H:%M %Z")


def _style(span: Span) -> str:
    styles = (("bold", span.bold), ("italic", span.italic), ("strike", span.strike), ("fg:ansiyellow", span.code))
    return " ".join(name for name, wanted in styles if wanted)
