# METADATA
# title: An earlier apply never ended
# description: |
#   An apply of this stack began, and its end was never recorded. The state may be behind what
#   really exists.
# related_resources:
#   - docs/rules/state/unfinished_apply.md
# custom:
#   tier: "2"
#   since: 0.1.0
package guardrail.rules.state.unfinished_apply

import data.guardrail.finding

report contains finding.new({
	"rule": "state/unfinished_apply",
	"tier": 2,
	"address": "",
	"environment": "",
	"message": "an earlier apply of this stack began and never reported its end",
	"remedy": "compare the state with what really exists, then plan again",
}) if {
	not input.stack.unfinished == false
}
