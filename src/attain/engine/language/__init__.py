"""Documents to checked models: the loader with its places, the models of a plan, table and calendar
(models/), scalar expressions (expressions/), one file per check (checks/), JSON Schema and reference.
It knows the columns of facts by name only and calculates nothing."""

from attain.engine.language.documents import Document, load_documents, load_text
from attain.engine.language.expressions.expression import Expression
from attain.engine.language.models.plan import Component, Plan
from attain.engine.language.source import Source

__all__ = ["Component", "Document", "Expression", "Plan", "Source", "load_documents", "load_text"]
