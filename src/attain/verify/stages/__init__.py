"""The stages of docs/semantics.md, one file for each: seats, credits, measures, earnings, lines, payments.
Reading documents and facts is in `inputs`, judging a written folder in `checking`."""
