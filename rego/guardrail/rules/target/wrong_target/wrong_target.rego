# METADATA
# title: The plan may be for another environment
# description: |
#   Something is lost, and workspace, tags, module and directory do not name the same environment
#   for it. A workspace that names less than what is lost is tagged with is the wrong one.
# related_resources:
#   - docs/rules/target/wrong_target.md
# custom:
#   tier: "3 or 4"
#   since: 0.1.0
package guardrail.rules.target.wrong_target

import data.guardrail.finding

report contains finding.new({
	"rule": "target/wrong_target",
	"tier": _tier(observation),
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("%s%s is lost, and it is unclear from which environment: %s", [
		observation.address,
		_more(observation),
		object.get(observation, "detail", "the names disagree"),
	]),
	"remedy": "select the right workspace, or have the settings name the environment",
}) if {
	observation := input.observations.wrong_target[_]
}

_tier(observation) := 3 if {
	observation.sealed == false
} else := 4

_more(observation) := sprintf(" (and %d more)", [observation.count - 1]) if {
	observation.count > 1
} else := ""
