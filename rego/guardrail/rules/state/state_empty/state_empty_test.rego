package guardrail.rules.state.state_empty_test

import data.guardrail.rules.state.state_empty
import data.guardrail.testing

_seen := {"address": "", "count": 40, "managed": 45}

test_ask_before_it_happens if {
	state_empty.report == {{
		"rule": "state/state_empty",
		"outcome": "require_approval",
		"tier": 3,
		"address": "",
		"environment": "production",
		"message": "40 of 45 resources that this stack had after its last apply are missing from the state: they would be built twice",
		"remedy": "restore the state, or import what exists; apply only if the resources are really gone",
	}} with input as testing.observed("state_empty", _seen)
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("state_empty", object.union(_seen, {"environment": "unheard_of"}))
	testing.judged(state_empty.report) == {["require_approval", 3]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("state_empty", _seen),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(state_empty.report) == {["require_approval", 3]} with input as asked
}

test_ask_a_proven_human_in_production if {
	asked := testing.by_human(testing.observed("state_empty", _seen))
	testing.judged(state_empty.report) == {["require_approval", 3]} with input as asked
}

test_ask_in_a_disposable_environment if {
	asked := testing.observed("state_empty", object.union(_seen, {"environment": "preview"}))
	testing.judged(state_empty.report) == {["require_approval", 3]} with input as asked
}

test_warn_a_proven_human_outside_production if {
	asked := testing.by_human(testing.observed("state_empty", object.union(_seen, {"environment": "staging"})))
	testing.judged(state_empty.report) == {["warn", 3]} with input as asked
}

test_allow_a_plan_without_it if {
	state_empty.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("state_empty", _seen)
	testing.hidden_without(asked, [
		"observations/state_empty/0/address",
		"observations/state_empty/0/environment",
		"observations/state_empty/0/data",
		"observations/state_empty/0/benign",
		"observations/state_empty/0/causes",
		"observations/state_empty/0/kind",
		"observations/state_empty/0/type",
		"observations/state_empty/0/create_first",
		"observations/state_empty/0/previous_address",
		"observations/state_empty/0/count",
		"observations/state_empty/0/managed",
		"observations/state_empty",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
