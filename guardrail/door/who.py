"""Who is behind what a session is asked, looked at as seldom as is right."""

from guardrail.door.session import Session
from guardrail.settings.identities import IdentitySettings
from guardrail.sources.evidence import Collected, collect


def who_asks(session: Session) -> Collected:
    """
    Return everything that says who is behind the session's call.

    What a session has found already counts until some of it ends, as an identity token does.
    """
    call, found = session.call, session.collected
    if found is not None and (found.until is None or call.now < found.until):
        return found
    own = IdentitySettings() if call.relayed else session.settings.identities
    return collect(
        call.env,
        directory=call.directory,
        commit_range=call.commits,
        identities=own,
        now=call.now,
    )
