"""
Who is behind a change, as identities that somebody else vouches for.

Only the installation's settings hold these: whoever is being guarded must not say whom to
believe.
"""

from msgspec import Struct


class IdentitySettings(Struct, frozen=True, kw_only=True):
    """Whom to ask who we are. With nothing set nobody is asked and nothing is loaded."""
