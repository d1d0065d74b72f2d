# METADATA
# title: The state lacks what the stack is known to have
# description: |
#   After the last apply through the gate the state held resources that it no longer has, and no
#   plan deleted them. They exist all the same: this plan, or the next one, builds them a second
#   time.
# related_resources:
#   - docs/rules/state/state_empty.md
# custom:
#   tier: "3"
#   since: 0.1.0
package guardrail.rules.state.state_empty

import data.guardrail.finding

report contains finding.new({
	"rule": "state/state_empty",
	"tier": 3,
	"address": "",
	"environment": observation.environment,
	"message": sprintf("%d of %d resources that this stack had after its last apply are missing from the state: they would be built twice", [
		object.get(observation, "count", 0),
		object.get(observation, "managed", 0),
	]),
	"remedy": "restore the state, or import what exists; apply only if the resources are really gone",
}) if {
	observation := input.observations.state_empty[_]
}
