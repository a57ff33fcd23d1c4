"""Carrier pigeons: a kind of platform as somebody else may add it. Tests copy this folder elsewhere.

What is sent lies in a file of JSON lines, one for each message; whoever posts a text to `/pigeon` gets the answer.
"""

from bot.chat.request import Syntax
from bot.platforms.kinds import Endpoint, PlatformKind, Preview, TokenShape
from bot.platforms.settings import SecretText, listen, text

LISTEN = "127.0.0.1:8099"


class PigeonKind(PlatformKind):
    name = "pigeon"
    title = "Pigeon post"
    settings = {
        "ring": SecretText("ring-[0-9]+", "is no ring; look at the pigeon's leg"),
        "loft": text(r"/\S+", "is no loft; write the path of a file"),
        "listen": listen(LISTEN),
    }
    needed = unshared = ("ring",)
    sends_with = "ring"
    example_address = "~your-loft"
    syntax = Syntax("coo {name}")
    token_shapes = (TokenShape("a pigeon's ring", "ring", "ring-[0-9]+"),)
    hidden = (r"\bring-[0-9]+",)

    def address_fault(self, address):
        return None if address.startswith("~") else "is no loft; write ~ and its name"

    def endpoints(self, name, settings):
        return (Endpoint(settings.get("listen", LISTEN), "/pigeon", ("listen",)),)

    def make(self, settings, around):
        from bot.platforms.pigeon.adapter import Pigeon

        return Pigeon(around.name, settings.get("loft"), settings.get("listen", LISTEN))

    def preview(self):
        from bot.pictures.markup import element

        return Preview(lambda sent, viewer: element("div", sent["note"], class_="pigeon"), ".pigeon { color: gray; }")


KIND = PigeonKind()
