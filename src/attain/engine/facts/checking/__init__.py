"""Judging what a file says: each cell, each row against what is known, rows against each other. All is SQL
over whole tables that yields a value or the code of a fault; a fault's words and cure stand beside."""
