"""Stopping a call: nothing is in the profile ``observe``, and a second time is told from a first."""

from collections.abc import Mapping, Sequence

from guardrail.agents.judge import World
from guardrail.agents.memory import what_changed
from guardrail.agents.messages import denied
from guardrail.agents.verdict import ALLOWED, Asked, Verdict
from guardrail.door.session import trusted_settings
from guardrail.settings.model import Profile


def stop(
    asked: Asked,
    world: World,
    code: str,
    headline: str,
    *,
    allowed: Sequence[str],
    details: Sequence[str] = (),
    facts: Mapping[str, str],
) -> Verdict:
    """
    Return the denial of ``asked``, with what changed since the last one that said the same.

    ``facts`` maps what may have changed, as the words for it, to anything that is equal while
    it has not.
    """
    if trusted_settings(world.installation()).profile is Profile.OBSERVE:
        return ALLOWED
    changed = again(asked, world, headline, facts)
    return denied(code, headline, details=[*details, *changed], allowed=allowed)


def again(asked: Asked, world: World, about: str, facts: Mapping[str, str]) -> list[str]:
    """Return what changed since the session was told ``about``, as no line or one."""
    # Sessions of different executors may have the same name.
    session = f"{asked.executor} {asked.session}" if asked.session else ""
    told = what_changed(world.installation(), session, f"{asked.directory} {about}", facts)
    return [] if told is None else [told]


def stop_edit(asked: Asked, world: World) -> Verdict:
    """Stop the writing of a file that decides whether agents are asked."""
    return stop(
        asked,
        world,
        "own_files",
        "this file decides whether agents are asked; no agent may write it",
        allowed=("say what should change, and ask the user to do it themselves",),
        facts={"the file": "\n".join(asked.files)},
    )


def stop_state(asked: Asked, world: World) -> Verdict:
    """Stop the writing of Terraform's state by anything but Terraform."""
    return stop(
        asked,
        world,
        "state_file",
        "this file is Terraform's state, which Terraform alone may write",
        allowed=(
            "look at it: terraform show, terraform state list",
            "change what it says in the configuration: moved, removed and import blocks",
            "ask a senior engineer where it must be repaired",
        ),
        facts={"the file": "\n".join(asked.files)},
    )


def stop_tool(asked: Asked, world: World, what: str) -> Verdict:
    """Stop a tool that would change infrastructure by itself: ``what`` it does."""
    return stop(
        asked,
        world,
        "unplanned_change",
        f"this call {what}, past the gate",
        allowed=(
            "make a saved plan: terraform plan -out=tfplan",
            "then run: guardrail apply tfplan",
            "or ask a senior engineer to do it where the runs live",
        ),
        facts={"the tool": asked.tool, "its arguments": repr(asked.arguments)},
    )
