"""Judging what `attain calculate` wrote: read the folder, compare its tables with the second reading, prove
that lines, balances and payments add up."""
