"""Postings from chat: drafts, approval, writing posting files, git."""

from bot.submissions.carrying import SubmissionError
from bot.submissions.submissions import DecidedError, Submissions
from bot.submissions.values import Changes, FieldProblem, Fields, FieldsError, checked, for_members, from_text, merged

__all__ = [
    "Changes",
    "DecidedError",
    "FieldProblem",
    "Fields",
    "FieldsError",
    "SubmissionError",
    "Submissions",
    "checked",
    "for_members",
    "from_text",
    "merged",
]
