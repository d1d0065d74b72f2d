package guardrail.rules.destruction.imported_and_deleted_test

import data.guardrail.rules.destruction.imported_and_deleted
import data.guardrail.testing

test_ask_before_it_happens if {
	imported_and_deleted.report == {{
		"rule": "destruction/imported_and_deleted",
		"outcome": "require_approval",
		"tier": 3,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "aws_instance.web is a live object that was only just imported, and this plan deletes it (forced by bucket)",
		"remedy": "import it alone, with a block that matches the live object",
	}} with input as testing.observed("imported_and_deleted", {"causes": ["bucket"]})
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("imported_and_deleted", {"causes": ["bucket"], "environment": "unheard_of"})
	testing.judged(imported_and_deleted.report) == {["require_approval", 3]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("imported_and_deleted", {"causes": ["bucket"]}),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(imported_and_deleted.report) == {["require_approval", 3]} with input as asked
}

test_ask_a_proven_human_in_production if {
	asked := testing.by_human(testing.observed("imported_and_deleted", {"causes": ["bucket"]}))
	testing.judged(imported_and_deleted.report) == {["require_approval", 3]} with input as asked
}

test_ask_in_a_disposable_environment if {
	asked := testing.observed("imported_and_deleted", {"causes": ["bucket"], "environment": "preview"})
	testing.judged(imported_and_deleted.report) == {["require_approval", 3]} with input as asked
}

test_warn_a_proven_human_outside_production if {
	asked := testing.by_human(testing.observed("imported_and_deleted", {"causes": ["bucket"], "environment": "staging"}))
	testing.judged(imported_and_deleted.report) == {["warn", 3]} with input as asked
}

test_allow_ordinary_churn if {
	imported_and_deleted.report == set() with input as testing.observed("imported_and_deleted", {"causes": ["bucket"], "benign": true})
}

test_allow_a_plan_without_it if {
	imported_and_deleted.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("imported_and_deleted", {"causes": ["bucket"]})
	testing.hidden_without(asked, [
		"observations/imported_and_deleted/0/address",
		"observations/imported_and_deleted/0/environment",
		"observations/imported_and_deleted/0/data",
		"observations/imported_and_deleted/0/benign",
		"observations/imported_and_deleted/0/causes",
		"observations/imported_and_deleted/0/kind",
		"observations/imported_and_deleted/0/type",
		"observations/imported_and_deleted/0/create_first",
		"observations/imported_and_deleted/0/previous_address",
		"observations/imported_and_deleted/0/count",
		"observations/imported_and_deleted",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
