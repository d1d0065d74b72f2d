"""
The brief: what a senior reads before signing.

The first screen is enough to decide: what is lost, where, how much of it, who
asks, and to what exactly the signature will apply. Below it every single thing
is listed, without a cap. It is a function of the request alone, whose facts the
gate computes anew before it applies anything.
"""

import datetime as dt
from collections.abc import Iterator

from guardrail.approval.request import Binding, Request
from guardrail.findings.model import Environment, Loss
from guardrail.report import words
from guardrail.report.escape import label, terminal
from guardrail.report.groups import ASKS, grouped
from guardrail.report.lost import places, recoveries
from guardrail.report.text import placed, told, way_out

_RANK = {Loss.DESTROYED: 2, Loss.REBUILT: 1, Loss.NONE: 0}


def render(request: Request) -> str:
    """Return the brief as lines of text without control characters, ending with a newline."""
    lines = [*_summary(request), *_who(request), *_target(request.binding), *_everything(request)]
    return "\n".join(lines) + "\n"


def challenge(request: Request) -> tuple[str, int]:
    """
    Return what the senior has to type: an environment's name and a number.

    The name is that of the environment that is worst off, spelled as the brief
    shows it; the number is how many resources are deleted, replaced or forgotten.
    """
    counts = request.facts.counts
    worst = max(request.facts.environments, key=_badness, default=None)
    name = "unknown" if worst is None else worst.name
    return label(name), counts.delete + counts.replace + counts.forget


def _badness(environment: Environment) -> tuple[int, int, float]:
    return _RANK[environment.loss], environment.lost, environment.share


def _summary(request: Request) -> Iterator[str]:
    name, destroyed = challenge(request)
    who = words.approvers(request.required, terminal)
    lost = "lost" if request.binding.operation else "destroyed"
    yield f"APPROVAL ASKED of {who}: {words.many(destroyed, 'resource')} {lost}"
    yield f"request {label(request.request_id)}, valid until {_utc(request.expires)}"
    operation = label(request.binding.operation)
    yield f"{words.subject(operation)}: {words.counts(request.facts.counts, operation)}"
    yield ""
    yield "What is lost"
    damaged = words.damaged(request.facts.environments)
    yield from (f"  {words.loss(environment, label)}" for environment in damaged)
    if not damaged:
        yield f"  no resource that counts as a loss; worst environment: {name}"
    yield from told("Can it be brought back", recoveries(request.facts.details, label))
    yield from way_out(request.facts.undo, request.facts.counts)
    yield ""
    yield "Why approval is needed"
    where = places(request.facts.details, label)
    for group in grouped(request.facts.findings):
        rule = terminal(group.rule)
        yield f"  tier {group.tier}, {ASKS[group.outcome]}: {rule} ({group.total:,})"
        yield f"    {placed(group.shown[0], where)}"
        if group.total > 1:
            yield f"    and {group.total - 1:,} more, listed below"


def _who(request: Request) -> Iterator[str]:
    requester = request.requester
    agents = ", ".join(label(agent) for agent in requester.agents)
    yield ""
    yield f"Who asks: {label(requester.origin)}{f' ({agents})' if agents else ''}"
    logins = ", ".join(label(login) for login in requester.logins)
    yield f"  logins, none of them proven: {logins or 'none'}"


def _target(binding: Binding) -> Iterator[str]:
    yield ""
    yield "Your signature is good for this alone"
    yield f"  directory {terminal(binding.directory)}"
    state = f"lineage {label(binding.lineage) or 'none yet'}, serial {binding.serial}"
    yield f"  backend {label(binding.backend)}, workspace {label(binding.workspace)}, {state}"
    yield f"  terraform {label(binding.terraform_version)}, guardrail {label(binding.guardrail_version)}"
    for name, digest in (
        (words.subject(binding.operation), binding.plan_sha256),
        ("it leaves" if binding.operation else "plan JSON", binding.plan_json_sha256),
        ("terraform", binding.terraform_sha256),
        ("lock file", binding.lockfile_sha256),
        ("backend", binding.backend_sha256),
        ("policy", binding.policy_sha256),
    ):
        yield f"  sha256 {name:<9} {label(digest) or 'none'}"


def _everything(request: Request) -> Iterator[str]:
    findings = request.facts.findings
    yield ""
    yield f"All {words.many(len(findings), 'finding')}"
    where = places(request.facts.details, label)
    for group in grouped(findings, capped=False):
        rule = terminal(group.rule)
        yield f"  tier {group.tier}, {ASKS[group.outcome]}: {rule} ({group.total:,})"
        yield from (f"    {placed(finding, where)}" for finding in group.shown)
    churn = sum(e.deleted + e.replaced + e.forgotten - e.lost for e in request.facts.environments)
    if churn > 0:
        yield f"  not listed: {words.many(churn, 'resource')} of ordinary churn, such as revisions"


def _utc(seconds: int) -> str:
    moment = dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
    return f"{moment:%Y-%m-%d %H:%M} UTC"
