package guardrail.rules.state.duplicated_test

import data.guardrail.rules.state.duplicated
import data.guardrail.testing

_seen := {"address": "", "count": 6, "managed": 20}

test_ask_before_it_happens if {
	duplicated.report == {{
		"rule": "state/duplicated",
		"outcome": "require_approval",
		"tier": 3,
		"address": "",
		"environment": "production",
		"message": "6 resources are created that this stack had after its last apply: they would exist twice",
		"remedy": "restore the state, or import what exists instead of creating it",
	}} with input as testing.observed("duplicated", _seen)
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("duplicated", object.union(_seen, {"environment": "unheard_of"}))
	testing.judged(duplicated.report) == {["require_approval", 3]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("duplicated", _seen),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(duplicated.report) == {["require_approval", 3]} with input as asked
}

test_ask_a_proven_human_in_production if {
	asked := testing.by_human(testing.observed("duplicated", _seen))
	testing.judged(duplicated.report) == {["require_approval", 3]} with input as asked
}

test_ask_in_a_disposable_environment if {
	asked := testing.observed("duplicated", object.union(_seen, {"environment": "preview"}))
	testing.judged(duplicated.report) == {["require_approval", 3]} with input as asked
}

test_warn_a_proven_human_outside_production if {
	asked := testing.by_human(testing.observed("duplicated", object.union(_seen, {"environment": "staging"})))
	testing.judged(duplicated.report) == {["warn", 3]} with input as asked
}

test_allow_a_plan_without_it if {
	duplicated.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("duplicated", _seen)
	testing.hidden_without(asked, [
		"observations/duplicated/0/address",
		"observations/duplicated/0/environment",
		"observations/duplicated/0/data",
		"observations/duplicated/0/benign",
		"observations/duplicated/0/causes",
		"observations/duplicated/0/kind",
		"observations/duplicated/0/type",
		"observations/duplicated/0/create_first",
		"observations/duplicated/0/previous_address",
		"observations/duplicated/0/count",
		"observations/duplicated/0/managed",
		"observations/duplicated",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
