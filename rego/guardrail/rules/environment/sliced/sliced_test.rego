package guardrail.rules.environment.sliced_test

import data.guardrail.rules.environment.sliced
import data.guardrail.testing

_seen := {"address": "", "count": 5, "past": 10, "managed": 30}

test_ask_before_it_happens if {
	sliced.report == {{
		"rule": "environment/sliced",
		"outcome": "require_approval",
		"tier": 3,
		"address": "",
		"environment": "production",
		"message": "5 lost now and 10 by earlier plans: 15 of 30 managed resources of production are lost piece by piece",
		"remedy": "stop here, and have the whole of it approved in one plan",
	}} with input as testing.observed("sliced", _seen)
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("sliced", object.union(_seen, {"environment": "unheard_of"}))
	testing.judged(sliced.report) == {["require_approval", 3]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("sliced", _seen),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(sliced.report) == {["require_approval", 3]} with input as asked
}

test_ask_a_proven_human_in_production if {
	asked := testing.by_human(testing.observed("sliced", _seen))
	testing.judged(sliced.report) == {["require_approval", 3]} with input as asked
}

test_warn_in_a_disposable_environment if {
	asked := testing.observed("sliced", object.union(_seen, {"environment": "preview"}))
	testing.judged(sliced.report) == {["warn", 2]} with input as asked
}

test_warn_a_proven_human_outside_production if {
	asked := testing.by_human(testing.observed("sliced", object.union(_seen, {"environment": "staging"})))
	testing.judged(sliced.report) == {["warn", 3]} with input as asked
}

test_ask_about_one_origin_on_many_stacks if {
	asked := testing.observed("sliced", {"address": "", "count": 2, "past": 19, "managed": 0})
	some finding in sliced.report with input as asked
	finding.message == "2 lost now and 19 by earlier plans of the same origin: 21 resources are lost piece by piece"
}

test_allow_a_plan_without_it if {
	sliced.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("sliced", _seen)
	testing.hidden_without(asked, [
		"observations/sliced/0/address",
		"observations/sliced/0/environment",
		"observations/sliced/0/data",
		"observations/sliced/0/benign",
		"observations/sliced/0/causes",
		"observations/sliced/0/kind",
		"observations/sliced/0/type",
		"observations/sliced/0/create_first",
		"observations/sliced/0/previous_address",
		"observations/sliced/0/count",
		"observations/sliced/0/past",
		"observations/sliced/0/managed",
		"observations/sliced",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
