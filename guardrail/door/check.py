"""Check: decide about a plan and explain; change nothing."""

from guardrail.approval.request import Request
from guardrail.decision import Decision
from guardrail.door.judge import judge_json
from guardrail.door.session import Session
from guardrail.sources.plans import is_saved, load_json, seal_plan


def check(session: Session, source: str, *, ask: bool = True) -> tuple[Decision, Request | None]:
    """
    Decide about the plan that ``source`` names: a path, ``-`` or ``s3://…``.

    For a saved plan that needs approval a request is opened and returned too, unless the
    caller does not want to ``ask``.
    """
    with seal_plan(source, session.call.env) as sealed:
        if not is_saved(sealed):
            return judge_json(session, load_json(sealed)).decision, None
        from guardrail.door.saved import check_saved  # noqa: PLC0415 (JSON needs none of it)

        return check_saved(session, sealed, ask=ask)
