"""What happens between an executor's question and its answer: read, judge, say."""

import os
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

import msgspec

from guardrail.agents import judge
from guardrail.agents.hooks import EXECUTORS
from guardrail.agents.hooks.protocol import Reply
from guardrail.agents.verdict import ALLOWED, MalformedCallError
from guardrail.errors import GuardrailError
from guardrail.system.environment import SEARCH_PATH

if TYPE_CHECKING:
    from guardrail.system.installation import Installation


def answer_at_once(name: str, question: bytes) -> Reply | None:
    """Answer a question about a call that is harmless beyond doubt; None for every other."""
    adapter = import_module(f"guardrail.agents.hooks.{EXECUTORS[name]}")
    try:
        plain = judge.plainly_harmless(adapter.read(question))
    # Whatever is wrong with it, it is looked into where it can be said.
    except Exception:  # noqa: BLE001
        return None
    allowed: Reply | None = adapter.answer(ALLOWED) if plain else None
    return allowed


def answer(
    name: str, question: bytes, installation: "Installation | None", env: Mapping[str, str]
) -> Reply:
    """Answer ``question`` in the form of the executor ``name``."""
    adapter = import_module(f"guardrail.agents.hooks.{EXECUTORS[name]}")
    try:
        asked = adapter.read(question)
    except MalformedCallError as error:
        return _failed(adapter, f"the call could not be read: {error}")
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return _failed(adapter, "the call could not be read: not the JSON that was expected")
    try:
        reply: Reply = adapter.answer(judge.judge(asked, _world(installation, env)))
    except GuardrailError as error:
        return _failed(adapter, error.message)
    # The last net: a crash must block, and its text can hold what nobody may see.
    except BaseException as error:  # noqa: BLE001
        return _failed(adapter, f"internal error ({type(error).__name__})")
    return reply


def _failed(adapter: ModuleType, why: str) -> Reply:
    reply: Reply = adapter.failed(why)
    return reply


def _world(installation: "Installation | None", env: Mapping[str, str]) -> judge.World:
    def found() -> "Installation":
        from guardrail.system.installation import find_installation  # noqa: PLC0415 - seldom asked

        place = installation or find_installation()
        if place.shared:
            # Whoever calls must not choose the programs that decide.
            os.environ["PATH"] = SEARCH_PATH
        return place

    return judge.World(installation=found, env=env)
