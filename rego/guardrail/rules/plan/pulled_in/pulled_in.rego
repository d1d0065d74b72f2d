# METADATA
# title: A target pulls something else in
# description: |
#   The plan was limited to targets, and loses something that none of them names: Terraform takes
#   along what stands on a target.
# related_resources:
#   - docs/rules/plan/pulled_in.md
# custom:
#   tier: "2"
#   since: 0.1.0
package guardrail.rules.plan.pulled_in

import data.guardrail.finding

report contains finding.new({
	"rule": "plan/pulled_in",
	"tier": 2,
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("%s was not named by -target and goes with it", [observation.address]),
	"remedy": "name everything that may go with -target, or plan without it",
}) if {
	observation := input.observations.pulled_in[_]
}
