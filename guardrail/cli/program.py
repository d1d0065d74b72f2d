"""
The commands, and how each one ends: with a code that blocks, whatever goes wrong.

Every command is loaded when it is called, so that checking a plan does not wait
for what signing one needs. This module holds the only ``except GuardrailError``
around a command.
"""

import contextlib
import importlib
from collections.abc import Sequence

import click
from click.exceptions import NoArgsIsHelpError

from guardrail.cli import COMMANDS
from guardrail.cli.context import Context
from guardrail.errors import GuardrailError
from guardrail.report.escape import terminal


class _Commands(click.Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"guardrail.cli.{name}")
        command: click.Command = module.command
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tf-guardrail", prog_name="guardrail")
def cli() -> None:
    """Block terraform apply until a senior has signed exactly this plan.

    Exit codes: 0 allowed, 1 denied, 2 usage, 3 approval required, 4 could not
    decide (nothing ran).
    """


def execute(arguments: Sequence[str] | None, context: Context) -> int:
    """Run the command line in ``context`` and return its exit code."""
    try:
        done = cli.main(
            args=None if arguments is None else list(arguments),
            prog_name="guardrail",
            # Not even for a shell's completion may a variable end a check with 0.
            complete_var="",
            standalone_mode=False,
            obj=context,
        )
    except GuardrailError as error:
        return fail(error.message, error.hint, error.exit_code)
    except click.ClickException as error:
        return _misused(error)
    except (click.Abort, KeyboardInterrupt):
        return fail("interrupted", None, GuardrailError.exit_code)
    except SystemExit:
        # click ends the process by itself when nobody reads what it prints.
        return fail("the output could not be written", None, GuardrailError.exit_code)
    # The last net: a crash must block and say no values. A panic in Rust is no Exception.
    except BaseException as error:  # noqa: BLE001
        return fail(
            f"internal error ({type(error).__name__} in {_place(error)})",
            "please report this line; the plan itself is not in it",
            GuardrailError.exit_code,
        )
    return done if isinstance(done, int) else 0


def _misused(error: click.ClickException) -> int:
    if isinstance(error, NoArgsIsHelpError):
        error.show()
        return error.exit_code
    usage, hint = "", None
    if isinstance(error, click.UsageError) and error.ctx is not None:
        usage, hint = f"{error.ctx.get_usage()}\n", f"see `{error.ctx.command_path} --help`"
    with contextlib.suppress(OSError, ValueError):
        click.echo(usage, err=True, nl=False)
    return fail(error.format_message(), hint, error.exit_code)


def fail(message: str, hint: str | None, code: int) -> int:
    """Say on standard error why nothing was decided, as far as anybody hears it; return ``code``."""
    # Where nobody hears why, the code still says that it failed.
    with contextlib.suppress(OSError, ValueError):
        click.echo(f"guardrail: error: {terminal(message)}", err=True)
        if hint:
            click.echo(f"guardrail: hint: {terminal(hint)}", err=True)
    return code


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown"
    name = trace.tb_frame.f_globals.get("__name__", "unknown")
    return f"{name}:{trace.tb_lineno}"
