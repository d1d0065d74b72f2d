# METADATA
# title: The plan ended with an error
# description: |
#   Terraform stopped while it was planning. What the plan would have shown is unknown, so no
#   approval can speak of it.
# related_resources:
#   - docs/rules/plan/errored.md
# custom:
#   tier: "4"
#   since: 0.1.0
package guardrail.rules.plan.errored

import data.guardrail.finding

report contains finding.new({
	"rule": "plan/errored",
	"tier": 4,
	"address": "",
	"environment": "",
	"message": "Terraform ended this plan with an error: what it leaves out is unknown",
	"remedy": "correct the error that Terraform printed, and plan again",
}) if {
	not input.plan.errored == false
}
