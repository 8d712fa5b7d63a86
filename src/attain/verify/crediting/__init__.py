"""Crediting, as in docs/semantics.md: what is known on a moment, who holds what, whom a rule credits."""
