"""Spans of days in a text, in plain words: "what closes by the end of June?".

Pure: the text, its language and the moment of the question go in. The words of each language are data
(`bot/language`); what they mean is in `meaning`, how they go together in `grammar`.
"""

from bot.questions.spans.calendar import Days, Unit
from bot.questions.spans.reading import About, TimeSpan, spans

__all__ = ["About", "Days", "TimeSpan", "Unit", "spans"]
