"""Postings that already stand elsewhere: pages, boards, feeds, applicant-tracking systems, read as they are."""
