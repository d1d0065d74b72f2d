package guardrail.rules.target.retargeted_test

import data.guardrail.rules.target.retargeted
import data.guardrail.testing

test_deny_what_changes_elsewhere_than_the_settings_say if {
	retargeted.report == {{
		"rule": "target/retargeted",
		"outcome": "deny",
		"tier": 4,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "aws_instance.web (and 1 more) changes outside what the settings list for production (by its account, region)",
		"remedy": "use the credentials of the right account, or have the settings list this one",
	}} with input as testing.observed("retargeted", {"sealed": true, "count": 2, "causes": ["account", "region"]})
}

test_deny_a_proven_human_too if {
	asked := testing.by_human(testing.observed("retargeted", {"sealed": true, "environment": "preview"}))
	testing.judged(retargeted.report) == {["deny", 4]} with input as asked
}

test_ask_about_a_provider_that_points_elsewhere if {
	retargeted.report == {{
		"rule": "target/retargeted",
		"outcome": "require_approval",
		"tier": 3,
		"address": "",
		"environment": "production",
		"message": "a provider points elsewhere than at the last apply (region)",
		"remedy": "point the provider where it pointed before, or take the rest out of the plan",
	}} with input as testing.observed("retargeted", {"address": "", "causes": ["region"], "count": 4})
}

test_ask_less_where_nothing_is_created_or_lost if {
	asked := testing.observed("retargeted", {"count": 0})
	testing.judged(retargeted.report) == {["require_approval", 2]} with input as asked
	testing.judged(retargeted.report) == {["warn", 2]} with input as testing.by_human(asked)
}

test_ask_a_proven_human_in_production if {
	asked := testing.by_human(testing.observed("retargeted", {}))
	testing.judged(retargeted.report) == {["require_approval", 3]} with input as asked
}

test_allow_a_plan_without_it if {
	retargeted.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("retargeted", {"causes": ["region"]})
	testing.hidden_without(asked, [
		"observations/retargeted/0/address",
		"observations/retargeted/0/environment",
		"observations/retargeted/0/data",
		"observations/retargeted/0/benign",
		"observations/retargeted/0/causes",
		"observations/retargeted/0/kind",
		"observations/retargeted/0/type",
		"observations/retargeted/0/create_first",
		"observations/retargeted/0/previous_address",
		"observations/retargeted/0/count",
		"observations/retargeted/0/detail",
		"observations/retargeted/0/sealed",
		"observations/retargeted",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
