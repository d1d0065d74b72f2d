package guardrail.rules.destruction.recreated_test

import data.guardrail.rules.destruction.recreated
import data.guardrail.testing

_renamed := {
	"becomes": "aws_instance.app",
	"move_from": "aws_instance.web",
	"move_to": "aws_instance.app",
}

test_ask_before_it_happens if {
	recreated.report == {{
		"rule": "destruction/recreated",
		"outcome": "require_approval",
		"tier": 2,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "aws_instance.web is deleted and created anew as aws_instance.app: nothing of the old one stays",
		"remedy": "add a moved block from aws_instance.web to aws_instance.app",
	}} with input as testing.observed("recreated", _renamed)
}

test_ask_with_one_remedy_for_all_instances_that_get_other_keys if {
	every key in ["1", "2"] {
		asked := testing.observed("recreated", {
			"move_from": sprintf("module.m[\"#1\"].aws_instance.web[\"#%s\"]", [key]),
			"move_to": sprintf("module.m[\"#1\"].aws_instance.web[\"#%s0\"]", [key]),
		})
		some finding in recreated.report with input as asked
		finding.remedy == "add a moved block for each instance of module.m.aws_instance.web, key by key"
	}
}

test_ask_where_keys_are_masked_and_say_so if {
	asked := testing.observed("recreated", {
		"becomes": "module.a.aws_instance.web[\"#1\"]",
		"move_from": "aws_instance.web[0]",
		"move_to": "module.a.aws_instance.web[\"#1\"]",
	})
	some finding in recreated.report with input as asked
	finding.remedy == "add a moved block for each instance of aws_instance.web, to module.a.aws_instance.web, key by key"
}

test_ask_whether_or_not_data_goes_with_it if {
	asked := testing.observed("recreated", object.union(_renamed, {"data": true, "benign": true}))
	testing.judged(recreated.report) == {["require_approval", 3]} with input as asked
	some finding in recreated.report with input as asked
	finding.message == "aws_instance.web is deleted and created anew as aws_instance.app: its data goes with it"
}

test_ask_what_stands_on_it if {
	asked := testing.observed("recreated", object.union(_renamed, {"dependents": 1}))
	some finding in recreated.report with input as asked
	endswith(finding.message, "nothing of the old one stays; 1 thing stands on it")
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("recreated", {"environment": "unheard_of"})
	testing.judged(recreated.report) == {["require_approval", 2]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("recreated", _renamed),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(recreated.report) == {["require_approval", 2]} with input as asked
}

test_ask_a_proven_human_where_data_goes_in_production if {
	asked := testing.by_human(testing.observed("recreated", {"data": true}))
	testing.judged(recreated.report) == {["require_approval", 3]} with input as asked
}

test_warn_in_a_disposable_environment if {
	asked := testing.observed("recreated", {"environment": "preview"})
	testing.judged(recreated.report) == {["warn", 2]} with input as asked
}

test_warn_a_proven_human if {
	asked := testing.by_human(testing.observed("recreated", _renamed))
	testing.judged(recreated.report) == {["warn", 2]} with input as asked
}

test_allow_ordinary_churn if {
	recreated.report == set() with input as testing.observed("recreated", {"benign": true})
}

test_allow_a_plan_without_it if {
	recreated.report == set() with input as testing.question
}

test_undefined_what_is_created_and_how_to_keep_it if {
	asked := json.remove(testing.observed("recreated", _renamed), [
		"observations/recreated/0/becomes",
		"observations/recreated/0/move_from",
		"observations/recreated/0/move_to",
	])
	some finding in recreated.report with input as asked
	finding.message == "aws_instance.web is deleted and created anew as something like it: nothing of the old one stays"
	finding.remedy == "add a moved block from the old address to the new one"
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("recreated", _renamed)
	testing.hidden_without(asked, [
		"observations/recreated/0/address",
		"observations/recreated/0/environment",
		"observations/recreated/0/data",
		"observations/recreated/0/benign",
		"observations/recreated/0/causes",
		"observations/recreated/0/kind",
		"observations/recreated/0/type",
		"observations/recreated/0/becomes",
		"observations/recreated/0/move_from",
		"observations/recreated/0/move_to",
		"observations/recreated/0/dependents",
		"observations/recreated/0/dependents_more",
		"observations/recreated/0/chain",
		"observations/recreated",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
