package guardrail.rules.plan.pulled_in_test

import data.guardrail.rules.plan.pulled_in
import data.guardrail.testing

test_ask_before_it_happens if {
	pulled_in.report == {{
		"rule": "plan/pulled_in",
		"outcome": "require_approval",
		"tier": 2,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "aws_instance.web was not named by -target and goes with it",
		"remedy": "name everything that may go with -target, or plan without it",
	}} with input as testing.observed("pulled_in", {})
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("pulled_in", {"environment": "unheard_of"})
	testing.judged(pulled_in.report) == {["require_approval", 2]} with input as asked
}

test_warn_a_proven_human if {
	asked := testing.by_human(testing.observed("pulled_in", {}))
	testing.judged(pulled_in.report) == {["warn", 2]} with input as asked
}

test_warn_in_a_disposable_environment if {
	asked := testing.observed("pulled_in", {"environment": "preview"})
	testing.judged(pulled_in.report) == {["warn", 2]} with input as asked
}

test_allow_a_plan_without_it if {
	pulled_in.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("pulled_in", {})
	testing.hidden_without(asked, [
		"observations/pulled_in/0/address",
		"observations/pulled_in/0/environment",
		"observations/pulled_in/0/data",
		"observations/pulled_in/0/benign",
		"observations/pulled_in/0/causes",
		"observations/pulled_in/0/kind",
		"observations/pulled_in/0/type",
		"observations/pulled_in/0/create_first",
		"observations/pulled_in/0/previous_address",
		"observations/pulled_in/0/count",
		"observations/pulled_in",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
