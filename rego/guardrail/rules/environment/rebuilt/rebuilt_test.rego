package guardrail.rules.environment.rebuilt_test

import data.guardrail.rules.environment.rebuilt
import data.guardrail.testing

test_ask_before_an_environment_is_gone if {
	rebuilt.report == {{
		"rule": "environment/rebuilt",
		"outcome": "require_approval",
		"tier": 3,
		"address": "",
		"environment": "production",
		"message": "34 of 40 managed resources of production are replaced: the environment is deleted and created anew",
		"remedy": "keep the one value that forces the replacements, often a name prefix or a network range",
	}} with input as testing.lost({})
}

test_ask_a_proven_human_in_production if {
	testing.judged(rebuilt.report) == {["require_approval", 3]} with input as testing.by_human(testing.lost({}))
}

test_ask_in_a_disposable_environment if {
	testing.judged(rebuilt.report) == {["require_approval", 3]} with input as testing.lost({"name": "preview"})
}

test_warn_a_proven_human_outside_production if {
	asked := testing.by_human(testing.lost({"name": "staging"}))
	testing.judged(rebuilt.report) == {["warn", 3]} with input as asked
}

test_ask_and_say_when_a_part_is_only_deleted if {
	some finding in rebuilt.report with input as testing.lost({"deleted": 4, "replaced": 30})
	contains(finding.message, "34 of 40 managed resources of production are replaced or deleted:")
	startswith(finding.remedy, "keep the one value that forces the replacements, ")
	endswith(finding.remedy, ", and add moved blocks for what only has a new address, keep the blocks of the rest")
}

test_ask_and_say_when_all_come_back_under_other_addresses if {
	some finding in rebuilt.report with input as testing.lost({"deleted": 34, "replaced": 0, "name": "unknown"})
	contains(finding.message, "34 of 40 managed resources of an unknown environment are deleted under their old addresses:")
	finding.remedy == "add moved blocks for what only has a new address, keep the blocks of the rest"
}

test_ask_and_say_when_it_is_every_environment if {
	some finding in rebuilt.report with input as testing.lost({"name": "all"})
	contains(finding.message, "34 of 40 managed resources of all environments are replaced:")
}

test_ask_about_a_loss_of_an_unknown_sort if {
	testing.judged(rebuilt.report) == {["require_approval", 3]} with input as testing.lost({"loss": "shuffled"})
}

test_allow_a_destroyed_environment_which_has_its_own_rule if {
	rebuilt.report == set() with input as testing.lost({"loss": "destroyed"})
}

test_allow_an_environment_that_loses_little if {
	rebuilt.report == set() with input as testing.lost({"loss": "none"})
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.lost({})
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
