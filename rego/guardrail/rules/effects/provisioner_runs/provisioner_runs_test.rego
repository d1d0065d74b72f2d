package guardrail.rules.effects.provisioner_runs_test

import data.guardrail.rules.effects.provisioner_runs
import data.guardrail.testing

test_ask_before_it_happens if {
	provisioner_runs.report == {{
		"rule": "effects/provisioner_runs",
		"outcome": "require_approval",
		"tier": 2,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "aws_instance.web runs a provisioner (local-exec): code that no plan describes",
		"remedy": "take the provisioner out, and run its command where it is reviewed",
	}} with input as testing.observed("provisioner", {"causes": ["local-exec"]})
}

test_ask_before_a_resource_that_is_a_program if {
	asked := testing.observed("provisioner", {"detail": "invokes a function"})
	some finding in provisioner_runs.report with input as asked
	finding.message == "aws_instance.web invokes a function: code that no plan describes"
	finding.remedy == "take the resource out, and do the same where it is reviewed"
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("provisioner", {"causes": ["local-exec"], "environment": "unheard_of"})
	testing.judged(provisioner_runs.report) == {["require_approval", 2]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("provisioner", {"causes": ["local-exec"]}),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(provisioner_runs.report) == {["require_approval", 2]} with input as asked
}

test_warn_a_proven_human if {
	asked := testing.by_human(testing.observed("provisioner", {"causes": ["local-exec"]}))
	testing.judged(provisioner_runs.report) == {["warn", 2]} with input as asked
}

test_warn_in_a_disposable_environment if {
	asked := testing.observed("provisioner", {"causes": ["local-exec"], "environment": "preview"})
	testing.judged(provisioner_runs.report) == {["warn", 2]} with input as asked
}

test_ask_about_ordinary_churn_too if {
	asked := testing.observed("provisioner", {"benign": true})
	testing.judged(provisioner_runs.report) == {["require_approval", 2]} with input as asked
}

test_allow_a_plan_without_it if {
	provisioner_runs.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("provisioner", {"causes": ["local-exec"]})
	testing.hidden_without(asked, [
		"observations/provisioner/0/address",
		"observations/provisioner/0/environment",
		"observations/provisioner/0/data",
		"observations/provisioner/0/benign",
		"observations/provisioner/0/causes",
		"observations/provisioner/0/kind",
		"observations/provisioner/0/type",
		"observations/provisioner/0/create_first",
		"observations/provisioner/0/previous_address",
		"observations/provisioner/0/count",
		"observations/provisioner",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
