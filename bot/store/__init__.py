"""What was delivered, refused or is in doubt. Once settled, a notice is never sent again."""

from bot.store.errors import LedgerError
from bot.store.followers import FollowerStore
from bot.store.ledger import Ledger
from bot.store.owners import OwnerStore, peek_at_owners
from bot.store.peeking import peek_at_erased, peek_at_withdrawn
from bot.store.places import peek_at_places
from bot.store.restorations import Restoration
from bot.store.sender import SenderLock

__all__ = [
    "FollowerStore",
    "Ledger",
    "LedgerError",
    "OwnerStore",
    "Restoration",
    "SenderLock",
    "peek_at_erased",
    "peek_at_owners",
    "peek_at_places",
    "peek_at_withdrawn",
]
