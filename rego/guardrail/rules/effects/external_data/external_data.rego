# METADATA
# title: A data source has effects
# description: |
#   Reading it runs a program, sends a request or invokes a function. What Terraform reads while
#   it applies does so with the rights of the apply, after everybody has looked.
# related_resources:
#   - docs/rules/effects/external_data.md
# custom:
#   tier: "1 or 2"
#   since: 0.1.0
package guardrail.rules.effects.external_data

import data.guardrail.finding

report contains finding.new({
	"rule": "effects/external_data",
	"tier": _tier(observation),
	"address": observation.address,
	"environment": observation.environment,
	"message": _message(observation),
	"remedy": "replace it with a data source that only reads",
}) if {
	observation := input.observations.external_data[_]
}

# What planning has done already cannot be stopped any more.
_tier(observation) := 1 if {
	observation.benign == true
} else := 2

_message(observation) := sprintf("%s%s ran while Terraform planned: it %s", [
	observation.address,
	_more(observation),
	_what(observation),
]) if {
	observation.benign == true
} else := sprintf("%s is read while Terraform applies, and %s", [observation.address, _what(observation)])

_more(observation) := sprintf(" (and %d more)", [observation.count - 1]) if {
	observation.count > 1
} else := ""

_what(observation) := object.get(observation, "detail", "has effects")
