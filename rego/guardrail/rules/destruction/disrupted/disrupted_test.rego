package guardrail.rules.destruction.disrupted_test

import data.guardrail.rules.destruction.disrupted
import data.guardrail.testing

test_ask_before_it_happens if {
	disrupted.report == {{
		"rule": "destruction/disrupted",
		"outcome": "require_approval",
		"tier": 2,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "aws_instance.web stays, but runs nothing any more (desired_count)",
		"remedy": "leave the argument as it was",
	}} with input as testing.observed("disrupted", {"causes": ["desired_count"], "detail": "runs nothing any more"})
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("disrupted", {"causes": ["desired_count"], "detail": "runs nothing any more", "environment": "unheard_of"})
	testing.judged(disrupted.report) == {["require_approval", 2]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("disrupted", {"causes": ["desired_count"], "detail": "runs nothing any more"}),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(disrupted.report) == {["require_approval", 2]} with input as asked
}

test_warn_a_proven_human if {
	asked := testing.by_human(testing.observed("disrupted", {"causes": ["desired_count"], "detail": "runs nothing any more"}))
	testing.judged(disrupted.report) == {["warn", 2]} with input as asked
}

test_warn_in_a_disposable_environment if {
	asked := testing.observed("disrupted", {"causes": ["desired_count"], "detail": "runs nothing any more", "environment": "preview"})
	testing.judged(disrupted.report) == {["warn", 2]} with input as asked
}

test_ask_at_a_higher_tier_for_data if {
	asked := testing.observed("disrupted", {"data": true})
	testing.judged(disrupted.report) == {["require_approval", 3]} with input as asked
}

test_ask_about_ordinary_churn_too if {
	asked := testing.observed("disrupted", {"benign": true})
	testing.judged(disrupted.report) == {["require_approval", 2]} with input as asked
}

test_ask_without_words_for_it if {
	some finding in disrupted.report with input as testing.observed("disrupted", {"causes": ["desired_count"]})
	finding.message == "aws_instance.web stays, but no longer does what it did (desired_count)"
}

test_allow_a_plan_without_it if {
	disrupted.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("disrupted", {"causes": ["desired_count"], "detail": "runs nothing any more"})
	testing.hidden_without(asked, [
		"observations/disrupted/0/address",
		"observations/disrupted/0/environment",
		"observations/disrupted/0/data",
		"observations/disrupted/0/benign",
		"observations/disrupted/0/causes",
		"observations/disrupted/0/detail",
		"observations/disrupted/0/kind",
		"observations/disrupted/0/type",
		"observations/disrupted/0/create_first",
		"observations/disrupted/0/previous_address",
		"observations/disrupted/0/count",
		"observations/disrupted",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
