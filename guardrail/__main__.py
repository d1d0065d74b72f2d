"""``python -m guardrail``: the same as ``guardrail``."""

from guardrail.cli import main

main()
