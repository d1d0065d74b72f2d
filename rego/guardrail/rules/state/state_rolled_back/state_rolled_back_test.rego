package guardrail.rules.state.state_rolled_back_test

import data.guardrail.rules.state.state_rolled_back
import data.guardrail.testing

_seen := {"address": "", "count": 2}

test_ask_before_it_happens if {
	state_rolled_back.report == {{
		"rule": "state/state_rolled_back",
		"outcome": "require_approval",
		"tier": 3,
		"address": "",
		"environment": "production",
		"message": "the plan was made from an older state than the last apply of this stack left: what was applied since is unknown to it",
		"remedy": "plan again; if the state is still the old one, restore the newest",
	}} with input as testing.observed("state_rolled_back", _seen)
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("state_rolled_back", object.union(_seen, {"environment": "unheard_of"}))
	testing.judged(state_rolled_back.report) == {["require_approval", 3]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("state_rolled_back", _seen),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(state_rolled_back.report) == {["require_approval", 3]} with input as asked
}

test_ask_a_proven_human_in_production if {
	asked := testing.by_human(testing.observed("state_rolled_back", _seen))
	testing.judged(state_rolled_back.report) == {["require_approval", 3]} with input as asked
}

test_ask_in_a_disposable_environment if {
	asked := testing.observed("state_rolled_back", object.union(_seen, {"environment": "preview"}))
	testing.judged(state_rolled_back.report) == {["require_approval", 3]} with input as asked
}

test_warn_a_proven_human_outside_production if {
	asked := testing.by_human(testing.observed("state_rolled_back", object.union(_seen, {"environment": "staging"})))
	testing.judged(state_rolled_back.report) == {["warn", 3]} with input as asked
}

test_allow_a_plan_without_it if {
	state_rolled_back.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("state_rolled_back", _seen)
	testing.hidden_without(asked, [
		"observations/state_rolled_back/0/address",
		"observations/state_rolled_back/0/environment",
		"observations/state_rolled_back/0/data",
		"observations/state_rolled_back/0/benign",
		"observations/state_rolled_back/0/causes",
		"observations/state_rolled_back/0/kind",
		"observations/state_rolled_back/0/type",
		"observations/state_rolled_back/0/create_first",
		"observations/state_rolled_back/0/previous_address",
		"observations/state_rolled_back/0/count",
		"observations/state_rolled_back/0/managed",
		"observations/state_rolled_back",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
