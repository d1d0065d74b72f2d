"""
Where the pretend cloud keeps its objects, and the log of what was really done to them.

A store is a directory: ``objects/<id>.json`` for what exists now, ``log.jsonl`` for
every create, update and delete that happened, in order, and ``failing/<type>`` for
deletes that shall fail. One file an object, so that several providers may work on
one store at the same time without a lock.
"""

import contextlib
import hashlib
import json
import os
from pathlib import Path
from urllib.parse import quote


class NameTakenError(Exception):
    """Two objects cannot have one name."""


class DeleteFailedError(Exception):
    """The cloud was told to fail this delete."""


class Store:
    """One account of the pretend cloud."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._objects = directory / "objects"
        self._log = directory / "log.jsonl"
        self._failing = directory / "failing"

    def create(self, kind: str, name: str | None, prefix: str, values: dict) -> dict:
        """Store a new object and return it with its id: `name`, else one made from its values."""
        self._objects.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(json.dumps([kind, values], sort_keys=True).encode()).hexdigest()
        for attempt in range(1_000):
            identity = name or f"{prefix}-{digest[attempt : attempt + 3]}{digest[:9]}"
            stored = {**values, "id": identity}
            try:
                with self._path(identity).open("x") as file:
                    json.dump({"type": kind, "values": stored}, file)
            except FileExistsError:
                if name:
                    raise NameTakenError(name) from None
            else:
                self._record("create", kind, identity)
                return stored
        raise NameTakenError(prefix)

    def read(self, identity: str) -> dict | None:
        """Return the object as it is now, or None when it is gone."""
        try:
            return json.loads(self._path(identity).read_text())["values"]
        except FileNotFoundError:
            return None

    def update(self, kind: str, values: dict) -> dict:
        """Replace an object's values."""
        identity = values["id"]
        fresh = self._path(identity).with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps({"type": kind, "values": values}))
        fresh.replace(self._path(identity))
        self._record("update", kind, identity)
        return values

    def delete(self, kind: str, identity: str) -> None:
        """Delete an object, unless this type's next delete was told to fail."""
        with contextlib.suppress(FileNotFoundError):
            (self._failing / kind).unlink()
            raise DeleteFailedError(identity)
        self._path(identity).unlink(missing_ok=True)
        self._record("delete", kind, identity)

    def fail_next_delete(self, kind: str) -> None:
        """Let the next delete of a type fail, once."""
        self._failing.mkdir(parents=True, exist_ok=True)
        (self._failing / kind).touch()

    def log(self) -> list[dict[str, str]]:
        """Return all that was done, oldest first: ``operation``, ``type`` and ``id``."""
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        return [json.loads(line) for line in lines]

    def objects(self) -> dict[str, dict]:
        """Return what exists, by id: ``type`` and ``values``."""
        files = sorted(self._objects.glob("*.json"))
        held = [json.loads(file.read_text()) for file in files]
        return {each["values"]["id"]: each for each in held}

    def lose(self, identity: str) -> None:
        """Take an object away behind Terraform's back; the log stays silent."""
        self._path(identity).unlink()

    def _path(self, identity: str) -> Path:
        return self._objects / f"{quote(identity, safe='')}.json"

    def _record(self, operation: str, kind: str, identity: str) -> None:
        line = json.dumps({"operation": operation, "type": kind, "id": identity}) + "\n"
        handle = os.open(self._log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)
