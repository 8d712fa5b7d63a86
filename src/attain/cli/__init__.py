"""The doors on a command line: one file per command, each a thin call into the rooms below; none needs a
database server. This file holds the group `attain`, which loads a command's file when it is asked for."""

from importlib import import_module

import click

from attain.engine.values.problems import Refused

COMMANDS = {  # a command → its file and function
    "check": "check:check",
    "format": "format:format_",
    "calculate": "calculate:calculate",
    "explain": "explain:explain",
    "sql": "sql:sql",
    "verify": "verify:verify",
    "import": "import_:import_",
    "loads": "loads:loads",
    "withdraw": "loads:withdraw",
    "quarantine": "loads:quarantine",
    "demo": "demo:demo",
}


class LazyGroup(click.Group):
    """Imports a command's module on first use, and prints every problem of a refusal before exiting 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The click command of that name, or None where there is none."""
        if name not in COMMANDS:
            return None
        module, _, function = COMMANDS[name].partition(":")
        command: click.Command = getattr(import_module(f"attain.cli.{module}"), function)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a refusal becomes its list of problems on standard error and exit status 1."""
        try:
            return super().invoke(ctx)
        except Refused as refused:
            for problem in refused.problems:
                click.echo(str(problem), err=True)
            ctx.exit(1)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="attain")
def attain() -> None:
    """Exact, explained, proved sales pay from facts and plan documents.

    Exit status: 0 done, 1 refused or different, 2 wrong usage.
    """
