package guardrail.rules.destruction.resource_forgotten_test

import data.guardrail.rules.destruction.resource_forgotten
import data.guardrail.testing

test_ask_before_it_happens if {
	resource_forgotten.report == {{
		"rule": "destruction/resource_forgotten",
		"outcome": "require_approval",
		"tier": 2,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "aws_instance.web goes on existing, and Terraform forgets it",
		"remedy": "keep the resource's block instead of forgetting it",
	}} with input as testing.observed("forgotten", {})
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("forgotten", {"environment": "unheard_of"})
	testing.judged(resource_forgotten.report) == {["require_approval", 2]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("forgotten", {}),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(resource_forgotten.report) == {["require_approval", 2]} with input as asked
}

test_warn_a_proven_human if {
	asked := testing.by_human(testing.observed("forgotten", {}))
	testing.judged(resource_forgotten.report) == {["warn", 2]} with input as asked
}

test_warn_in_a_disposable_environment if {
	asked := testing.observed("forgotten", {"environment": "preview"})
	testing.judged(resource_forgotten.report) == {["warn", 2]} with input as asked
}

test_ask_about_data_at_the_same_tier if {
	asked := testing.observed("forgotten", {"data": true})
	testing.judged(resource_forgotten.report) == {["require_approval", 2]} with input as asked
}

test_ask_and_tell_what_stands_on_it if {
	some finding in resource_forgotten.report with input as testing.observed("forgotten", {"dependents": 3, "chain": ["aws_instance.web", "aws_eip.web"]})
	finding.message == "aws_instance.web goes on existing, and Terraform forgets it; 3 things stand on it (aws_instance.web → aws_eip.web)"
}

test_allow_ordinary_churn if {
	resource_forgotten.report == set() with input as testing.observed("forgotten", {"benign": true})
}

test_allow_a_plan_without_it if {
	resource_forgotten.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("forgotten", {})
	testing.hidden_without(asked, [
		"observations/forgotten/0/address",
		"observations/forgotten/0/environment",
		"observations/forgotten/0/data",
		"observations/forgotten/0/benign",
		"observations/forgotten/0/causes",
		"observations/forgotten/0/kind",
		"observations/forgotten/0/type",
		"observations/forgotten/0/create_first",
		"observations/forgotten/0/previous_address",
		"observations/forgotten/0/count",
		"observations/forgotten/0/dependents",
		"observations/forgotten/0/dependents_more",
		"observations/forgotten/0/chain",
		"observations/forgotten",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
