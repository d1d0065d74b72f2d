# METADATA
# title: The state is an older one
# description: |
#   The state has a lower serial than the one that the last apply of this stack left. What was
#   applied since is unknown to it, and would be created again or lost track of.
# related_resources:
#   - docs/rules/state/state_rolled_back.md
# custom:
#   tier: "3"
#   since: 0.1.0
package guardrail.rules.state.state_rolled_back

import data.guardrail.finding

report contains finding.new({
	"rule": "state/state_rolled_back",
	"tier": 3,
	"address": "",
	"environment": observation.environment,
	"message": "the plan was made from an older state than the last apply of this stack left: what was applied since is unknown to it",
	"remedy": "plan again; if the state is still the old one, restore the newest",
}) if {
	observation := input.observations.state_rolled_back[_]
}
