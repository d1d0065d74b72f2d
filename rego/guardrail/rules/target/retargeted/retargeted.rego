# METADATA
# title: The plan works on another account or region
# description: |
#   A provider points elsewhere than at the last apply, or something changes outside the accounts
#   and regions that the settings list for its environment.
# related_resources:
#   - docs/rules/target/retargeted.md
# custom:
#   tier: "2, 3 or 4"
#   since: 0.1.0
package guardrail.rules.target.retargeted

import data.guardrail.finding
import data.guardrail.observed

report contains finding.new({
	"rule": "target/retargeted",
	"tier": _tier(observation),
	"address": observation.address,
	"environment": observation.environment,
	"message": _message(observation),
	"remedy": _remedy(observation),
}) if {
	observation := input.observations.retargeted[_]
}

_moved(observation) if observation.sealed == false

_tier(observation) := 4 if {
	not _moved(observation)
} else := 2 if {
	observation.count == 0
} else := 3

_message(observation) := sprintf("a provider points elsewhere than at the last apply%s", [
	observed.because(observation, ""),
]) if {
	_moved(observation)
} else := sprintf("%s%s changes outside what the settings list for %s%s", [
	observation.address,
	_more(observation),
	finding.called(observation.environment),
	observed.because(observation, "by its "),
])

_remedy(observation) := "point the provider where it pointed before, or take the rest out of the plan" if {
	_moved(observation)
} else := "use the credentials of the right account, or have the settings list this one"

_more(observation) := sprintf(" (and %d more)", [observation.count - 1]) if {
	observation.count > 1
} else := ""
