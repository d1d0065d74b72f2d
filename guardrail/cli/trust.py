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
from guardrail.system.files import private_directory, read_limited, trusted_file, write_private
from guardrail.system.owner import as_owner

READABLE = 0o005
"""The bits of a directory that everybody may list and enter."""
KEY_LIMIT = 1 << 16
"""The largest key file that is read, in bytes."""


@click.group()
def command() -> None:
    """Say whose approval counts.

    The trust document names persons, their levels and their SSH keys. Whoever
    can write it can approve anything: for anything but a first try, let root own
    it and let the agent run as somebody else.
    """


days_option = click.option(
    "--days",
    type=click.IntRange(1, 3650),
    default=365,
    show_default=True,
    help="How long the document is good for.",
)


@command.command()
@days_option
@click.pass_obj
def init(context: Context, days: int) -> None:
    """Create a trust document without persons."""
    path = context.installation.trust
    if path.exists():
        raise TrustError(
            f"there is a trust document already: {path}",
            hint="`guardrail trust add` adds a person to it",
        )
    if not path.parent.is_dir():
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
    lines = [_key_line(file) for file in key_files]
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
@days_option
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


def _key_line(file: Path) -> str:
    data = read_limited(file, KEY_LIMIT)
    if b"PRIVATE KEY-----" in data:
        raise TrustError(
            "a public key expected, a private one came",
            hint="give the file that ends in .pub; a private key never leaves its owner",
        )
    return data.decode("utf-8", "replace")


def _read(context: Context) -> Trust:
    path = context.installation.trust
    if not path.exists():
        raise TrustError(
            f"there is no trust document: {path}", hint="`guardrail trust init` creates one"
        )
    return parse_trust(trusted_file(path, limit=LARGE).data)


def _write(context: Context, trust: Trust) -> None:
    path = context.installation.trust
    with as_owner(context.installation.state):
        open_audit(context.installation).append(
            Event.TRUST_CHANGED, {"version": trust.version}, unix_now()
        )
    write_private(path, write_trust(trust))
    if path.parent.stat().st_mode & READABLE == READABLE:
        # Root's document, which the guardrail's own user has to read; it holds no secret.
        path.chmod(0o644)
