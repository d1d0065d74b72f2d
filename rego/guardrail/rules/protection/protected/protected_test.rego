package guardrail.rules.protection.protected_test

import data.guardrail.rules.protection.protected
import data.guardrail.testing

_listed := {"causes": ["deleted"], "detail": "databases", "sealed": false}

test_ask_before_it_happens if {
	protected.report == {{
		"rule": "protection/protected",
		"outcome": "require_approval",
		"tier": 3,
		"address": "aws_instance.web",
		"environment": "production",
		"message": "aws_instance.web is protected by the settings (databases), and it is deleted",
		"remedy": "leave it as it is, or change the list of protected things in the settings first",
	}} with input as testing.observed("protected", _listed)
}

test_deny_what_no_approval_opens if {
	asked := testing.observed("protected", object.union(_listed, {"sealed": true}))
	testing.judged(protected.report) == {["deny", 4]} with input as asked
	testing.judged(protected.report) == {["deny", 4]} with input as testing.by_human(asked)
}

test_deny_where_nothing_tells_whether_an_approval_opens_it if {
	asked := json.remove(testing.observed("protected", _listed), ["observations/protected/0/sealed"])
	testing.judged(protected.report) == {["deny", 4]} with input as asked
}

test_ask_in_every_environment_whoever_asks if {
	every environment in ["staging", "preview", "unheard_of"] {
		asked := testing.observed("protected", object.union(_listed, {"environment": environment}))
		testing.judged(protected.report) == {["require_approval", 3]} with input as asked
		testing.judged(protected.report) == {["require_approval", 3]} with input as testing.by_human(asked)
	}
}

test_ask_about_ordinary_churn_and_things_without_data_too if {
	asked := testing.observed("protected", object.union(_listed, {"benign": true}))
	testing.judged(protected.report) == {["require_approval", 3]} with input as asked
}

test_ask_in_words_for_everything_that_happens if {
	words := {
		"replaced": "it is deleted and created anew",
		"recreated": "it is deleted and created anew under another address",
		"forgotten": "Terraform forgets it",
		"disarmed": "it loses a protection against loss",
		"disrupted": "it is stopped, cut off or redirected",
		"imported_and_changed": "it is imported and loses what it has",
		"released": "the next plan would no longer find it on the list",
		"updated": "it is changed",
		"unheard_of": "the plan touches it",
	}
	every cause, event in words {
		asked := testing.observed("protected", {"causes": [cause]})
		some finding in protected.report with input as asked
		finding.message == sprintf("aws_instance.web is protected by the settings, and %s", [event])
	}
}

test_allow_a_plan_without_it if {
	protected.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("protected", _listed)
	testing.hidden_without(asked, [
		"observations/protected/0/address",
		"observations/protected/0/environment",
		"observations/protected/0/sealed",
		"observations/protected/0/detail",
		"observations/protected/0/causes",
		"observations/protected/0/causes/0",
		"observations/protected/0/data",
		"observations/protected/0/benign",
		"observations/protected/0/kind",
		"observations/protected/0/type",
		"observations/protected",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
