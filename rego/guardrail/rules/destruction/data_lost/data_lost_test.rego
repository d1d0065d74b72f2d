package guardrail.rules.destruction.data_lost_test

import data.guardrail.rules.destruction.data_lost
import data.guardrail.testing

test_ask_before_it_happens if {
	data_lost.report == {{
		"rule": "destruction/data_lost",
		"outcome": "require_approval",
		"tier": 3,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "aws_instance.web is deleted: its data goes with it",
		"remedy": "keep the resource's block; if it was only renamed, add a moved block",
	}} with input as testing.observed("deleted", {"data": true})
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("deleted", {"data": true, "environment": "unheard_of"})
	testing.judged(data_lost.report) == {["require_approval", 3]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("deleted", {"data": true}),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(data_lost.report) == {["require_approval", 3]} with input as asked
}

test_ask_a_proven_human_in_production if {
	asked := testing.by_human(testing.observed("deleted", {"data": true}))
	testing.judged(data_lost.report) == {["require_approval", 3]} with input as asked
}

test_ask_in_a_disposable_environment if {
	asked := testing.observed("deleted", {"data": true, "environment": "preview"})
	testing.judged(data_lost.report) == {["require_approval", 3]} with input as asked
}

test_warn_a_proven_human_outside_production if {
	asked := testing.by_human(testing.observed("deleted", {"data": true, "environment": "staging"}))
	testing.judged(data_lost.report) == {["warn", 3]} with input as asked
}

test_ask_about_a_replacement_by_its_cause if {
	data_lost.report == {{
		"rule": "destruction/data_lost",
		"outcome": "require_approval",
		"tier": 3,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "aws_instance.web is deleted and created anew: its data goes with it (forced by identifier)",
		"remedy": "keep the old value of what forces it; if nothing does, drop -replace, taint or replace_triggered_by",
	}} with input as testing.observed("replaced", {"data": true, "causes": ["identifier"]})
}

test_ask_about_data_that_is_called_ordinary_churn if {
	asked := testing.observed("deleted", {"data": true, "benign": true})
	testing.judged(data_lost.report) == {["require_approval", 3]} with input as asked
}

test_ask_and_tell_what_stands_on_it if {
	some finding in data_lost.report with input as testing.observed("deleted", {"data": true, "dependents": 3, "chain": ["aws_instance.web", "aws_eip.web"]})
	finding.message == "aws_instance.web is deleted: its data goes with it; 3 things stand on it (aws_instance.web → aws_eip.web)"
}

test_allow_ordinary_churn if {
	data_lost.report == set() with input as testing.observed("deleted", {"data": false, "benign": true})
}

test_allow_a_plan_without_it if {
	data_lost.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("deleted", {"data": true})
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
