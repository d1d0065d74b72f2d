"""
Authorship notes of the Git AI Standard: whom they name.

A note has lines that attest ranges of a file, a line ``---``, and JSON. An
attestation by a session or a prompt (``s_…``, or 16 hexadecimal digits before
version 3) is an agent's; ``h_…`` is a human's and says nothing about agents.
Notes are unsigned.
"""

import re
from collections.abc import Mapping

import msgspec
from msgspec import Struct

_BY_AGENT = r"(?m)^\s+(?:s_[0-9a-f]{14}|[0-9a-f]{16})(?![0-9a-z_])"


class _AgentId(Struct):
    tool: str = ""


class _Record(Struct):
    agent_id: _AgentId = msgspec.field(default_factory=_AgentId)


class _Metadata(Struct):
    prompts: Mapping[str, _Record] = msgspec.field(default_factory=dict)
    sessions: Mapping[str, _Record] = msgspec.field(default_factory=dict)


def tools_of(note: str) -> tuple[str, ...]:
    """
    Return the tools that ``note`` says wrote part of the commit.

    An empty text stands for a tool without a name. Empty where the note attests
    no agent. JSON that cannot be read names nobody and takes nothing back.
    """
    attested, _, record = note.partition("\n---\n")
    tools = [found.agent_id.tool for found in _records(record)]
    if not tools and re.search(_BY_AGENT, attested):
        return ("",)
    return tuple(dict.fromkeys(tools))


def _records(record: str) -> tuple[_Record, ...]:
    try:
        metadata = msgspec.json.decode(record.encode(), type=_Metadata)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return ()
    return (*metadata.sessions.values(), *metadata.prompts.values())
