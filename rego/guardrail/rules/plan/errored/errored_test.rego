package guardrail.rules.plan.errored_test

import data.guardrail.rules.plan.errored
import data.guardrail.testing

test_deny_about_the_whole_plan if {
	errored.report == {{
		"rule": "plan/errored",
		"outcome": "deny",
		"tier": 4,
		"address": "",
		"environment": "",
		"message": "Terraform ended this plan with an error: what it leaves out is unknown",
		"remedy": "correct the error that Terraform printed, and plan again",
	}} with input as testing.changed("/plan/errored", true)
}

test_deny_a_proven_human if {
	asked := testing.by_human(testing.changed("/plan/errored", true))
	testing.judged(errored.report) == {["deny", 4]} with input as asked
}

test_allow_a_plan_without_it if {
	errored.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.changed("/plan/errored", true)
	testing.hidden_without(asked, [
		"plan",
		"plan/errored",
	]) == set()
}
