package guardrail.rules.plan.targeted_test

import data.guardrail.rules.plan.targeted
import data.guardrail.testing

test_warn_about_the_whole_plan if {
	targeted.report == {{
		"rule": "plan/targeted",
		"outcome": "warn",
		"tier": 1,
		"address": "",
		"environment": "",
		"message": "the plan covers a part of the stack only",
		"remedy": "plan without -target, so that the whole stack is looked at",
	}} with input as testing.changed("/plan/targeted", true)
}

test_warn_a_proven_human if {
	asked := testing.by_human(testing.changed("/plan/targeted", true))
	testing.judged(targeted.report) == {["warn", 1]} with input as asked
}

test_warn_about_a_plan_that_says_it_is_not_complete if {
	testing.judged(targeted.report) == {["warn", 1]} with input as testing.changed("/plan/complete", false)
}

test_allow_an_errored_plan_which_has_its_own_rule if {
	asked := testing.with_value(testing.changed("/plan/complete", false), "/plan/errored", true)
	targeted.report == set() with input as asked
}

test_allow_a_deferring_plan_which_has_its_own_rule if {
	asked := testing.with_value(testing.observed("deferred", {}), "/plan/complete", false)
	targeted.report == set() with input as asked
}

test_allow_a_plan_without_it if {
	targeted.report == set() with input as testing.question
}

# A warning lets the plan through, so a hole where the rule reads is denied as one.
test_undefined_fields_are_denied if {
	testing.hidden_without(testing.question, [
		"plan",
		"plan/targeted",
		"plan/complete",
		"plan/errored",
		"observations",
		"observations/deferred",
	]) == set()
}
