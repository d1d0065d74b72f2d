package guardrail.rules.protection.disarmed_test

import data.guardrail.rules.protection.disarmed
import data.guardrail.testing

test_ask_before_it_happens if {
	disarmed.report == {{
		"rule": "protection/disarmed",
		"outcome": "require_approval",
		"tier": 2,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "aws_instance.web loses a protection against loss (deletion_protection)",
		"remedy": "leave the protection as it is",
	}} with input as testing.observed("disarmed", {"causes": ["deletion_protection"]})
}

test_ask_in_the_words_of_the_catalog if {
	asked := testing.observed("disarmed", {"causes": ["rule.expiration.days"], "detail": "deletes objects sooner"})
	some finding in disarmed.report with input as asked
	finding.message == "aws_instance.web deletes objects sooner (rule.expiration.days)"
}

test_ask_before_it_leaves_its_environment if {
	some finding in disarmed.report with input as testing.observed("disarmed", {"causes": ["tags"]})
	finding.message == "aws_instance.web is tagged for a less strict environment than the one it is in"
}

test_ask_before_it_moves_out_of_its_environment if {
	moved := {"causes": [], "previous_address": "module.prod.aws_instance.web"}
	some finding in disarmed.report with input as testing.observed("disarmed", moved)
	finding.message == "aws_instance.web moves into a less strict environment than the one it is in"
}

test_ask_before_its_block_no_longer_prevents if {
	some finding in disarmed.report with input as testing.observed("disarmed", {"causes": ["prevent_destroy"]})
	finding.message == "aws_instance.web no longer says prevent_destroy"
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("disarmed", {"causes": ["deletion_protection"], "environment": "unheard_of"})
	testing.judged(disarmed.report) == {["require_approval", 2]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("disarmed", {"causes": ["deletion_protection"]}),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(disarmed.report) == {["require_approval", 2]} with input as asked
}

test_warn_a_proven_human if {
	asked := testing.by_human(testing.observed("disarmed", {"causes": ["deletion_protection"]}))
	testing.judged(disarmed.report) == {["warn", 2]} with input as asked
}

test_warn_in_a_disposable_environment if {
	asked := testing.observed("disarmed", {"causes": ["deletion_protection"], "environment": "preview"})
	testing.judged(disarmed.report) == {["warn", 2]} with input as asked
}

test_ask_at_a_higher_tier_for_data if {
	asked := testing.observed("disarmed", {"data": true})
	testing.judged(disarmed.report) == {["require_approval", 3]} with input as asked
}

test_ask_about_ordinary_churn_too if {
	asked := testing.observed("disarmed", {"benign": true})
	testing.judged(disarmed.report) == {["require_approval", 2]} with input as asked
}

test_allow_a_plan_without_it if {
	disarmed.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("disarmed", {"causes": ["deletion_protection"]})
	testing.hidden_without(asked, [
		"observations/disarmed/0/address",
		"observations/disarmed/0/environment",
		"observations/disarmed/0/data",
		"observations/disarmed/0/benign",
		"observations/disarmed/0/causes",
		"observations/disarmed/0/kind",
		"observations/disarmed/0/type",
		"observations/disarmed/0/detail",
		"observations/disarmed/0/create_first",
		"observations/disarmed/0/previous_address",
		"observations/disarmed/0/count",
		"observations/disarmed",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
