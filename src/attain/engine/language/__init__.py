"""Documents to checked models: the loader with its places, the models of a plan, table and calendar
(models/), scalar expressions (expressions/), one file per check (checks/), JSON Schema and reference.
It knows the columns of facts by name only and calculates nothing."""
