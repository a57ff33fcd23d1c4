"""Postings from chat: drafts, approval, writing posting files, git."""
