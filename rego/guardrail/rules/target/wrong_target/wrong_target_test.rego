package guardrail.rules.target.wrong_target_test

import data.guardrail.rules.target.wrong_target
import data.guardrail.testing

test_deny_the_wrong_workspace if {
	wrong_target.report == {{
		"rule": "target/wrong_target",
		"outcome": "deny",
		"tier": 4,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "aws_instance.web (and 2 more) is lost, and it is unclear from which environment: the tags say production, the workspace says staging",
		"remedy": "select the right workspace, or have the settings name the environment",
	}} with input as testing.observed("wrong_target", {
		"detail": "the tags say production, the workspace says staging",
		"count": 3,
		"sealed": true,
	})
}

test_deny_a_proven_human_too if {
	asked := testing.by_human(testing.observed("wrong_target", {"sealed": true}))
	testing.judged(wrong_target.report) == {["deny", 4]} with input as asked
}

test_ask_about_any_other_disagreement if {
	asked := testing.observed("wrong_target", {"detail": "the module says production, the directory says staging"})
	testing.judged(wrong_target.report) == {["require_approval", 3]} with input as asked
}

test_ask_a_proven_human_in_production if {
	asked := testing.by_human(testing.observed("wrong_target", {}))
	testing.judged(wrong_target.report) == {["require_approval", 3]} with input as asked
}

test_allow_a_plan_without_it if {
	wrong_target.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("wrong_target", {"detail": "the names disagree"})
	testing.hidden_without(asked, [
		"observations/wrong_target/0/address",
		"observations/wrong_target/0/environment",
		"observations/wrong_target/0/data",
		"observations/wrong_target/0/benign",
		"observations/wrong_target/0/causes",
		"observations/wrong_target/0/kind",
		"observations/wrong_target/0/type",
		"observations/wrong_target/0/create_first",
		"observations/wrong_target/0/previous_address",
		"observations/wrong_target/0/count",
		"observations/wrong_target/0/detail",
		"observations/wrong_target/0/sealed",
		"observations/wrong_target",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
