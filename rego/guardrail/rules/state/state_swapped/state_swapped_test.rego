package guardrail.rules.state.state_swapped_test

import data.guardrail.rules.state.state_swapped
import data.guardrail.testing

_seen := {"address": "", "count": 0}

test_ask_before_it_happens if {
	state_swapped.report == {{
		"rule": "state/state_swapped",
		"outcome": "require_approval",
		"tier": 3,
		"address": "",
		"environment": "production",
		"message": "the state is another one than the last apply of this stack left",
		"remedy": "restore the stack's own state; if this one is meant, have a plan without losses approved first: then it is known",
	}} with input as testing.observed("state_swapped", _seen)
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("state_swapped", object.union(_seen, {"environment": "unheard_of"}))
	testing.judged(state_swapped.report) == {["require_approval", 3]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("state_swapped", _seen),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(state_swapped.report) == {["require_approval", 3]} with input as asked
}

test_ask_a_proven_human_in_production if {
	asked := testing.by_human(testing.observed("state_swapped", _seen))
	testing.judged(state_swapped.report) == {["require_approval", 3]} with input as asked
}

test_ask_in_a_disposable_environment if {
	asked := testing.observed("state_swapped", object.union(_seen, {"environment": "preview"}))
	testing.judged(state_swapped.report) == {["require_approval", 3]} with input as asked
}

test_warn_a_proven_human_outside_production if {
	asked := testing.by_human(testing.observed("state_swapped", object.union(_seen, {"environment": "staging"})))
	testing.judged(state_swapped.report) == {["warn", 3]} with input as asked
}

test_deny_what_it_would_lose if {
	asked := testing.by_human(testing.observed("state_swapped", object.union(_seen, {
		"sealed": true,
		"count": 45,
		"environment": "preview",
	})))
	some finding in state_swapped.report with input as asked
	finding.outcome == "deny"
	finding.tier == 4
	finding.message == "the state is another one than the last apply of this stack left, and 45 of its resources would be lost: this is the wrong stack"
}

test_allow_a_plan_without_it if {
	state_swapped.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("state_swapped", _seen)
	testing.hidden_without(asked, [
		"observations/state_swapped/0/address",
		"observations/state_swapped/0/environment",
		"observations/state_swapped/0/data",
		"observations/state_swapped/0/benign",
		"observations/state_swapped/0/causes",
		"observations/state_swapped/0/kind",
		"observations/state_swapped/0/type",
		"observations/state_swapped/0/create_first",
		"observations/state_swapped/0/previous_address",
		"observations/state_swapped/0/count",
		"observations/state_swapped/0/managed",
		"observations/state_swapped/0/sealed",
		"observations/state_swapped",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
