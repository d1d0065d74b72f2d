package guardrail.rules.plan.edited_test

import data.guardrail.rules.plan.edited
import data.guardrail.testing

test_deny_about_the_whole_plan if {
	edited.report == {{
		"rule": "plan/edited",
		"outcome": "deny",
		"tier": 4,
		"address": "",
		"environment": "",
		"message": "the plan contradicts itself (deletion_missing): it is not what Terraform wrote",
		"remedy": "plan again, and hand in the plan as Terraform wrote it",
	}} with input as testing.changed("/plan/inconsistencies", ["deletion_missing"])
}

test_deny_a_proven_human if {
	asked := testing.by_human(testing.changed("/plan/inconsistencies", ["deletion_missing"]))
	testing.judged(edited.report) == {["deny", 4]} with input as asked
}

test_allow_a_plan_without_it if {
	edited.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.changed("/plan/inconsistencies", ["deletion_missing"])
	testing.hidden_without(asked, [
		"plan",
		"plan/inconsistencies",
	]) == set()
}
