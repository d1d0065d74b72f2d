"""
The messages of AuthZEN as they come in. Format: ``docs/formats/authzen.md``.

Read strictly where it matters: one JSON document in UTF-8, every key once, known members of
the right types. Unknown members are somebody's extension and are passed over.
"""

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from guardrail.canonical import digest
from guardrail.server.problems import Problem

PLAN = "terraform_plan"
"""The one type of resource that is decided about."""
ACTIONS = frozenset({"terraform.apply"})
"""The actions that are decided about: what a plan says, whatever made it."""
MOST = 16
"""So many evaluations may come in one request."""

T = TypeVar("T", bound=Struct)
Name = Annotated[str, Meta(max_length=200)]
Directory = Annotated[str, Meta(min_length=1, max_length=64)]


class Subject(Struct, frozen=True, kw_only=True):
    """Who asks, as the caller says."""

    type: str
    id: str
    properties: dict[str, Any]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that it gives itself, and whom it says to act for."""
        behalf = self.properties.get("on_behalf_of")
        return (self.id, behalf) if isinstance(behalf, str) else (self.id,)


class Action(Struct, frozen=True, kw_only=True):
    """What it wants to do."""

    name: str
    properties: dict[str, Any] = {}


class PlanProperties(Struct, frozen=True, kw_only=True):
    """What belongs to the plan."""

    plan: Raw = Raw()
    """The plan's JSON itself; empty where none is given."""
    directory: Directory | None = None
    """The name of one of the server's directories."""
    workspace: Name = ""


class Resource(Struct, frozen=True, kw_only=True):
    """What it wants to do that to: a plan, by the id that its upload gave."""

    type: str
    id: str
    properties: PlanProperties


class GivenSubject(Struct, frozen=True, kw_only=True):
    """A subject as it came: a batch's defaults may hold the rest."""

    type: Name | UnsetType = UNSET
    id: Name | UnsetType = UNSET
    properties: dict[str, Any] = {}


class GivenAction(Struct, frozen=True, kw_only=True):
    """An action as it came."""

    name: str | UnsetType = UNSET
    properties: dict[str, Any] = {}


class GivenResource(Struct, frozen=True, kw_only=True):
    """A resource as it came. What its properties mean depends on its type."""

    type: str | UnsetType = UNSET
    id: str | UnsetType = UNSET
    properties: Raw = Raw(b"{}")


class Approval(Struct, frozen=True, kw_only=True):
    """A senior's approval: the token itself, or the id of a request whose token is here."""

    id: str = ""
    state: str = ""


class Unknown(Struct, frozen=True):
    """An object of which nothing is looked at."""


class Context(Struct, frozen=True, kw_only=True):
    """What is around the question."""

    approval: Approval | None = None


class Denied(Struct, frozen=True, kw_only=True):
    """Which denial an access request is about."""

    evaluation_id: str
    expires_at: str


class Options(Struct, frozen=True, kw_only=True):
    """How several evaluations go on after the first."""

    evaluations_semantic: str = "execute_all"


class Part(Struct, frozen=True, kw_only=True):
    """One evaluation, or the defaults of several."""

    subject: GivenSubject | UnsetType = UNSET
    action: GivenAction | UnsetType = UNSET
    resource: GivenResource | UnsetType = UNSET
    context: Context | UnsetType = UNSET


class Batch(Part, frozen=True, kw_only=True):
    """Several evaluations. Each is read for itself: one that is malformed is no other's fault."""

    evaluations: tuple[Raw, ...] = ()
    options: Options = Options()


class Submission(Part, frozen=True, kw_only=True):
    """The wish to have a denial looked at by a senior."""

    denial: Denied | None = None
    items: Raw = Raw()


class Evaluation(Struct, frozen=True, kw_only=True):
    """One whole question."""

    subject: Subject
    action: Action
    resource: Resource
    context: Context

    def digest(self) -> str:
        """Return what tells this question from others, apart from its context and inline JSON."""
        subject = msgspec.to_builtins(self.subject)
        subject["properties"].pop("act", None)
        plan = self.resource
        asked = {
            "subject": subject,
            "action": msgspec.to_builtins(self.action),
            "resource": [plan.type, plan.id, plan.properties.directory, plan.properties.workspace],
        }
        try:
            return digest(asked)
        except ValueError:
            raise Problem(400, "malformed", "a number is too large to be told exactly") from None


def read_message(data: bytes, kind: type[T]) -> T:
    """Return ``data`` as a message of ``kind``; raise :class:`Problem` for anything else."""
    import jiter  # noqa: PLC0415 - compiled, and only needed where AuthZEN is spoken

    try:
        data.decode()
        jiter.from_json(data, catch_duplicate_keys=True, allow_inf_nan=False)
    except (ValueError, RecursionError):
        raise _no_json() from None
    return read_part(data, kind)


def read_part(data: bytes | Raw, kind: type[T]) -> T:
    """Return a part of a message that :func:`read_message` has read, as one of ``kind``."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise Problem(
            400, "malformed", f"not as AuthZEN has it: {ascii(str(error))[1:-1]}"
        ) from None
    except (ValueError, RecursionError):
        raise _no_json() from None


def whole(part: Part, defaults: Part | None = None) -> Evaluation:
    """
    Return ``part`` with what it lacks from ``defaults``; raise :class:`Problem` for a gap.

    What is there replaces the default whole, but for what every subject, action and resource
    must have.
    """
    default = defaults or Part()
    context = part.context or default.context or Context()
    subject, subjects = _given("subject", part.subject, default.subject)
    action, actions = _given("action", part.action, default.action)
    resource, resources = _given("resource", part.resource, default.resource)
    kind = _text("resource.type", *(each.type for each in resources))
    return Evaluation(
        subject=Subject(
            type=_text("subject.type", *(each.type for each in subjects)),
            id=_text("subject.id", *(each.id for each in subjects)),
            properties=subject.properties,
        ),
        action=Action(
            name=_text("action.name", *(each.name for each in actions)),
            properties=action.properties,
        ),
        resource=Resource(
            type=kind,
            id=_text("resource.id", *(each.id for each in resources)),
            properties=_properties(kind, resource.properties),
        ),
        context=context,
    )


def _given(name: str, own: T | UnsetType, default: T | UnsetType) -> tuple[T, Sequence[T]]:
    """Return what counts, and that with what may fill its gaps."""
    found = [each for each in (own, default) if each is not UNSET]
    if not found:
        raise Problem(400, "malformed", f"{name} is missing")
    return found[0], found


def _text(name: str, *given: str | UnsetType) -> str:
    for each in given:
        if each is not UNSET:
            return each
    raise Problem(400, "malformed", f"{name} is missing")


def _properties(kind: str, given: Raw) -> PlanProperties:
    if kind == PLAN:
        return read_part(given, PlanProperties)
    # Somebody else's resource may have properties of the same names.
    read_part(given, Unknown)
    return PlanProperties()


def _no_json() -> Problem:
    return Problem(400, "malformed", "one JSON document is expected, in UTF-8 and every key once")
