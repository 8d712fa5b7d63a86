"""The words of the language as frozen models, a file for each part of a document; attribute names are the
keys with `_` for a space. What two keys say together is checked in checks/, not here."""
