# METADATA
# title: An action is invoked
# description: |
#   A Terraform action makes a provider do something beside creating, updating and deleting.
#   What it does is in no plan.
# related_resources:
#   - docs/rules/effects/action_invoked.md
# custom:
#   tier: "2"
#   since: 0.1.0
package guardrail.rules.effects.action_invoked

import data.guardrail.finding

report contains finding.new({
	"rule": "effects/action_invoked",
	"tier": 2,
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("%s is invoked: an action whose effect no plan describes", [observation.address]),
	"remedy": "take the action and what triggers it out of the plan",
}) if {
	observation := input.observations.invocation[_]
}
