package guardrail.rules.state.unfinished_apply_test

import data.guardrail.rules.state.unfinished_apply
import data.guardrail.testing

test_ask_about_the_whole_plan if {
	unfinished_apply.report == {{
		"rule": "state/unfinished_apply",
		"outcome": "require_approval",
		"tier": 2,
		"address": "",
		"environment": "",
		"message": "an earlier apply of this stack began and never reported its end",
		"remedy": "compare the state with what really exists, then plan again",
	}} with input as testing.changed("/stack/unfinished", true)
}

test_warn_a_proven_human if {
	asked := testing.by_human(testing.changed("/stack/unfinished", true))
	testing.judged(unfinished_apply.report) == {["warn", 2]} with input as asked
}

test_allow_a_plan_without_it if {
	unfinished_apply.report == set() with input as testing.question
}

test_undefined_no_missing_field_hides_it if {
	asked := testing.changed("/stack/unfinished", true)
	testing.hidden_without(asked, [
		"stack",
		"stack/unfinished",
		"origin",
		"origin/kind",
		"origin/proven_human",
	]) == set()
}
