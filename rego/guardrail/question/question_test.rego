package guardrail.question_test

import data.guardrail.question
import data.guardrail.testing

test_allow_a_whole_question if {
	question.holes == set() with input as testing.question
	question.holes == set() with input as testing.observed("deleted", {})
	question.holes == set() with input as testing.lost({})
	question.holes == set() with input as testing.by_human(testing.question)
}

test_deny_values_of_the_wrong_shape if {
	every path, values in _wrong {
		every value in values {
			question.holes != set() with input as testing.changed(path, value)
		}
	}
}

test_deny_a_human_who_is_proven_and_something_else if {
	asked := testing.changed("/origin/proven_human", true)
	question.holes == {"origin.proven_human"} with input as asked
}

test_deny_a_kind_that_no_rule_has_heard_of if {
	asked := json.patch(testing.question, [{"op": "add", "path": "/observations/vanished", "value": []}])
	question.holes == {"observations"} with input as asked
}

test_deny_observations_that_are_none if {
	every found in [null, {}, "x", ["x"], [null], [{}], [{"address": "a.b"}], [{"address": 1, "environment": "x"}]] {
		asked := testing.changed("/observations/deleted", found)
		question.holes == {"observations.deleted"} with input as asked
	}
}

test_deny_environments_that_are_none if {
	every found in [null, "x", [], {}, {"name": "production"}] {
		question.holes == {"environments"} with input as testing.changed("/environments", [found])
	}
}

test_undefined_no_field_of_an_environment_can_be_missing if {
	every field in [
		"name",
		"environment_class",
		"managed",
		"deleted",
		"replaced",
		"forgotten",
		"lost",
		"loss",
	] {
		asked := json.remove(testing.lost({}), [concat("/", ["environments/0", field])])
		question.holes == {"environments"} with input as asked
	}
}

_wrong := {
	"/schema": ["guardrail.question/v2", "", null, 1],
	"/plan": [null, [], "x"],
	"/plan/source": ["stream", null],
	"/plan/errored": [null, 0, "false", []],
	"/plan/complete": [null, 1, "true"],
	"/plan/targeted": [null, 1, "true"],
	"/plan/inconsistencies": [null, {}, ""],
	"/stack/unfinished": [null, 0, "false"],
	"/stack/workspace": [null, 1],
	"/origin/kind": ["Human", "somebody", "", null, 1, ["human"]],
	"/origin/proven_human": [null, 0, "true"],
	"/counts/create": [null, "0"],
	"/counts/update": [null, "0"],
	"/environments": [null, {}, "x"],
	"/environment_classes": [null, [], "x"],
	"/environment_classes/preview": ["Disposable", null, true],
	"/touched": [null, {}, "production"],
	"/observations": [null, [], "x"],
	"/settings/profile": ["lenient", "", null],
}
