"""`python -m attain`, for where the script is not on the path."""

from attain.cli import attain

attain(prog_name="attain")
