package guardrail.rules.effects.external_data_test

import data.guardrail.rules.effects.external_data
import data.guardrail.testing

test_ask_before_it_happens if {
	external_data.report == {{
		"rule": "effects/external_data",
		"outcome": "require_approval",
		"tier": 2,
		"address": "data.external.e",
		"environment": "production",
		"message": "data.external.e is read while Terraform applies, and runs a program",
		"remedy": "replace it with a data source that only reads",
	}} with input as testing.observed("external_data", {"address": "data.external.e", "detail": "runs a program"})
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("external_data", {"environment": "unheard_of"})
	testing.judged(external_data.report) == {["require_approval", 2]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("external_data", {}),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(external_data.report) == {["require_approval", 2]} with input as asked
}

test_warn_a_proven_human if {
	asked := testing.by_human(testing.observed("external_data", {}))
	testing.judged(external_data.report) == {["warn", 2]} with input as asked
}

test_warn_in_a_disposable_environment if {
	asked := testing.observed("external_data", {"environment": "preview"})
	testing.judged(external_data.report) == {["warn", 2]} with input as asked
}

test_warn_about_what_planning_has_done if {
	asked := testing.observed("external_data", {"benign": true, "detail": "runs a program", "count": 3})
	testing.judged(external_data.report) == {["warn", 1]} with input as asked
	some finding in external_data.report with input as asked
	finding.message == "aws_instance.web (and 2 more) ran while Terraform planned: it runs a program"
}

test_allow_a_plan_without_it if {
	external_data.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("external_data", {"detail": "runs a program"})
	testing.hidden_without(asked, [
		"observations/external_data/0/address",
		"observations/external_data/0/environment",
		"observations/external_data/0/data",
		"observations/external_data/0/benign",
		"observations/external_data/0/causes",
		"observations/external_data/0/kind",
		"observations/external_data/0/type",
		"observations/external_data/0/detail",
		"observations/external_data/0/count",
		"observations/external_data",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
