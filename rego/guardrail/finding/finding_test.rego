package guardrail.finding_test

import data.guardrail.finding
import data.guardrail.testing

test_the_table_of_outcomes if {
	every row in _rows {
		asked := testing.with_value(testing.question, "/origin", _origins[row[0]])
		made := finding.new({"tier": row[1], "environment": row[2]}) with input as asked
		made.outcome == row[3]
	}
}

test_deny_a_tier_that_is_not_in_the_table if {
	every tier in [0, 4, 5, -1, "2", null, 2.5] {
		made := finding.new({"tier": tier, "environment": "preview"}) with input as testing.question
		made.outcome == "deny"
	}
}

test_deny_without_a_tier if {
	made := finding.new({"environment": "preview"}) with input as testing.question
	made.outcome == "deny"
}

test_a_human_without_proof_is_none if {
	every origin in [
		{"kind": "human", "proven_human": false},
		{"kind": "agent", "proven_human": true},
		{"kind": "human"},
		{"proven_human": true},
		{},
		null,
	] {
		not finding.human with input as testing.changed("/origin", origin)
	}
}

test_undefined_classes_count_as_production if {
	every asked in [
		testing.question,
		json.remove(testing.question, ["environment_classes"]),
		testing.changed("/environment_classes", null),
		testing.changed("/environment_classes", {"x": "cheap"}),
		{},
	] {
		finding.class("x") == "production" with input as asked
		finding.class("") == "production" with input as asked
	}
}

test_a_rule_may_ask_for_more_than_its_tier if {
	made := finding.new({
		"tier": 1,
		"environment": "staging",
		"outcome": "require_approval",
	}) with input as testing.question
	made.outcome == "require_approval"
}

_origins := {
	"agent": {"kind": "agent", "proven_human": false},
	"automation": {"kind": "automation", "proven_human": false},
	"human": {"kind": "human", "proven_human": true},
	"unknown": {"kind": "unknown", "proven_human": false},
}

_rows := {row |
	some kind in ["agent", "automation", "unknown"]
	some row in [
		[kind, 1, "production", "warn"],
		[kind, 2, "preview", "warn"],
		[kind, 2, "staging", "require_approval"],
		[kind, 2, "production", "require_approval"],
		[kind, 2, "unknown", "require_approval"],
		[kind, 3, "preview", "require_approval"],
		[kind, 3, "staging", "require_approval"],
		[kind, 3, "production", "require_approval"],
		[kind, 4, "preview", "deny"],
		["human", 1, "production", "warn"],
		["human", 2, "preview", "warn"],
		["human", 2, "staging", "warn"],
		["human", 2, "production", "warn"],
		["human", 3, "preview", "warn"],
		["human", 3, "staging", "warn"],
		["human", 3, "production", "require_approval"],
		["human", 3, "unknown", "require_approval"],
		["human", 4, "preview", "deny"],
	]
}
