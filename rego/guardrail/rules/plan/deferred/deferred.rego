# METADATA
# title: A change is put off
# description: |
#   Terraform put off a change because it does not know enough yet. What it will do is in no
#   plan, so no approval can speak of it.
# related_resources:
#   - docs/rules/plan/deferred.md
# custom:
#   tier: "4"
#   since: 0.1.0
package guardrail.rules.plan.deferred

import data.guardrail.finding

report contains finding.new({
	"rule": "plan/deferred",
	"tier": 4,
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("%s is put off to a later plan: what will happen to it is unknown", [observation.address]),
	"remedy": "plan in two steps, or give the value that Terraform is missing",
}) if {
	observation := input.observations.deferred[_]
}
