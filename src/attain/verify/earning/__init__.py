"""Measuring, earning and lines, as in docs/semantics.md: from a seat's credits to the rounded earning
and the lines that add up to it."""
