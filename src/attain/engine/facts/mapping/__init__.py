"""The mapping document: which column of a file becomes which column of a table, and how its cells are
written. Its text becomes a checked model here, a model becomes SQL over texts, and a file without a mapping
gets a proposal. Cells are not judged here."""
