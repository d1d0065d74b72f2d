# METADATA
# title: The state no longer finds its resources
# description: |
#   Most of what the state knows seems to be gone. That is rarely so: more often the
#   credentials, the account or the region are the wrong ones, and the plan would create
#   everything a second time.
# related_resources:
#   - docs/rules/state/state_lost.md
# custom:
#   tier: "3"
#   since: 0.1.0
package guardrail.rules.state.state_lost

import data.guardrail.finding

report contains finding.new({
	"rule": "state/state_lost",
	"tier": 3,
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("%d resources of the state were not found: this looks like another account, another region or lost access", [object.get(observation, "count", 1)]),
	"remedy": "check credentials, account and region, then plan again",
}) if {
	observation := input.observations.state_loss[_]
}
