"""``guardrail tofu``: OpenTofu's own command line, with the gate where something changes."""

from guardrail.cli.terraform import drop_in

command = drop_in("tofu")
