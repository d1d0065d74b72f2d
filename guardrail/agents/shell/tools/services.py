"""Requests to services, and clients of pipelines: what starts, applies or deletes from afar."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import msgspec

from guardrail.agents.shell.calls import Call, Outcome, Reader, Wrote, operands
from guardrail.agents.shell.model import Operation, Reason
from guardrail.agents.shell.patterns import late
from guardrail.agents.shell.tools import files, strangers

_TFE_HOSTS: Final = late(
    r"/api/v2/(runs/[^/\s]+/actions/[\w-]+|runs\b|workspaces|organizations/[^\s]*workspaces|state-versions"
    r"|plans|applies|vars|projects|admin)"
)
_RUN_ACTION: Final = late(r"/api/v2/runs/[^/\s]*/actions/")
_CLOUD_HOSTS: Final = late(
    r"(api\.digitalocean\.com|management\.azure\.com|googleapis\.com|amazonaws\.com|api\.cloudflare\.com"
    r"|api\.hetzner\.cloud|api\.linode\.com|api\.vultr\.com|api\.heroku\.com|api\.fly\.io"
    r"|api\.scaleway\.com|app\.terraform\.io|api\.pulumi\.com|spacelift\.io)"
)
_SENDS: Final = late(
    r"-X(POST|PUT|PATCH|DELETE)?|--request(=.*)?|--method(=.*)?|-d.*|--data.*|--json.*|-F.*|-T.*"
)
_METHODS: Final = {"POST", "PUT", "PATCH", "DELETE"}


def _curl(call: Call) -> Iterator[Outcome]:
    """Yield requests that start, apply or delete through the API of a service."""
    text = " ".join(call.words)
    sends = any(_SENDS.fullmatch(word) for word in call.words) or bool(
        _METHODS & {word.upper() for word in call.words}
    )
    if _RUN_ACTION.search(text) or (sends and _APPLIES.search(text)):
        yield Operation(tool=call.name, name="run action", directory=call.directory)
    elif sends and (_TFE_HOSTS.search(text) or _STATE_API.search(text)):
        yield Operation(tool=call.name, name="change through the API", directory=call.directory)
    elif ("DELETE" in text.upper() and _CLOUD_HOSTS.search(text)) or _CLOUD_ACTION.search(text):
        yield Operation(tool=call.name, name="delete through the API", directory=call.directory)
    elif sends and _PIPELINES.search(text):
        yield Reason.REMOTE
    for flag, value in pairwise(call.words):
        if flag in {"-o", "--output", "-O", "--output-document"}:
            yield from files.touched(value, call, "write")
            yield Wrote(path=value, texts=())


_APPLIES: Final = late(
    r"/api/(apply|unlock|locks)\b|\bmutation\b[^\n]*\b(run(Confirm|Trigger|Approve)|stack(Delete|Lock))"
    r"|/(digger|terrateam)/[^\s]*apply"
)
_STATE_API: Final = late(r"/terraform/state/|\.tfstate\b")
_CLOUD_ACTION: Final = late(
    r"amazonaws\.com\S*[?&]Action=(Delete|Terminate|Deregister|Purge|Schedule)"
    r"|X-Amz-Target:\s*\S*\.(Delete|Terminate|Schedule)|amazonaws\.com[^\n]*\bAction=(Delete|Terminate)"
)
_PIPELINES: Final = late(
    r"/dispatches\b|/actions/runs/\d+/rerun|/deployments\b|/trigger/pipeline|/projects/[^/\s]+/pipelines?\b"
    r"|/jobs/[^/\s]+/(play|retry)|/pipeline\b|/buildWithParameters|/job/\S+/build\b|/pipelines/\S+/(builds|runs)"
    r"|spacelift\.io/graphql|env0\.com|scalr\.io|/api/v\d+/builds"
)
_COMMENTS: Final = {("pr", "comment"), ("issue", "comment"), ("mr", "note"), ("mr", "comment"),
                    ("pr", "review"), ("issue", "note"), ("api",)}  # fmt: skip
_BOT: Final = late(
    r"(?m)^\s*(?:body=|note=)?\s*/?(atlantis|digger|terrateam|burrito|tfbuddy|spacelift|kubechecks)"
    r"\s+(apply|destroy|unlock|import|state|approve_policies)\b"
)


def _gh(call: Call) -> Iterator[Outcome]:
    """Yield that a pipeline is started, which may do anything, or a bot is told to apply."""
    words = operands(call.words)
    if {tuple(words[:2]), tuple(words[:1])} & _COMMENTS and any(map(_BOT.search, call.words)):
        yield call.operation("comment that applies")
    elif tuple(words[:2]) in _STARTS_PIPELINE:
        yield Reason.REMOTE
    elif words[:1] in (["repo"], ["ci"]) and words[1:2] == ["delete"]:
        yield call.operation("delete")
    elif words[:1] == ["api"]:
        fields = {"-f", "-F", "--field", "--raw-field", "--input"} & set(call.words)
        words_sent = (*call.words, "POST") if fields else call.words
        yield from _curl(msgspec.structs.replace(call, words=words_sent))


_STARTS_PIPELINE: Final = {
    ("workflow", "run"), ("run", "rerun"), ("ci", "run"), ("ci", "trigger"), ("ci", "retry"),
    ("pipeline", "run"), ("codespace", "ssh"), ("job", "run"), ("pipeline", "start"),
}  # fmt: skip


def _starting(*rows: str) -> Reader:
    """Return a reader for the clients of pipelines: these commands start one."""
    starts = {tuple(row.split()) for row in rows}

    def reader(call: Call) -> Iterator[Outcome]:
        words = operands(call.words)
        if any(tuple(words[at : at + 2]) in starts or tuple(words[at : at + 1]) in starts
               for at in range(4)):  # fmt: skip
            yield Reason.REMOTE
        else:
            yield from strangers.read(call)

    return reader


READERS: Final[dict[str, Reader]] = {
    **dict.fromkeys(("curl", "wget", "http", "https", "xh", "httpie"), _curl),
    "puppet": _starting("apply", "agent"),
    "tkn": _starting("pipeline start", "task start", "clustertask start"),
    "argo": _starting("submit", "retry", "resubmit"),
    "octopus": _starting("release deploy", "runbook run"),
    "buildkite-agent": _starting("pipeline upload"),
    "jenkins-cli": _starting("build"),
    "bk": _starting("build new", "build create", "job unblock"),
    "gh": _gh,
    "glab": _gh,
}  # fmt: skip
