package guardrail.rules.state.identity_changed_test

import data.guardrail.rules.state.identity_changed
import data.guardrail.testing

_seen := {"address": "aws_db_instance.scratch", "previous_address": "aws_db_instance.main"}

test_ask_before_it_happens if {
	identity_changed.report == {{
		"rule": "state/identity_changed",
		"outcome": "require_approval",
		"tier": 3,
		"address": "aws_db_instance.scratch",
		"environment": "production",
		"message": "aws_db_instance.scratch is another object than after the last apply: it was aws_db_instance.main then",
		"remedy": "find out which object it is and who changed the state; if that was meant, have it applied without a loss first",
	}} with input as testing.observed("identity_changed", _seen)
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("identity_changed", object.union(_seen, {"environment": "unheard_of"}))
	testing.judged(identity_changed.report) == {["require_approval", 3]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("identity_changed", _seen),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(identity_changed.report) == {["require_approval", 3]} with input as asked
}

test_ask_a_proven_human_in_production if {
	asked := testing.by_human(testing.observed("identity_changed", _seen))
	testing.judged(identity_changed.report) == {["require_approval", 3]} with input as asked
}

test_ask_in_a_disposable_environment if {
	asked := testing.observed("identity_changed", object.union(_seen, {"environment": "preview"}))
	testing.judged(identity_changed.report) == {["require_approval", 3]} with input as asked
}

test_warn_a_proven_human_outside_production if {
	asked := testing.by_human(testing.observed("identity_changed", object.union(_seen, {"environment": "staging"})))
	testing.judged(identity_changed.report) == {["warn", 3]} with input as asked
}

test_ask_about_an_object_that_nobody_knows if {
	asked := testing.observed("identity_changed", {"previous_address": ""})
	some finding in identity_changed.report with input as asked
	finding.message == "aws_instance.web is another object than after the last apply"
}

test_warn_about_what_the_plan_leaves_alone if {
	identity_changed.report == {{
		"rule": "state/identity_changed",
		"outcome": "warn",
		"tier": 1,
		"address": "",
		"environment": "production",
		"message": "2 resources with data are other objects than after the last apply",
		"remedy": "find out which object it is and who changed the state; if that was meant, have it applied without a loss first",
	}} with input as testing.observed("identity_changed", {"address": "", "count": 2})
}

test_allow_a_plan_without_it if {
	identity_changed.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("identity_changed", _seen)
	testing.hidden_without(asked, [
		"observations/identity_changed/0/address",
		"observations/identity_changed/0/environment",
		"observations/identity_changed/0/data",
		"observations/identity_changed/0/benign",
		"observations/identity_changed/0/causes",
		"observations/identity_changed/0/kind",
		"observations/identity_changed/0/type",
		"observations/identity_changed/0/create_first",
		"observations/identity_changed/0/previous_address",
		"observations/identity_changed/0/count",
		"observations/identity_changed",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
