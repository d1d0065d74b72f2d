"""Plans that the gate makes itself, and keeps while they wait for approval."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from guardrail.door.session import Session
from guardrail.door.stack import child_environment, find_terraform, prepare_directory
from guardrail.errors import EnforcementError, UsageError
from guardrail.sources.plans import LIMIT
from guardrail.system.files import private_directory, seal_file, write_private


@contextmanager
def made_plan(session: Session, arguments: Sequence[str]) -> Iterator[Path]:
    """
    Make a saved plan in the working directory with ``arguments``, and give its path.

    What Terraform prints is thrown away: it holds values. Raises
    :class:`EnforcementError` when it makes none.
    """
    with TemporaryDirectory(prefix="guardrail-") as folder, find_terraform(session) as terraform:
        path = Path(folder) / "tfplan"
        prepare_directory(session)
        done = terraform.run(
            ["plan", "-input=false", "-no-color", f"-out={path}", *arguments],
            env=child_environment(session, variables=True),
            directory=session.call.directory,
            timeout=3600,
        )
        if done.code != 0 or not path.exists():
            raise EnforcementError(
                f"terraform plan made no plan (exit code {done.code})",
                hint="run `terraform plan` to see why; its messages are not repeated here "
                "because they can hold values",
            )
        yield path


def kept_plan(session: Session, request_id: str) -> Path:
    """Return where the plan of a request is kept; raises :class:`UsageError` where none is."""
    kept = session.call.installation.state / "plans" / f"{request_id}.tfplan"
    if not kept.exists():
        raise UsageError(
            "no plan was kept for this token",
            hint="name it: `guardrail apply PLAN --token FILE`",
        )
    return kept


def keep_plan(session: Session, path: Path, request_id: str) -> Path:
    """Keep a plan that waits for approval under its request's id, privately; return its path."""
    folder = session.call.installation.state / "plans"
    private_directory(folder)
    kept = folder / f"{request_id}.tfplan"
    with seal_file(path, limit=LIMIT) as sealed:
        write_private(kept, bytes(sealed.view()))
    return kept
