"""What the handlers of one request find around them."""

from msgspec import Struct
from starlette.requests import Request

from guardrail.server.auth import Caller
from guardrail.server.denials import Denials
from guardrail.server.desk import Desk
from guardrail.server.retries import Retries
from guardrail.server.uploads import Uploads


class House(Struct, frozen=True, kw_only=True):
    """What one server keeps between requests."""

    url: str
    """How callers reach it, without a path."""
    plan_bytes: int
    desk: Desk
    uploads: Uploads
    denials: Denials
    retries: Retries


class Room(House, frozen=True, kw_only=True):
    """The same, for one caller."""

    caller: Caller


def room_of(request: Request) -> Room:
    """Return what there is for ``request``, whose caller is known."""
    house: House = request.app.state.house
    caller = request.scope["state"]["caller"]
    if not isinstance(caller, Caller):
        raise TypeError("the caller of this path is always known")
    return Room(
        url=house.url,
        plan_bytes=house.plan_bytes,
        desk=house.desk,
        uploads=house.uploads,
        denials=house.denials,
        retries=house.retries,
        caller=caller,
    )
