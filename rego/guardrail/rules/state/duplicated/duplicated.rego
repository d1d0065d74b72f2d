# METADATA
# title: What exists is created a second time
# description: |
#   Resources are created under addresses that stood for resources after the last apply, and
#   neither a plan nor the refresh said that they are gone. The old ones go on existing, and
#   nobody manages them.
# related_resources:
#   - docs/rules/state/duplicated.md
# custom:
#   tier: "3"
#   since: 0.1.0
package guardrail.rules.state.duplicated

import data.guardrail.finding

report contains finding.new({
	"rule": "state/duplicated",
	"tier": 3,
	"address": "",
	"environment": observation.environment,
	"message": sprintf("%d resources are created that this stack had after its last apply: they would exist twice", [object.get(observation, "count", 0)]),
	"remedy": "restore the state, or import what exists instead of creating it",
}) if {
	observation := input.observations.duplicated[_]
}
