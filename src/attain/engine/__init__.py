"""The engine: data in, data out; no Django, no clock, no global state. Read from the last line up:
calculation (credits, measures, earnings, payments), language (documents become checked models),
facts (tables, read and versioned), backends (typed SQL trees, printed and run), values."""
