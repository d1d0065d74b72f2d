# METADATA
# title: The plan is partial
# description: |
#   A targeted plan leaves out what was not asked for, so it says nothing about the rest of the
#   stack.
# related_resources:
#   - docs/rules/plan/targeted.md
# custom:
#   tier: "1"
#   since: 0.1.0
package guardrail.rules.plan.targeted

import data.guardrail.finding

report contains finding.new({
	"rule": "plan/targeted",
	"tier": 1,
	"address": "",
	"environment": "",
	"message": "the plan covers a part of the stack only",
	"remedy": "plan without -target, so that the whole stack is looked at",
}) if {
	not _whole
}

_whole if {
	input.plan.targeted == false
	input.plan.complete == true
}

# An errored or deferring plan is never complete; its own rule says why and denies.
_whole if {
	input.plan.targeted == false
	input.plan.errored == true
}

_whole if {
	input.plan.targeted == false
	input.observations.deferred != []
}
