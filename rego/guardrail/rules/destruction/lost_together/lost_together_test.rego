package guardrail.rules.destruction.lost_together_test

import data.guardrail.rules.destruction.lost_together
import data.guardrail.testing

_seen := {"address": "aws_db_instance.main", "companions": ["aws_db_snapshot.daily", "aws_kms_key.main"], "count": 2}

test_ask_before_it_happens if {
	lost_together.report == {{
		"rule": "destruction/lost_together",
		"outcome": "require_approval",
		"tier": 3,
		"address": "aws_db_instance.main",
		"environment": "production",
		"message": "aws_db_instance.main is lost, and with it what it could be restored from: aws_db_snapshot.daily, aws_kms_key.main",
		"remedy": "keep the copies and the keys; delete them in a later plan, when nobody misses the data",
	}} with input as testing.observed("lost_together", _seen)
}

test_ask_in_an_environment_that_nobody_classed if {
	asked := testing.observed("lost_together", object.union(_seen, {"environment": "unheard_of"}))
	testing.judged(lost_together.report) == {["require_approval", 3]} with input as asked
}

test_ask_automation_as_well if {
	asked := testing.with_value(
		testing.observed("lost_together", _seen),
		"/origin", {"kind": "automation", "proven_human": false},
	)
	testing.judged(lost_together.report) == {["require_approval", 3]} with input as asked
}

test_ask_a_proven_human_in_production if {
	asked := testing.by_human(testing.observed("lost_together", _seen))
	testing.judged(lost_together.report) == {["require_approval", 3]} with input as asked
}

test_ask_in_a_disposable_environment if {
	asked := testing.observed("lost_together", object.union(_seen, {"environment": "preview"}))
	testing.judged(lost_together.report) == {["require_approval", 3]} with input as asked
}

test_warn_a_proven_human_outside_production if {
	asked := testing.by_human(testing.observed("lost_together", object.union(_seen, {"environment": "staging"})))
	testing.judged(lost_together.report) == {["warn", 3]} with input as asked
}

test_ask_and_count_what_is_not_named if {
	asked := testing.observed("lost_together", object.union(_seen, {"count": 12}))
	some finding in lost_together.report with input as asked
	endswith(finding.message, "aws_db_snapshot.daily, aws_kms_key.main and 10 more")
}

test_allow_a_plan_without_it if {
	lost_together.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.observed("lost_together", _seen)
	testing.hidden_without(asked, [
		"observations/lost_together/0/address",
		"observations/lost_together/0/environment",
		"observations/lost_together/0/data",
		"observations/lost_together/0/benign",
		"observations/lost_together/0/causes",
		"observations/lost_together/0/kind",
		"observations/lost_together/0/type",
		"observations/lost_together/0/create_first",
		"observations/lost_together/0/previous_address",
		"observations/lost_together/0/count",
		"observations/lost_together/0/companions",
		"observations/lost_together",
		"observations",
		"environment_classes",
		"environment_classes/production",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
