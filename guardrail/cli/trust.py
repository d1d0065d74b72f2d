"""``guardrail trust``: whose approval counts."""

from datetime import UTC, datetime
from pathlib import Path

import click

from guardrail.approval.trust import Trust, parse_trust, write_trust
from guardrail.approval.trust_edit import add_key, add_person, create, renew, revoke_key
from guardrail.audit.entry import Event
from guardrail.cli.context import Context
from guardrail.door.stack import LARGE, open_audit
from guardrail.errors import TrustError
from guardrail.report.escape import terminal
from guardrail.system.clock import unix_now
from guardrail.system.files import private_directory, trusted_file, write_private


@click.group()
def command() -> None:
    """Say whose approval counts.

    The trust document names persons, their levels and their SSH keys. Whoever
    can write it can approve anything: for anything but a first try, let root own
    it and let the agent run as somebody else.
    """


@command.command()
@click.option("--days", default=365, show_default=True, help="How long the document is good for.")
@click.pass_obj
def init(context: Context, days: int) -> None:
    """Create a trust document without persons."""
    path = context.installation.trust
    if path.exists():
        raise TrustError(
            f"there is a trust document already: {path}",
            hint="`guardrail trust add` adds a person to it",
        )
    private_directory(path.parent)
    _write(context, create(expires=unix_now() + days * 24 * 3600))
    click.echo(f"created {path}")


@command.command()
@click.argument("person")
@click.option("--level", default="senior", show_default=True, help="engineer, senior, principal.")
@click.option(
    "--key",
    "key_files",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    required=True,
    help="A public SSH key file. Repeatable.",
)
@click.option(
    "--login",
    "logins",
    multiple=True,
    help="Another name of the same person (user, e-mail, CI login): nobody approves what "
    "they asked for. Repeatable.",
)
@click.pass_obj
def add(
    context: Context,
    person: str,
    level: str,
    key_files: tuple[Path, ...],
    logins: tuple[str, ...],
) -> None:
    """Add PERSON, or further keys of PERSON."""
    trust, now = _read(context), unix_now()
    lines = [file.read_text(encoding="utf-8") for file in key_files]
    if any(known.id == person for known in trust.persons):
        for line in lines:
            trust = add_key(trust, person_id=person, public_key=line, now=now)
    else:
        trust = add_person(
            trust, person_id=person, level=level, logins=logins, public_keys=lines, now=now
        )
    _write(context, trust)
    click.echo(f"{terminal(person)} is in the trust document, version {trust.version}")


@command.command()
@click.argument("fingerprint")
@click.pass_obj
def revoke(context: Context, fingerprint: str) -> None:
    """Revoke the key with FINGERPRINT, from now on and for ever."""
    trust = revoke_key(_read(context), fingerprint=fingerprint, now=unix_now())
    _write(context, trust)
    click.echo(f"revoked; the trust document is version {trust.version}")


@command.command("renew")
@click.option("--days", default=365, show_default=True, help="How long the document is good for.")
@click.pass_obj
def renew_command(context: Context, days: int) -> None:
    """Extend the document's life after reviewing it."""
    trust = renew(_read(context), expires=unix_now() + days * 24 * 3600)
    _write(context, trust)
    click.echo(f"renewed; the trust document is version {trust.version}")


@command.command()
@click.pass_obj
def show(context: Context) -> None:
    """List persons, levels and keys."""
    trust = _read(context)
    until = datetime.fromtimestamp(trust.expires, tz=UTC)
    click.echo(f"version {trust.version}, good until {until:%Y-%m-%d}")
    for person in trust.persons:
        click.echo(f"{terminal(person.id)}  {person.level}  {', '.join(person.logins)}".rstrip())
        for key in person.keys:
            state = "" if key.revoked_at is None else "  revoked"
            click.echo(f"  {key.type}  {key.fingerprint}{state}")


def _read(context: Context) -> Trust:
    return parse_trust(trusted_file(context.installation.trust, limit=LARGE).data)


def _write(context: Context, trust: Trust) -> None:
    open_audit(context.installation).append(
        Event.TRUST_CHANGED, {"version": trust.version}, unix_now()
    )
    write_private(context.installation.trust, write_trust(trust))
