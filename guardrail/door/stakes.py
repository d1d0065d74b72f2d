"""
What an operation without a plan would do, as far as the state tells.

An operation is refused whatever is found here; this is for whoever has to decide what to do
instead. Of the state only labels, counts and the catalog's words are told.
"""

from collections.abc import Mapping
from typing import Final

from guardrail.door.dropin import Operation
from guardrail.door.session import Session
from guardrail.door.stack import child_environment
from guardrail.errors import EnforcementError
from guardrail.findings.catalog import catalog
from guardrail.findings.labels import Labels
from guardrail.plan.model import Configuration, Plan
from guardrail.report.words import many
from guardrail.sources.state import Held, read_held
from guardrail.system.terraform import Terraform

_SHOWN = 5
_NAMED: Final = {
    "state rm": "{} would go on existing, unmanaged: no plan shows or destroys what is forgotten",
    "state mv": "{} would stand under another address",
    "taint": "{} would be destroyed and created anew by the next apply",
    "untaint": "{} would be kept by the next apply, though marked as broken",
}
"""Operations on resources that are named → what would become of so many of them."""
_WHOLE: Final = {
    "workspace delete": "the workspace's state would be gone: {} would go on existing, unmanaged",
    "state push": "the whole state would be overwritten, which now holds {}",
    "state replace-provider": "another provider would be trusted with some of {}",
    "init -migrate-state": "the state, which holds {}, would be copied over another one",
    "init -force-copy": "the state, which holds {}, would be copied over another one, unasked",
    "init -reconfigure": "Terraform would look for the state elsewhere, and no longer find {}",
}
"""Operations on a whole state → what would become of all that it holds."""
_FIXED: Final = {
    "import": "a later plan could destroy what is now under nobody's control",
    "force-unlock": "whoever holds the lock may be writing the state at this moment",
    "test": "it creates real infrastructure and destroys it, without a plan",
    "console": "it reads the whole state and prints any value of it",
    "query": "it has providers list what is in the account",
    "stacks": "it plans and applies elsewhere, where no saved plan can be checked",
    "login": "it keeps a credential for Terraform",
    "logout": "it deletes a credential that Terraform keeps",
}


def stakes(session: Session, terraform: Terraform, operation: Operation) -> tuple[str, ...]:
    """
    Return what ``operation`` would do, in at most two lines.

    The working directory must have been looked at before (``prepare_directory``).
    """
    if told := _FIXED.get(operation.name):
        return (told,)
    pattern = _NAMED.get(operation.name) or _WHOLE.get(operation.name)
    if pattern is None:
        return ()
    try:
        held = _held(session, terraform, operation)
    except EnforcementError as error:
        return (f"what it would do cannot be told: {error.message}",)
    labels = Labels(_listing(held))
    if operation.name in _NAMED:
        held = tuple(each for each in held if _is_named(each.address, operation.names))
    return (pattern.format(_counted(held)), *_told(held, labels))


def _held(session: Session, terraform: Terraform, operation: Operation) -> tuple[Held, ...]:
    env = child_environment(session)
    if operation.name == "workspace delete":
        name = "".join(operation.names[-1:])
        # Asked for one that is not there, some backends would make it.
        listed = _ask(session, terraform, ("workspace", "list"), env).decode("utf-8", "replace")
        if name not in {line.removeprefix("*").strip() for line in listed.splitlines() if line}:
            raise EnforcementError("there is no such workspace")
        env["TF_WORKSPACE"] = name
    return read_held(_ask(session, terraform, ("state", "pull"), env))


def _ask(
    session: Session, terraform: Terraform, command: tuple[str, str], env: Mapping[str, str]
) -> bytes:
    directory = session.call.directory
    done = terraform.run(command, env=env, directory=directory, timeout=600)
    if done.code != 0:
        raise EnforcementError(
            f"terraform {' '.join(command)} could not be asked (exit code {done.code})"
        )
    return done.stdout


def _is_named(address: str, names: tuple[str, ...]) -> bool:
    """Return whether ``address`` is one of ``names``, an instance of it, or lies in it."""
    return any(
        address == name or (name and address.startswith((f"{name}[", f"{name}."))) for name in names
    )


def _counted(held: tuple[Held, ...]) -> str:
    data = sum(catalog().holds_data(each.type) for each in held)
    of_them = f" ({data:,} with data, keys, names or access)" if data else ""
    return f"{many(len(held), 'managed resource')}{of_them}"


def _told(held: tuple[Held, ...], labels: Labels) -> tuple[str, ...]:
    worst = sorted(held, key=lambda each: not catalog().holds_data(each.type))
    shown = [labels.label(each.address) for each in worst[:_SHOWN]]
    if not shown:
        return ()
    more = f" and {len(held) - _SHOWN:,} more" if len(held) > _SHOWN else ""
    return (f"among them: {', '.join(shown)}{more}" if more else f"they are: {', '.join(shown)}",)


def _listing(held: tuple[Held, ...]) -> Plan:
    """Return a plan that says nothing but what there is: labels are a plan's."""
    return Plan(
        terraform_version="",
        format_version="",
        changes=(),
        no_ops=0,
        drift=(),
        deferred=(),
        invocations=(),
        output_changes=0,
        prior=(),
        planned=frozenset(each.address for each in held),
        configuration=Configuration(),
        errored=False,
        complete=None,
        applyable=None,
        inconsistencies=(),
    )
