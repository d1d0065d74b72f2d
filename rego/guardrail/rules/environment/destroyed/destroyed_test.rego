package guardrail.rules.environment.destroyed_test

import data.guardrail.rules.environment.destroyed
import data.guardrail.testing

test_ask_before_an_environment_is_gone if {
	destroyed.report == {{
		"rule": "environment/destroyed",
		"outcome": "require_approval",
		"tier": 3,
		"address": "",
		"environment": "production",
		"message": "40 of 40 managed resources of production go and nothing takes their place: the environment is destroyed",
		"remedy": "keep the blocks of what must live, and plan without -destroy",
	}} with input as testing.lost({"loss": "destroyed", "lost": 40, "deleted": 40, "replaced": 0})
}

test_ask_and_say_when_the_environment_is_only_forgotten if {
	some finding in destroyed.report with input as testing.lost({"loss": "destroyed", "lost": 34, "deleted": 0, "replaced": 0, "forgotten": 34})
	finding.message == "34 of 40 managed resources of production go on existing, and Terraform forgets them: it lets go of the environment"
}

test_ask_a_proven_human_in_production if {
	testing.judged(destroyed.report) == {["require_approval", 3]} with input as testing.by_human(testing.lost({"loss": "destroyed", "lost": 40, "deleted": 40, "replaced": 0}))
}

test_ask_in_a_disposable_environment if {
	testing.judged(destroyed.report) == {["require_approval", 3]} with input as testing.lost({"loss": "destroyed", "lost": 40, "deleted": 40, "replaced": 0, "name": "preview"})
}

test_warn_a_proven_human_outside_production if {
	asked := testing.by_human(testing.lost({"loss": "destroyed", "lost": 40, "deleted": 40, "replaced": 0, "name": "staging"}))
	testing.judged(destroyed.report) == {["warn", 3]} with input as asked
}

test_allow_an_environment_that_loses_little if {
	destroyed.report == set() with input as testing.lost({"loss": "none"})
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.lost({"loss": "destroyed", "lost": 40, "deleted": 40, "replaced": 0})
	testing.hidden_without(asked, [
		"environments",
		"environments/0/name",
		"environments/0/environment_class",
		"environments/0/managed",
		"environments/0/deleted",
		"environments/0/replaced",
		"environments/0/forgotten",
		"environments/0/lost",
		"environments/0/loss",
		"environments/0/share",
		"environments/0/data_lost",
		"environments/0/evidence",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
