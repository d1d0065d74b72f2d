# METADATA
# title: Decision
# description: |
#   The one entry point. It folds every rule's report into one answer and knows no rule's name.
#   A question with a hole in it is answered with a denial, never with silence.
package guardrail.decision

import data.guardrail.finding
import data.guardrail.question
import data.guardrail.rules

# METADATA
# description: What the program reads.
# entrypoint: true
answer := {"findings": findings, "evaluated": evaluated}

# METADATA
# description: Everything that any rule reported.
findings contains reported if {
	some reported in _reports[_]
}

findings contains finding.new({
	"rule": "decision/incomplete_question",
	"tier": 4,
	"address": "",
	"environment": "",
	"message": sprintf("the question about the plan has no usable %s", [hole]),
	"remedy": "report this: the program and its policies do not fit together",
}) if {
	some hole in question.holes
}

# METADATA
# description: The rules that answered. The program refuses an answer that misses one.
evaluated contains rule if {
	some rule
	_reports[rule]
}

_reports := {id: report |
	some category, rule
	report := rules[category][rule].report
	id := concat("/", [category, rule])
}
