package guardrail.rules.state.unplanned_test

import data.guardrail.rules.state.unplanned
import data.guardrail.testing

_seen := {
	"address": "",
	"causes": ["state rm"],
	"count": 2,
	"detail": "what is forgotten goes on existing",
	"companions": ["aws_db_instance.main", "aws_vpc.main"],
}

test_ask_before_it_happens if {
	unplanned.report == {{
		"rule": "state/unplanned",
		"outcome": "require_approval",
		"tier": 2,
		"address": "",
		"environment": "production",
		"message": "`terraform state rm` of 2 managed resources: what is forgotten goes on existing (aws_db_instance.main, aws_vpc.main)",
		"remedy": "write a removed block with destroy = false instead, and have a plan checked",
	}} with input as testing.observed("unplanned", _seen)
}

test_ask_about_what_concerns_no_state if {
	asked := testing.observed("unplanned", {"address": "", "causes": ["login", "a.example"], "detail": "it keeps"})
	{finding.message | some finding in unplanned.report} == {"`terraform login a.example`: it keeps"} with input as asked
	testing.judged(unplanned.report) == {["require_approval", 2]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("unplanned", _seen),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(unplanned.report) == {["require_approval", 2]} with input as asked
}

test_warn_a_proven_human if {
	asked := testing.by_human(testing.observed("unplanned", _seen))
	testing.judged(unplanned.report) == {["warn", 2]} with input as asked
}

test_warn_in_a_disposable_environment if {
	asked := testing.observed("unplanned", object.union(_seen, {"environment": "preview"}))
	testing.judged(unplanned.report) == {["warn", 2]} with input as asked
}

test_warn_about_keeping_what_was_marked if {
	kept := object.union(_seen, {"causes": ["untaint"]})
	testing.judged(unplanned.report) == {["warn", 1]} with input as testing.observed("unplanned", kept)
}

test_allow_a_plan if {
	unplanned.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("unplanned", _seen)
	testing.hidden_without(asked, [
		"observations/unplanned/0/address",
		"observations/unplanned/0/environment",
		"observations/unplanned/0/causes",
		"observations/unplanned/0/count",
		"observations/unplanned/0/detail",
		"observations/unplanned/0/companions",
		"observations/unplanned/0/data",
		"observations/unplanned/0/kind",
		"observations/unplanned",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
