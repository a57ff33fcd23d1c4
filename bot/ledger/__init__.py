"""What was delivered, refused or is in doubt. Once settled, a notice is never sent again."""

from bot.ledger.ledger import Ledger, LedgerError, Record
from bot.ledger.sender import SenderLock

__all__ = ["Ledger", "LedgerError", "Record", "SenderLock"]
