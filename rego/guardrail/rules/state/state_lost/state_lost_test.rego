package guardrail.rules.state.state_lost_test

import data.guardrail.rules.state.state_lost
import data.guardrail.testing

test_ask_before_it_happens if {
	state_lost.report == {{
		"rule": "state/state_lost",
		"outcome": "require_approval",
		"tier": 3,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "6 resources of the state were not found: this looks like another account, another region or lost access",
		"remedy": "check credentials, account and region, then plan again",
	}} with input as testing.observed("state_loss", {"count": 6})
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("state_loss", {"count": 6, "environment": "unheard_of"})
	testing.judged(state_lost.report) == {["require_approval", 3]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("state_loss", {"count": 6}),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(state_lost.report) == {["require_approval", 3]} with input as asked
}

test_ask_a_proven_human_in_production if {
	asked := testing.by_human(testing.observed("state_loss", {"count": 6}))
	testing.judged(state_lost.report) == {["require_approval", 3]} with input as asked
}

test_ask_in_a_disposable_environment if {
	asked := testing.observed("state_loss", {"count": 6, "environment": "preview"})
	testing.judged(state_lost.report) == {["require_approval", 3]} with input as asked
}

test_warn_a_proven_human_outside_production if {
	asked := testing.by_human(testing.observed("state_loss", {"count": 6, "environment": "staging"}))
	testing.judged(state_lost.report) == {["warn", 3]} with input as asked
}

test_allow_a_plan_without_it if {
	state_lost.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("state_loss", {"count": 6})
	testing.hidden_without(asked, [
		"observations/state_loss/0/address",
		"observations/state_loss/0/environment",
		"observations/state_loss/0/data",
		"observations/state_loss/0/benign",
		"observations/state_loss/0/causes",
		"observations/state_loss/0/kind",
		"observations/state_loss/0/type",
		"observations/state_loss/0/create_first",
		"observations/state_loss/0/previous_address",
		"observations/state_loss/0/count",
		"observations/state_loss",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
