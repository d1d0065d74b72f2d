package guardrail.rules.destruction.resource_deleted_test

import data.guardrail.rules.destruction.resource_deleted
import data.guardrail.testing

test_ask_before_it_happens if {
	resource_deleted.report == {{
		"rule": "destruction/resource_deleted",
		"outcome": "require_approval",
		"tier": 2,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "aws_instance.web is deleted",
		"remedy": "keep the resource's block; if it was only renamed, add a moved block",
	}} with input as testing.observed("deleted", {})
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("deleted", {"environment": "unheard_of"})
	testing.judged(resource_deleted.report) == {["require_approval", 2]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("deleted", {}),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(resource_deleted.report) == {["require_approval", 2]} with input as asked
}

test_warn_a_proven_human if {
	asked := testing.by_human(testing.observed("deleted", {}))
	testing.judged(resource_deleted.report) == {["warn", 2]} with input as asked
}

test_warn_in_a_disposable_environment if {
	asked := testing.observed("deleted", {"environment": "preview"})
	testing.judged(resource_deleted.report) == {["warn", 2]} with input as asked
}

test_ask_and_tell_what_stands_on_it if {
	some finding in resource_deleted.report with input as testing.observed("deleted", {"dependents": 3, "chain": ["aws_instance.web", "aws_eip.web"]})
	finding.message == "aws_instance.web is deleted; 3 things stand on it (aws_instance.web → aws_eip.web)"
}

test_allow_data_which_has_its_own_rule if {
	resource_deleted.report == set() with input as testing.observed("deleted", {"data": true})
}

test_allow_ordinary_churn if {
	resource_deleted.report == set() with input as testing.observed("deleted", {"benign": true})
}

test_allow_a_plan_without_it if {
	resource_deleted.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("deleted", {})
	testing.hidden_without(asked, [
		"observations/deleted/0/address",
		"observations/deleted/0/environment",
		"observations/deleted/0/data",
		"observations/deleted/0/benign",
		"observations/deleted/0/causes",
		"observations/deleted/0/kind",
		"observations/deleted/0/type",
		"observations/deleted/0/create_first",
		"observations/deleted/0/previous_address",
		"observations/deleted/0/count",
		"observations/deleted/0/dependents",
		"observations/deleted/0/dependents_more",
		"observations/deleted/0/chain",
		"observations/deleted",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
