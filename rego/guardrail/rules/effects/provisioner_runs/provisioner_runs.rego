# METADATA
# title: A provisioner runs
# description: |
#   A provisioner runs a program outside every provider. What it does is in no plan.
# related_resources:
#   - docs/rules/effects/provisioner_runs.md
# custom:
#   tier: "2"
#   since: 0.1.0
package guardrail.rules.effects.provisioner_runs

import data.guardrail.finding
import data.guardrail.observed

report contains finding.new({
	"rule": "effects/provisioner_runs",
	"tier": 2,
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("%s %s: code that no plan describes", [observation.address, _what(observation)]),
	"remedy": _remedy(observation),
}) if {
	observation := input.observations.provisioner[_]
}

# A resource that is no thing but a program says itself what it does.
_what(observation) := observation.detail if {
	observation.detail != ""
} else := sprintf("runs a provisioner%s", [observed.because(observation, "")])

_remedy(observation) := "take the resource out, and do the same where it is reviewed" if {
	observation.detail != ""
} else := "take the provisioner out, and run its command where it is reviewed"
