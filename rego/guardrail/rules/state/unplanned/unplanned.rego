# METADATA
# title: Something is done without a plan
# description: |
#   The operation changes what Terraform knows, keeps or trusts, or runs code, and no plan shows
#   it. What it takes out of the state is judged by the rules about losses as well.
# related_resources:
#   - docs/rules/state/unplanned.md
# custom:
#   tier: "1 or 2"
#   since: 0.1.0
package guardrail.rules.state.unplanned

import data.guardrail.finding

report contains finding.new({
	"rule": "state/unplanned",
	"tier": _tier(observation),
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("`terraform %s`%s: %s%s", [
		concat(" ", object.get(observation, "causes", [])),
		_things(observation),
		object.get(observation, "detail", "nothing is known of what it does"),
		_named(observation),
	]),
	"remedy": _remedy(observation),
}) if {
	observation := input.observations.unplanned[_]
}

# Nothing is gone or hidden by keeping what was marked.
_tier(observation) := 1 if {
	observation.causes == ["untaint"]
} else := 2

_things(observation) := sprintf(" of %d managed resources", [observation.count]) if {
	observation.count > 1
} else := " of 1 managed resource" if {
	observation.companions != []
} else := ""

_named(observation) := sprintf(" (%s)", [concat(", ", observation.companions)]) if {
	observation.companions != []
} else := ""

_remedies := {
	"import": "write an import block instead, and have a plan checked",
	"state mv": "write a moved block instead, and have a plan checked",
	"state rm": "write a removed block with destroy = false instead, and have a plan checked",
	"state push": "bring things in with import blocks instead, and have a plan checked",
	"taint": "make a plan with -replace instead, and have it checked",
	"test": "run the tests with the credentials of a sandbox, where the gate does not stand",
	"untaint": "look at what was broken before the next apply",
	"workspace delete": "destroy what the workspace holds first, by a plan that was checked",
}

_remedy(observation) := _remedies[observation.causes[0]] if {
	_remedies[observation.causes[0]]
} else := "say what it is for: a senior engineer has to tell whether it is right"
