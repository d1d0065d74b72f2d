package guardrail.rules.plan.deferred_test

import data.guardrail.rules.plan.deferred
import data.guardrail.testing

test_deny_what_no_plan_describes if {
	deferred.report == {{
		"rule": "plan/deferred",
		"outcome": "deny",
		"tier": 4,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "aws_instance.web is put off to a later plan: what will happen to it is unknown",
		"remedy": "plan in two steps, or give the value that Terraform is missing",
	}} with input as testing.observed("deferred", {})
}

test_deny_a_proven_human if {
	asked := testing.by_human(testing.observed("deferred", {"environment": "preview", "benign": true}))
	testing.judged(deferred.report) == {["deny", 4]} with input as asked
}

test_allow_a_plan_without_it if {
	deferred.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("deferred", {})
	testing.hidden_without(asked, [
		"observations/deferred/0/address",
		"observations/deferred/0/environment",
		"observations/deferred/0/data",
		"observations/deferred/0/benign",
		"observations/deferred/0/causes",
		"observations/deferred/0/kind",
		"observations/deferred/0/type",
		"observations/deferred/0/create_first",
		"observations/deferred/0/previous_address",
		"observations/deferred/0/count",
		"observations/deferred",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
