"""
The states that a backend keeps, read wherever the configuration points by now.

Terraform reads no state through a backend that its configuration no longer names. So it is
named once more, in an empty directory of its own: no module, no provider, nothing else that
``init`` could stumble over.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from msgspec import Struct

from guardrail.errors import EnforcementError
from guardrail.sources.backend import LOCAL, LOCAL_FILES, Backend, read_backend
from guardrail.system.files import write_private
from guardrail.system.terraform import Terraform, pull_state

_TIMEOUT = 600.0
_SINGLE = b"workspaces not supported"
"""Terraform's and OpenTofu's ``ErrWorkspacesNotSupported``."""
_TEMPLATE = (("${", "$${"), ("%{", "%%{"))
_LOCAL_PATHS = tuple(zip(("path", "workspace_dir"), LOCAL_FILES, strict=True))
_LONGEST = 255


class States(Struct, frozen=True, kw_only=True):
    """What one backend keeps."""

    workspaces: tuple[str, ...] | None
    """Their names; None where it keeps a single state."""
    pull: Callable[[str], bytes]
    """Returns a workspace's state as ``terraform state pull`` prints it: nothing where there is none."""

    def of(self, workspace: str) -> bytes:
        """Return the state of ``workspace``: nothing where there is no such workspace."""
        # Asked for the state of one that is not there, some backends would make it.
        return self.pull(workspace) if workspace in (self.workspaces or ("default",)) else b""


@contextmanager
def opened(
    terraform: Terraform, backend: Backend, *, env: Mapping[str, str], directory: Path
) -> Iterator[States]:
    """
    Give the states that ``backend`` keeps, whose relative paths begin in ``directory``.

    Raises :class:`EnforcementError` when it can't be asked.
    """
    with TemporaryDirectory(prefix="guardrail-") as folder:
        place = Path(folder)
        (place / ".terraform").mkdir()
        nothing = place / ".terraform" / "none"
        nothing.mkdir()
        config = _config(backend)
        _lend(_texts(config), directory, place)
        write_private(place / "backend.tf.json", _named(backend.type, config, directory))
        begun = terraform.run(
            _init("-reconfigure", nothing), env=env, directory=place, timeout=_TIMEOUT
        )
        if begun.code != 0:
            raise EnforcementError(
                f"the backend that keeps the state cannot be reached (exit code {begun.code})",
                hint="look with `terraform init` what it says",
            )

        def pull(workspace: str) -> bytes:
            # A backend of a single state knows no workspaces, and does not want to hear of any.
            named = {} if workspace == "default" else {"TF_WORKSPACE": workspace}
            return pull_state(terraform, env={**env, **named}, directory=place)

        yield States(workspaces=workspaces(terraform, env, place), pull=pull)


def configured_backend(
    terraform: Terraform, options: tuple[str, ...], *, env: Mapping[str, str], directory: Path
) -> Backend:
    """
    Return the backend that an ``init`` with ``options`` would set up in ``directory``.

    It is set up in a data directory of its own, where an empty state was used before, so that no
    state is copied anywhere. Without modules and providers the rest of ``init`` ends in an error,
    which says nothing. Raises :class:`EnforcementError` when there is no telling.
    """
    with TemporaryDirectory(prefix="guardrail-") as folder:
        data, nothing = Path(folder, "data"), Path(folder, "none")
        data.mkdir()
        nothing.mkdir()
        record = data / "terraform.tfstate"
        write_private(record, _recorded_nothing(folder))
        before = read_backend(data)
        env = {**env, "TF_DATA_DIR": str(data)}
        terraform.run(
            [*_init("-migrate-state", nothing), *options],
            env=env,
            directory=directory,
            timeout=_TIMEOUT,
        )
        found = read_backend(data)
        if found is not None and found != before:
            return found
        # Without a record, workspaces are only listed where the configuration names no backend.
        record.unlink(missing_ok=True)
        workspaces(terraform, env, directory)
        return LOCAL


def _recorded_nothing(folder: str) -> bytes:
    config = {"path": f"{folder}/none.tfstate", "workspace_dir": f"{folder}/none.d"}
    backend = {"type": "local", "config": config, "hash": 0}
    return msgspec.json.encode({"version": 3, "backend": backend})


def workspaces(
    terraform: Terraform, env: Mapping[str, str], directory: Path
) -> tuple[str, ...] | None:
    """Return the workspaces that ``directory`` has; None where its backend keeps a single state."""
    listed = terraform.run(["workspace", "list"], env=env, directory=directory, timeout=_TIMEOUT)
    if listed.code != 0:
        if _SINGLE in listed.stderr:
            return None
        raise EnforcementError(
            f"the backend that keeps the state cannot be asked (exit code {listed.code})",
            hint="look with `terraform init` what it says",
        )
    lines = listed.stdout.decode("utf-8", "replace").splitlines()
    return tuple(line.removeprefix("*").strip() for line in lines if line.strip())


def _init(option: str, plugins: Path) -> list[str]:
    return ["init", option, "-input=false", "-get=false", f"-plugin-dir={plugins}"]


def _config(backend: Backend) -> Any:
    config = msgspec.json.decode(backend.config or b"{}")
    return {name: value for name, value in config.items() if value is not None}


def _lend(named: Iterator[str], directory: Path, place: Path) -> None:
    """Let files that settings name from ``directory``, such as keys, be found from ``place``."""
    for text in named:
        first = text.removeprefix("./").partition("/")[0]
        if first not in {"", ".", ".."} and (directory / first).exists():
            with suppress(FileExistsError):
                (place / first).symlink_to(directory / first)


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            # What could be a name here, and not all of a key that stands in the settings.
            if len(value) <= _LONGEST and "\0" not in value:
                yield value
        case dict():
            yield from (text for each in value.values() for text in _texts(each))
        case list():
            yield from (text for each in value for text in _texts(each))
        case _:
            pass


def _named(kind: str, config: Any, directory: Path) -> bytes:
    """Return a configuration that names the backend."""
    written = _literal(config)
    if kind == "local":
        for name, usual in _LOCAL_PATHS:
            written[name] = str(directory / str(written.get(name, usual)))
    block = {"cloud": written} if kind == "cloud" else {"backend": {kind: written}}
    return msgspec.json.encode({"terraform": block})


def _literal(value: Any) -> Any:
    """Return ``value`` so that Terraform finds no template in its texts."""
    match value:
        case str():
            for sign, twice in _TEMPLATE:
                value = value.replace(sign, twice)
            return value
        case dict():
            return {name: _literal(each) for name, each in value.items() if each is not None}
        case list():
            return [_literal(each) for each in value]
        case _:
            return value
