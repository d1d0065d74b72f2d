"""
What a CI system says about who asks, and about which commits.

Variables and event file can be forged by an earlier step of the same job, so
they only ever add evidence.
"""

import os
import re
import stat
from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct

from guardrail.origin.observed import Actor, Means
from guardrail.origin.signals import Signals

MOST_EVENT_BYTES = 8 << 20
_COMMIT = r"[0-9a-f]{40}|[0-9a-f]{64}"
_GITHUB = "GITHUB_ACTIONS"
_GITLAB = "GITLAB_CI"


class _User(Struct):
    login: str = ""


class _End(Struct):
    sha: str = ""
    ref: str = ""


class _Label(Struct):
    name: str = ""


class _PullRequest(Struct):
    user: _User | None = None
    base: _End | None = None
    head: _End | None = None
    labels: tuple[_Label, ...] = ()


class _MergeGroup(Struct):
    base_sha: str = ""
    head_sha: str = ""


class Event(Struct):
    """What we read of the event that started a GitHub job; the rest is skipped."""

    pull_request: _PullRequest | None = None
    merge_group: _MergeGroup | None = None
    before: str = ""
    after: str = ""


def read_actors(
    env: Mapping[str, str], signals: Signals
) -> tuple[tuple[Actor, ...], tuple[str, ...]]:
    """Return who and what the CI system names, and what could not be looked at."""
    event, obstructed = _event(env)
    return (*_variables(env, signals), *_pull_request(event)), obstructed


def commit_range(env: Mapping[str, str]) -> tuple[str, str] | None:
    """
    Return base and head of the change that this CI job is about, or None.

    None outside CI, and where the job names no base: a new branch, a schedule, a tag.
    """
    if _GITHUB in env:
        event, _ = _event(env)
        return _github_range(event)
    if _GITLAB in env:
        base = env.get("CI_MERGE_REQUEST_DIFF_BASE_SHA") or env.get("CI_COMMIT_BEFORE_SHA", "")
        return _range(base, env.get("CI_COMMIT_SHA", ""))
    return None


def is_ci(env: Mapping[str, str], signals: Signals) -> bool:
    """Say whether a CI system of the table runs us."""
    return any(row.system in env for row in signals.actors)


def _variables(env: Mapping[str, str], signals: Signals) -> Iterator[Actor]:
    for row in signals.actors:
        if row.variable in env and row.system in env:
            yield Actor(where=row.variable, means=row.means, text=env[row.variable])


def _pull_request(event: Event) -> Iterator[Actor]:
    request = event.pull_request
    if request is None:
        return
    if request.user is not None:
        yield Actor(where="pull request author", means=Means.LOGIN, text=request.user.login)
    if request.head is not None:
        yield Actor(where="pull request branch", means=Means.BRANCH, text=request.head.ref)
    for label in request.labels:
        yield Actor(where="pull request label", means=Means.LABEL, text=label.name)


def _github_range(event: Event) -> tuple[str, str] | None:
    request, group = event.pull_request, event.merge_group
    if request is not None and request.base is not None and request.head is not None:
        return _range(request.base.sha, request.head.sha)
    if group is not None:
        return _range(group.base_sha, group.head_sha)
    return _range(event.before, event.after)


def _range(base: str, head: str) -> tuple[str, str] | None:
    """Return both when they are commits; all zeros is git's word for none."""
    real = all(re.fullmatch(_COMMIT, name) and name.strip("0") for name in (base, head))
    return (base, head) if real else None


def _event(env: Mapping[str, str]) -> tuple[Event, tuple[str, ...]]:
    path = env.get("GITHUB_EVENT_PATH") if _GITHUB in env else None
    if path is None:
        return Event(), ()
    try:
        return msgspec.json.decode(_read(path), type=Event), ()
    except (OSError, ValueError, RecursionError):
        return Event(), ("ci: the event file of the job could not be read",)


def _read(path: str) -> bytes:
    """Return the file's bytes; raise :class:`OSError` or :class:`ValueError` when it's no plain file."""
    # Without O_NONBLOCK a named pipe in the file's place would hold us for ever.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > MOST_EVENT_BYTES:
            raise ValueError("expected a plain file of a sane size")
        return file.read(MOST_EVENT_BYTES)
