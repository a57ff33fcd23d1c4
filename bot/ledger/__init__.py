"""What was delivered, refused or is in doubt. Once settled, a notice is never sent again."""

from bot.ledger.followers import FollowerStore
from bot.ledger.ledger import Ledger
from bot.ledger.sender import SenderLock
from bot.ledger.trouble import LedgerError
from bot.ledger.withdrawals import peek

__all__ = ["FollowerStore", "Ledger", "LedgerError", "SenderLock", "peek"]
