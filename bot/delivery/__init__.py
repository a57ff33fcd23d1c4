"""Sends what is due, one destination at a time, at the platform's pace, and records what became of it."""

from bot.delivery.delivery import Delivery
from bot.delivery.destination_queue import AffectedRows
from bot.delivery.facts import Fact, PlanOutdated, Settled, Written
from bot.delivery.pace import Pace

__all__ = ["AffectedRows", "Delivery", "Fact", "Pace", "PlanOutdated", "Settled", "Written"]
