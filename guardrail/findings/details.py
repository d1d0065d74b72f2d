"""What a senior wants to know about each lost thing, beside the verdicts on it."""

from guardrail.findings.address import configured_address
from guardrail.findings.losses.recovery import recovery_of
from guardrail.findings.model import Detail, Kind
from guardrail.findings.surroundings import Line
from guardrail.findings.view import Lost, View

MOST = 200
"""So many things are told about; a request has to stay one that a person can read."""

_NOWHERE = Line(file="", line=0)


def details(view: View) -> tuple[Detail, ...]:
    """
    Return one detail for each lost thing, those with data first, at most :data:`MOST`.

    Ordinary churn is left out, and what is only forgotten: it goes on existing.
    """
    told = [lost for lost in view.losses if _told(lost)]
    told.sort(key=lambda lost: (not lost.observation.data, -lost.observation.dependents))
    return tuple(_detail(view, lost) for lost in told[:MOST])


def _told(lost: Lost) -> bool:
    return not lost.observation.benign and lost.observation.kind is not Kind.FORGOTTEN


def _detail(view: View, lost: Lost) -> Detail:
    recovery, shown_by = recovery_of(lost.change.type, lost.change.before)
    line = view.around.lines.get(configured_address(lost.change.address) or "", _NOWHERE)
    return Detail(
        address=lost.observation.address,
        holds=lost.observation.holds,
        recovery=recovery,
        shown_by=shown_by,
        file=line.file,
        line=line.line,
    )
