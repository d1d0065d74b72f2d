package guardrail.rules.destruction.deposed_deleted_test

import data.guardrail.rules.destruction.deposed_deleted
import data.guardrail.testing

test_ask_before_it_happens if {
	deposed_deleted.report == {{
		"rule": "destruction/deposed_deleted",
		"outcome": "require_approval",
		"tier": 2,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "a leftover object of aws_instance.web is deleted",
		"remedy": "make sure that nothing uses the leftover object any more",
	}} with input as testing.observed("deposed_deleted", {})
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("deposed_deleted", {"environment": "unheard_of"})
	testing.judged(deposed_deleted.report) == {["require_approval", 2]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("deposed_deleted", {}),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(deposed_deleted.report) == {["require_approval", 2]} with input as asked
}

test_warn_a_proven_human if {
	asked := testing.by_human(testing.observed("deposed_deleted", {}))
	testing.judged(deposed_deleted.report) == {["warn", 2]} with input as asked
}

test_warn_in_a_disposable_environment if {
	asked := testing.observed("deposed_deleted", {"environment": "preview"})
	testing.judged(deposed_deleted.report) == {["warn", 2]} with input as asked
}

test_ask_at_a_higher_tier_for_data if {
	asked := testing.observed("deposed_deleted", {"data": true})
	{[finding.tier, finding.message] | some finding in deposed_deleted.report} == {[
		3,
		"a leftover object of aws_instance.web is deleted: its data goes with it",
	]} with input as asked
}

test_allow_ordinary_churn if {
	deposed_deleted.report == set() with input as testing.observed("deposed_deleted", {"benign": true})
}

test_allow_a_plan_without_it if {
	deposed_deleted.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("deposed_deleted", {})
	testing.hidden_without(asked, [
		"observations/deposed_deleted/0/address",
		"observations/deposed_deleted/0/environment",
		"observations/deposed_deleted/0/data",
		"observations/deposed_deleted/0/benign",
		"observations/deposed_deleted/0/causes",
		"observations/deposed_deleted/0/kind",
		"observations/deposed_deleted/0/type",
		"observations/deposed_deleted/0/create_first",
		"observations/deposed_deleted/0/previous_address",
		"observations/deposed_deleted/0/count",
		"observations/deposed_deleted",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
