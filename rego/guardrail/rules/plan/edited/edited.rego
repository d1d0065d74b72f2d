# METADATA
# title: The plan contradicts itself
# description: |
#   The parts of a plan that Terraform wrote always agree. These do not: the plan was edited,
#   cut or mixed.
# related_resources:
#   - docs/rules/plan/edited.md
# custom:
#   tier: "4"
#   since: 0.1.0
package guardrail.rules.plan.edited

import data.guardrail.finding

report contains finding.new({
	"rule": "plan/edited",
	"tier": 4,
	"address": "",
	"environment": "",
	"message": sprintf("the plan contradicts itself%s: it is not what Terraform wrote", [_where]),
	"remedy": "plan again, and hand in the plan as Terraform wrote it",
}) if {
	not input.plan.inconsistencies == []
}

default _where := ""

_where := sprintf(" (%s)", [concat(", ", codes)]) if {
	codes := {code | code := input.plan.inconsistencies[_]; is_string(code)}
	count(codes) > 0
}
