"""
A gate for Terraform plans: nothing destructive is applied without a senior's signature.

>>> import guardrail
>>> plan = "sample_plans/rebuilds_an_environment_by_name_prefix/plan.json"
>>> decision = guardrail.check(plan, agent="claude-code")
>>> decision.outcome == guardrail.Outcome.ALLOW
False
>>> decision.findings[0].rule
'destruction/data_lost'

Many checks of one directory share a warm engine:

>>> with guardrail.Guard(".") as guard:
...     guard.check("sample_plans/adds_a_tag/plan.json").outcome.value
'allow'

A denial is a value; :class:`GuardrailError` means that nothing could be decided, which is
no permission. Only an ``allow`` is one.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from guardrail.agents.guard import Guard, check
    from guardrail.decision import Decision, Outcome
    from guardrail.errors import GuardrailError

__all__ = ["Decision", "Guard", "GuardrailError", "Outcome", "__version__", "check"]

__version__ = "0.1.0"

_PLACES = {
    "Decision": "guardrail.decision",
    "Guard": "guardrail.agents.guard",
    "GuardrailError": "guardrail.errors",
    "Outcome": "guardrail.decision",
    "check": "guardrail.agents.guard",
}


def __getattr__(name: str) -> Any:
    # Every command imports this package; what it does not use it does not load.
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
