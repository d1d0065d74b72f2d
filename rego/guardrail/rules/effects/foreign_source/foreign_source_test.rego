package guardrail.rules.effects.foreign_source_test

import data.guardrail.rules.effects.foreign_source
import data.guardrail.testing

test_ask_before_it_happens if {
	foreign_source.report == {{
		"rule": "effects/foreign_source",
		"outcome": "require_approval",
		"tier": 2,
		"address": "module.vpc",
		"environment": "production",
		"message": "module.vpc (and 1 more) comes from a source that the settings do not allow (example.com/evil)",
		"remedy": "use an allowed source, or have the settings list this one",
	}} with input as testing.observed("foreign_source", {
		"address": "module.vpc",
		"causes": ["example.com/evil"],
		"detail": "a module",
		"count": 2,
	})
}

test_ask_about_a_provider_whose_source_is_not_shown if {
	asked := testing.observed("foreign_source", {"address": "", "detail": "a provider"})
	some finding in foreign_source.report with input as asked
	finding.message == "a provider comes from a source that the settings do not allow"
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("foreign_source", {"environment": "unheard_of"})
	testing.judged(foreign_source.report) == {["require_approval", 2]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("foreign_source", {}),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(foreign_source.report) == {["require_approval", 2]} with input as asked
}

test_warn_a_proven_human if {
	asked := testing.by_human(testing.observed("foreign_source", {}))
	testing.judged(foreign_source.report) == {["warn", 2]} with input as asked
}

test_warn_in_a_disposable_environment if {
	asked := testing.observed("foreign_source", {"environment": "preview"})
	testing.judged(foreign_source.report) == {["warn", 2]} with input as asked
}

test_allow_a_plan_without_it if {
	foreign_source.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("foreign_source", {"address": "", "detail": "a provider", "causes": ["example.com/evil"]})
	testing.hidden_without(asked, [
		"observations/foreign_source/0/address",
		"observations/foreign_source/0/environment",
		"observations/foreign_source/0/data",
		"observations/foreign_source/0/benign",
		"observations/foreign_source/0/causes",
		"observations/foreign_source/0/kind",
		"observations/foreign_source/0/type",
		"observations/foreign_source/0/detail",
		"observations/foreign_source/0/count",
		"observations/foreign_source",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
