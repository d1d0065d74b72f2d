package guardrail.rules.destruction.imported_and_changed_test

import data.guardrail.rules.destruction.imported_and_changed
import data.guardrail.testing

test_ask_before_it_happens if {
	imported_and_changed.report == {{
		"rule": "destruction/imported_and_changed",
		"outcome": "require_approval",
		"tier": 2,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "aws_instance.web is imported and loses or changes what it has (spec.service.env)",
		"remedy": "write what it has into its block until the plan imports it without an update",
	}} with input as testing.observed("imported_and_changed", {"causes": ["spec.service.env"]})
}

test_ask_in_the_words_of_the_catalog if {
	asked := testing.observed("imported_and_changed", {"causes": ["environment"], "detail": "runs without its environment variables"})
	some finding in imported_and_changed.report with input as asked
	finding.message == "aws_instance.web is imported and runs without its environment variables (environment)"
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("imported_and_changed", {"causes": ["spec.service.env"], "environment": "unheard_of"})
	testing.judged(imported_and_changed.report) == {["require_approval", 2]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("imported_and_changed", {"causes": ["spec.service.env"]}),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(imported_and_changed.report) == {["require_approval", 2]} with input as asked
}

test_warn_a_proven_human if {
	asked := testing.by_human(testing.observed("imported_and_changed", {"causes": ["spec.service.env"]}))
	testing.judged(imported_and_changed.report) == {["warn", 2]} with input as asked
}

test_warn_in_a_disposable_environment if {
	asked := testing.observed("imported_and_changed", {"causes": ["spec.service.env"], "environment": "preview"})
	testing.judged(imported_and_changed.report) == {["warn", 2]} with input as asked
}

test_ask_at_a_higher_tier_for_data if {
	asked := testing.observed("imported_and_changed", {"data": true})
	testing.judged(imported_and_changed.report) == {["require_approval", 3]} with input as asked
}

test_ask_about_ordinary_churn_too if {
	asked := testing.observed("imported_and_changed", {"benign": true})
	testing.judged(imported_and_changed.report) == {["require_approval", 2]} with input as asked
}

test_allow_a_plan_without_it if {
	imported_and_changed.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("imported_and_changed", {"causes": ["spec.service.env"]})
	testing.hidden_without(asked, [
		"observations/imported_and_changed/0/address",
		"observations/imported_and_changed/0/environment",
		"observations/imported_and_changed/0/data",
		"observations/imported_and_changed/0/benign",
		"observations/imported_and_changed/0/causes",
		"observations/imported_and_changed/0/detail",
		"observations/imported_and_changed/0/kind",
		"observations/imported_and_changed/0/type",
		"observations/imported_and_changed/0/detail",
		"observations/imported_and_changed/0/create_first",
		"observations/imported_and_changed/0/previous_address",
		"observations/imported_and_changed/0/count",
		"observations/imported_and_changed",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
