package guardrail.rules.origin.unreviewed_production_change_test

import data.guardrail.rules.origin.unreviewed_production_change
import data.guardrail.testing

test_ask_before_an_agent_changes_production if {
	unreviewed_production_change.report == {{
		"rule": "origin/unreviewed_production_change",
		"outcome": "require_approval",
		"tier": 1,
		"address": "",
		"environment": "production",
		"message": "production is changed, and no human is proven to be behind it",
		"remedy": "have a person sign the change, or make it in another environment first",
	}} with input as _strict
}

test_ask_about_an_environment_that_nobody_classed if {
	testing.judged(unreviewed_production_change.report) == {["require_approval", 1]} with input as testing.with_value(
		_strict,
		"/touched", ["unheard_of"],
	)
}

test_ask_about_a_change_that_belongs_nowhere if {
	some finding in unreviewed_production_change.report with input as testing.with_value(_strict, "/touched", [])
	finding.environment == "unknown"
}

test_allow_a_proven_human if {
	unreviewed_production_change.report == set() with input as testing.by_human(_strict)
}

test_allow_other_environments if {
	unreviewed_production_change.report == set() with input as testing.with_value(
		_strict,
		"/touched", ["preview", "staging"],
	)
}

test_allow_a_plan_that_creates_and_updates_nothing if {
	unreviewed_production_change.report == set() with input as testing.with_value(_strict, "/counts/update", 0)
}

test_allow_other_profiles if {
	every profile in ["balanced", "observe"] {
		unreviewed_production_change.report == set() with input as testing.with_value(
			_strict,
			"/settings/profile", profile,
		)
	}
}

_strict := json.patch(testing.question, [
	{"op": "replace", "path": "/settings/profile", "value": "strict"},
	{"op": "replace", "path": "/counts/update", "value": 1},
	{"op": "replace", "path": "/touched", "value": ["production", "staging"]},
])

test_undefined_no_missing_field_hides_it if {
	asked := _strict
	testing.hidden_without(asked, [
		"settings",
		"settings/profile",
		"counts",
		"counts/create",
		"counts/update",
		"touched",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
