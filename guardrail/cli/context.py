"""What every command gets: the installation, the environment, and ways to make a call of them."""

from pathlib import Path

import click
from msgspec import Struct

from guardrail.decision import Outcome
from guardrail.door.session import Call
from guardrail.errors import UsageError
from guardrail.system.clock import unix_now
from guardrail.system.installation import Installation

EXIT_CODES = {Outcome.ALLOW: 0, Outcome.DENY: 1, Outcome.APPROVAL_REQUIRED: 3}
"""What a decision exits with. 2 is usage, 4 is "could not decide"."""


class Context(Struct, frozen=True, kw_only=True):
    """The world a command runs in."""

    installation: Installation
    env: dict[str, str]


def make_call(
    context: Context,
    *,
    chdir: Path,
    engine: str | None = None,
    policies: tuple[Path, ...] = (),
    commits: str | None = None,
) -> Call:
    """Return the call that the options of a command describe."""
    return Call(
        installation=context.installation,
        directory=chdir.absolute(),
        env=context.env,
        now=unix_now(),
        engine=engine,
        policies=policies,
        commits=None if commits is None else _range(commits),
    )


def _range(commits: str) -> tuple[str, str]:
    base, dots, head = commits.partition("..")
    if not dots or not base or not head or head.startswith("."):
        raise UsageError("a commit range is written as BASE..HEAD")
    return base, head


chdir_option = click.option(
    "--chdir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="Work in this directory, as terraform -chdir does.",
)
engine_option = click.option(
    "--engine",
    type=click.Choice(["embedded", "opa"]),
    help="Which Rego engine evaluates the policies.",
)
policy_option = click.option(
    "--policy",
    "policies",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="A directory of further Rego rules. They can only tighten. Repeatable.",
)
commits_option = click.option(
    "--commits",
    metavar="BASE..HEAD",
    help="Look for signs of agents in these commits. CI runs find them by themselves.",
)
