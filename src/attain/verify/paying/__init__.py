"""Closed periods and paying, as in docs/semantics.md: postings, adjustments, whose rules hold, the steps of a
payment, the ledger accounts."""
