"""Facts come in here: declared tables, reading, mapping, typing, refusing, quarantine, and the store that
keeps every version. What a fact is worth is not decided here."""
