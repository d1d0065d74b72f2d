package guardrail.decision_test

import data.guardrail.decision
import data.guardrail.testing

test_allow_a_plan_in_which_nothing_happens if {
	decision.answer.findings == set() with input as testing.question
}

test_every_rule_is_evaluated_even_for_no_question if {
	expected := decision.evaluated with input as testing.question
	count(expected) > 0
	every question in [{}, null, 1, "", [], {"observations": {}}] {
		decision.evaluated == expected with input as question
	}
}

test_the_answer_holds_what_rules_report if {
	answer := decision.answer with input as testing.observed("deleted", {})
	{finding.rule | some finding in answer.findings} == {"destruction/resource_deleted"}
	"destruction/resource_deleted" in answer.evaluated
}

test_nothing_is_reported_by_two_rules if {
	every kind in ["deleted", "replaced", "forgotten", "deposed_deleted", "disarmed", "provisioner"] {
		every data_too in [true, false] {
			answer := decision.answer with input as testing.observed(kind, {"data": data_too})
			count(answer.findings) == 1
		}
	}
}

test_deny_a_question_with_a_hole if {
	some finding in decision.answer.findings with input as json.remove(testing.question, ["plan/source"])
	finding == {
		"rule": "decision/incomplete_question",
		"outcome": "deny",
		"tier": 4,
		"address": "",
		"environment": "",
		"message": "the question about the plan has no usable plan.source",
		"remedy": "report this: the program and its policies do not fit together",
	}
}

test_deny_what_is_no_question_at_all if {
	every question in [{}, null, 1, "", [], {"observations": {}}] {
		_denied with input as question
	}
}

test_undefined_no_part_of_a_question_can_be_missing if {
	testing.hidden_without(testing.question, [
		"schema",
		"plan",
		"stack",
		"origin",
		"counts",
		"environments",
		"environment_classes",
		"touched",
		"observations",
		"settings",
	]) == set()
}

_denied if {
	some finding in decision.answer.findings
	finding.rule == "decision/incomplete_question"
	finding.outcome == "deny"
}
