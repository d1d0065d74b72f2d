"""``guardrail doctor``: what is set up here, and how strong it is."""

import platform
import shutil
from collections.abc import Callable

import click

import guardrail
from guardrail.cli.context import Context
from guardrail.cli.shim import whose
from guardrail.decision import Standing
from guardrail.door.session import open_session
from guardrail.door.stack import find_terraform, open_ledger, read_trusted
from guardrail.door.who import who_asks
from guardrail.enforce.standing import standing
from guardrail.errors import GuardrailError
from guardrail.origin.classify import classify
from guardrail.policy.bundle import built_in_directory
from guardrail.report.escape import label, terminal
from guardrail.report.words import many
from guardrail.system.shims import NAMES

WORTH = {
    Standing.ADVISORY: "whoever is guarded could edit what guards; good against accidents only",
    Standing.PROTECTED: "settings and trust are root's, and whoever asks is another user",
    Standing.ENFORCED: "only the guardrail holds credentials that can change things",
}


@click.command()
@click.pass_obj
def command(context: Context) -> int:
    """Say what is set up here, and how strong it is. Exits 4 when something is missing."""
    call = context.call()
    found = standing(context.installation)
    click.echo(f"guardrail {guardrail.__version__}, Python {platform.python_version()}")
    click.echo(f"mode: {found} ({WORTH[found]})")

    def settings() -> str:
        path = context.installation.settings
        return (
            terminal(str(path))
            if path.exists()
            else f"defaults ({terminal(str(path))} is not there)"
        )

    def policy() -> str:
        with open_session(call) as session:
            rules, place = len(session.bundle.rules), terminal(str(built_in_directory()))
            return f"{rules} rules, engine {session.engine.name}, built-in rules in {place}"

    def terraform() -> str:
        with open_session(call) as session, find_terraform(session) as binary:
            return f"{terminal(str(binary.path))}, sha256 {binary.sha256[:12]}…"

    def trust() -> str:
        ledger = open_ledger(context.installation)
        persons = read_trusted(context.installation, ledger, call.now).persons
        return f"{len(persons)} person(s) may approve"

    def origin() -> str:
        with open_session(call) as session:
            found = who_asks(session)
            named = [*session.settings.identities.oidc, *session.settings.identities.aws]
        concluded = classify(found.evidence, obstructed=found.obstructed)
        names = ", ".join(label(name) for name in concluded.names)
        unseen = "; ".join(label(part) for part in concluded.obstructed)
        return (
            f"{concluded.kind.value}{f' ({names})' if names else ''}"
            f", {many(len(concluded.evidence), 'signal')}"
            f"{f', {len(named)} issuers and roles in the settings' if named else ''}"
            f"{f'; could not be looked at: {unseen}' if unseen else ''}"
        )

    parts = {
        "settings": settings,
        "policy": policy,
        "terraform": terraform,
        "trust": trust,
        "who asks": origin,
    }
    whole = sum(_say(name, part) for name, part in parts.items()) == len(parts)
    for name in NAMES:
        click.echo(f"{name} on PATH: {whose(name, context.env.get('PATH', ''))}")
    opa = shutil.which("opa", path=context.env.get("PATH", ""))
    click.echo(f"opa: {'not found; only the embedded engine can be used' if opa is None else opa}")
    return 0 if whole else GuardrailError.exit_code


def _say(name: str, part: Callable[[], str]) -> bool:
    try:
        click.echo(f"{name}: {part()}")
    except GuardrailError as error:
        click.echo(f"{name}: MISSING: {error.message}")
        if error.hint:
            click.echo(f"  {error.hint}")
        return False
    return True
