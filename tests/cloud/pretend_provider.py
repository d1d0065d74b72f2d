"""
The pretend cloud's Terraform provider: real protocol, real plugin process, no network.

Started by Terraform through the wrapper that :mod:`pretend_cloud` writes. The
provider block may say ``store`` (where the objects lie; ``cloud`` in Terraform's
working directory without it), ``region`` and ``account_id``. Nothing protects an
object: ``deletion_protection`` is a value like any other, so that what a test
approves is what happens.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from pretend_store import DeleteFailedError, NameTakenError, Store
from pretend_types import BLOCKS, IDENTITY, PREFIX, TYPES
from tf.blocks import SetNestedBlock
from tf.iface import Resource
from tf.runner import run_provider
from tf.schema import Attribute, Block, Schema
from tf.types import Bool, List, Map, Number, Set, String, Unknown

WORDS = {
    "": String(),
    "bool": Bool(),
    "number": Number(),
    "map": Map(String()),
    "list": List(String()),
    "set": Set(String()),
}


def attribute(text: str) -> Attribute:
    """Read one row of :data:`TYPES`, such as ``?storage_encrypted:bool!``."""
    name, _, word = text.strip("?*!").replace("!", "").replace("*", "").partition(":")
    return Attribute(
        name,
        WORDS[word],
        optional="?" in text,
        required="?" not in text,
        sensitive="*" in text,
        requires_replace="!" in text,
    )


def blocks(kind: str, within: str = "") -> list[SetNestedBlock]:
    """Return the blocks of a type that lie directly in `within`, which is empty or ends in a dot."""
    found = []
    for path, rows in BLOCKS.get(kind, {}).items():
        name = path.removeprefix(within)
        if path.startswith(within) and "." not in name:
            inside = blocks(kind, f"{path}.")
            found.append(SetNestedBlock(name, Block([attribute(row) for row in rows], inside)))
    return found


class PretendResource(Resource):
    """An object of the pretend cloud; one subclass a type."""

    kind = ""

    def __init__(self, provider: "PretendProvider") -> None:
        self.provider = provider

    @classmethod
    def get_name(cls) -> str:
        return cls.kind.removeprefix("aws_")

    @classmethod
    def get_schema(cls) -> Schema:
        given = [attribute(text) for text in TYPES[cls.kind]]
        made = [Attribute(name, String(), computed=True) for name in ("id", "arn")]
        return Schema(version=0, attributes=[*given, *made], block_types=blocks(cls.kind))

    def create(self, ctx, planned):
        values = {key: value for key, value in planned.items() if value is not Unknown}
        name = values.get(IDENTITY.get(self.kind, ""))
        try:
            made = self.store.create(
                self.kind, name, PREFIX.get(self.kind, self.get_name()), values
            )
        except NameTakenError as error:
            ctx.diagnostics.add_error(f"{self.kind}: {error} exists already")
            return None
        return self._named(made)

    def read(self, ctx, current):
        found = self.store.read(current["id"])
        return None if found is None else self._named(found)

    def update(self, ctx, current, planned):
        return self._named(self.store.update(self.kind, planned))

    def delete(self, ctx, current):
        try:
            self.store.delete(self.kind, current["id"])
        except DeleteFailedError as error:
            ctx.diagnostics.add_error(f"{self.kind}: {error} could not be deleted")
            return current
        return None

    def import_(self, ctx, identity):
        found = self.store.read(identity)
        if found is None:
            ctx.diagnostics.add_error(f"{self.kind}: {identity} does not exist")
            return None
        return self._named(found)

    @property
    def store(self) -> Store:
        return self.provider.store

    def _named(self, values: dict) -> dict:
        arn = ":".join(("arn:pretend", self.provider.place, self.get_name(), values["id"]))
        empty = {each.name: None for each in self.get_schema().attributes}
        return {**empty, **values, "arn": arn}


class PretendProvider:
    """All types of the table, on the store that the provider block names."""

    def __init__(self) -> None:
        self.store = Store(Path("cloud"))
        self.place = ""

    def get_model_prefix(self) -> str:
        return "aws_"

    def full_name(self) -> str:
        return "example.com/pretend/aws"

    def get_provider_schema(self, diags) -> Schema:
        names = ("store", "region", "account_id")
        return Schema(version=0, attributes=[Attribute(n, String(), optional=True) for n in names])

    def validate_config(self, diags, config) -> None:
        """Accept whatever the schema accepts."""

    def configure_provider(self, diags, config) -> None:
        self.store = Store(Path(config["store"] or "cloud"))
        self.place = f"{config['region'] or 'eu-west-1'}:{config['account_id'] or '111122223333'}"

    def get_data_sources(self) -> list:
        return []

    def get_functions(self) -> list:
        return []

    def get_resources(self) -> list[type[Resource]]:
        return [type(kind, (PretendResource,), {"kind": kind}) for kind in TYPES]

    def new_resource(self, klass: type[Resource]) -> Resource:
        return klass(self)


if __name__ == "__main__":
    run_provider(PretendProvider())
