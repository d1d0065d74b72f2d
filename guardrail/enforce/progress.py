"""
What Terraform reports while it applies, without what it says about values.

Terraform's own text holds outputs, commands and provider messages. Of its
machine-readable stream only addresses, actions and the kind of each event are
kept; addresses still have to be masked before anyone sees them.
"""

import msgspec
from msgspec import Struct


class _Resource(Struct, frozen=True):
    addr: str = ""


class _Hook(Struct, frozen=True):
    resource: _Resource = _Resource()
    action: str = ""


class _Changes(Struct, frozen=True):
    operation: str = ""
    add: int = 0
    change: int = 0
    remove: int = 0


class _Diagnostic(Struct, frozen=True):
    severity: str = ""
    address: str = ""


class _Event(Struct, frozen=True):
    type: str = ""
    hook: _Hook = _Hook()
    changes: _Changes = _Changes()
    diagnostic: _Diagnostic = _Diagnostic()


class Progress(Struct, frozen=True, kw_only=True):
    """One thing that Terraform reported, or that was found after its end."""

    event: str
    """
    ``apply_start``, ``apply_complete``, ``apply_errored``, ``error`` or ``summary``; and
    ``not_noted`` where the ledger could not be told how the stack was left.
    """
    address: str
    """The raw address it concerns; empty where it concerns the whole plan."""
    action: str
    add: int = 0
    change: int = 0
    remove: int = 0


def read_progress(line: bytes) -> Progress | None:
    """Return what one line of ``terraform apply -json`` reports, or None where it is no news."""
    try:
        event = msgspec.json.decode(line, type=_Event)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    if event.type in {"apply_start", "apply_complete", "apply_errored"}:
        return Progress(
            event=event.type, address=event.hook.resource.addr, action=event.hook.action
        )
    if event.type == "diagnostic" and event.diagnostic.severity == "error":
        return Progress(event="error", address=event.diagnostic.address, action="")
    if event.type == "change_summary" and event.changes.operation in {"apply", "destroy"}:
        changes = event.changes
        return Progress(
            event="summary",
            address="",
            action=changes.operation,
            add=changes.add,
            change=changes.change,
            remove=changes.remove,
        )
    return None
