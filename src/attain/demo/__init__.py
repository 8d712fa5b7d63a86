"""The demo company: Merrowfield Systems, about 300 people who sell sensors and software for machines.
`company.py` makes its tables from a seed, pure and without a file; `plans/` says what they are paid;
`export.py` and `words/` hold what a CRM would hand over and the names. No calculation is done here."""
