package guardrail.rules.effects.action_invoked_test

import data.guardrail.rules.effects.action_invoked
import data.guardrail.testing

test_ask_before_it_happens if {
	action_invoked.report == {{
		"rule": "effects/action_invoked",
		"outcome": "require_approval",
		"tier": 2,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "aws_instance.web is invoked: an action whose effect no plan describes",
		"remedy": "take the action and what triggers it out of the plan",
	}} with input as testing.observed("invocation", {})
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("invocation", {"environment": "unheard_of"})
	testing.judged(action_invoked.report) == {["require_approval", 2]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("invocation", {}),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(action_invoked.report) == {["require_approval", 2]} with input as asked
}

test_warn_a_proven_human if {
	asked := testing.by_human(testing.observed("invocation", {}))
	testing.judged(action_invoked.report) == {["warn", 2]} with input as asked
}

test_warn_in_a_disposable_environment if {
	asked := testing.observed("invocation", {"environment": "preview"})
	testing.judged(action_invoked.report) == {["warn", 2]} with input as asked
}

test_allow_a_plan_without_it if {
	action_invoked.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("invocation", {})
	testing.hidden_without(asked, [
		"observations/invocation/0/address",
		"observations/invocation/0/environment",
		"observations/invocation/0/data",
		"observations/invocation/0/benign",
		"observations/invocation/0/causes",
		"observations/invocation/0/kind",
		"observations/invocation/0/type",
		"observations/invocation/0/create_first",
		"observations/invocation/0/previous_address",
		"observations/invocation/0/count",
		"observations/invocation",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
