package guardrail.rules.destruction.resource_replaced_test

import data.guardrail.rules.destruction.resource_replaced
import data.guardrail.testing

test_ask_before_it_happens if {
	resource_replaced.report == {{
		"rule": "destruction/resource_replaced",
		"outcome": "require_approval",
		"tier": 2,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "aws_instance.web is deleted and created anew (forced by ami, subnet_id)",
		"remedy": "keep the old value of what forces it; if nothing does, drop -replace, taint or replace_triggered_by",
	}} with input as testing.observed("replaced", {"causes": ["ami", "subnet_id"]})
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("replaced", {"causes": ["ami", "subnet_id"], "environment": "unheard_of"})
	testing.judged(resource_replaced.report) == {["require_approval", 2]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("replaced", {"causes": ["ami", "subnet_id"]}),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(resource_replaced.report) == {["require_approval", 2]} with input as asked
}

test_warn_a_proven_human if {
	asked := testing.by_human(testing.observed("replaced", {"causes": ["ami", "subnet_id"]}))
	testing.judged(resource_replaced.report) == {["warn", 2]} with input as asked
}

test_warn_in_a_disposable_environment if {
	asked := testing.observed("replaced", {"causes": ["ami", "subnet_id"], "environment": "preview"})
	testing.judged(resource_replaced.report) == {["warn", 2]} with input as asked
}

test_ask_without_a_cause if {
	some finding in resource_replaced.report with input as testing.observed("replaced", {})
	finding.message == "aws_instance.web is deleted and created anew"
}

test_ask_and_tell_what_stands_on_it if {
	some finding in resource_replaced.report with input as testing.observed("replaced", {"dependents": 3, "chain": ["aws_instance.web", "aws_eip.web"]})
	finding.message == "aws_instance.web is deleted and created anew; 3 things stand on it (aws_instance.web → aws_eip.web)"
}

test_allow_data_which_has_its_own_rule if {
	resource_replaced.report == set() with input as testing.observed("replaced", {"data": true})
}

test_allow_ordinary_churn if {
	resource_replaced.report == set() with input as testing.observed("replaced", {"causes": ["ami", "subnet_id"], "benign": true})
}

test_allow_a_plan_without_it if {
	resource_replaced.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("replaced", {"causes": ["ami", "subnet_id"]})
	testing.hidden_without(asked, [
		"observations/replaced/0/address",
		"observations/replaced/0/environment",
		"observations/replaced/0/data",
		"observations/replaced/0/benign",
		"observations/replaced/0/causes",
		"observations/replaced/0/kind",
		"observations/replaced/0/type",
		"observations/replaced/0/create_first",
		"observations/replaced/0/previous_address",
		"observations/replaced/0/count",
		"observations/replaced/0/dependents",
		"observations/replaced/0/dependents_more",
		"observations/replaced/0/chain",
		"observations/replaced",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
