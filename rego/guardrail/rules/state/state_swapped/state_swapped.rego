# METADATA
# title: The state is another one
# description: |
#   The state has another lineage than the one that the last apply of this stack left: it was
#   made apart from it. What it holds are another stack's resources, or a second copy of these.
# related_resources:
#   - docs/rules/state/state_swapped.md
# custom:
#   tier: "3 or 4"
#   since: 0.1.0
package guardrail.rules.state.state_swapped

import data.guardrail.finding

report contains finding.new({
	"rule": "state/state_swapped",
	"tier": _tier(observation),
	"address": "",
	"environment": observation.environment,
	"message": _message(observation),
	"remedy": "restore the stack's own state; if this one is meant, have a plan without losses approved first: then it is known",
}) if {
	observation := input.observations.state_swapped[_]
}

# No approval opens it: whoever approves sees the losses of a stack that this is not.
_tier(observation) := 3 if {
	observation.sealed == false
} else := 4

_message(observation) := "the state is another one than the last apply of this stack left" if {
	observation.sealed == false
} else := sprintf("the state is another one than the last apply of this stack left, and %d of its resources would be lost: this is the wrong stack", [object.get(observation, "count", 0)])
