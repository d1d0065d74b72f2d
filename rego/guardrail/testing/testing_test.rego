# METADATA
# title: Testing
# description: Questions for the tests of rules.
package guardrail.testing

import data.guardrail.decision

# METADATA
# description: A question about a plan in which nothing happens, asked for an agent.
question := {
	"schema": "guardrail.question/v1",
	"plan": {
		"source": "saved",
		"terraform_version": "1.11.4",
		"mode": "normal",
		"errored": false,
		"complete": true,
		"targeted": false,
		"inconsistencies": [],
	},
	"stack": {"workspace": "default", "backend": "local", "unfinished": false},
	"origin": {"kind": "agent", "proven_human": false},
	"counts": {"create": 0, "update": 0, "delete": 0, "replace": 0},
	"environments": [],
	"environment_classes": {
		"production": "production",
		"staging": "nonproduction",
		"preview": "disposable",
	},
	"touched": [],
	"observations": {
		"deferred": [],
		"deleted": [],
		"deposed_deleted": [],
		"disarmed": [],
		"disrupted": [],
		"duplicated": [],
		"external_data": [],
		"foreign_source": [],
		"forgotten": [],
		"identity_changed": [],
		"imported_and_changed": [],
		"imported_and_deleted": [],
		"invocation": [],
		"lost_together": [],
		"protected": [],
		"provisioner": [],
		"pulled_in": [],
		"recreated": [],
		"replaced": [],
		"retargeted": [],
		"sliced": [],
		"state_empty": [],
		"state_loss": [],
		"state_rolled_back": [],
		"state_swapped": [],
		"unplanned": [],
		"wrong_target": [],
	},
	"settings": {"profile": "balanced"},
}

# METADATA
# description: The question when one thing was observed, in production unless `changes` say otherwise.
observed(kind, changes) := json.patch(question, [{
	"op": "replace",
	"path": sprintf("/observations/%s", [kind]),
	"value": [object.union(_observation, object.union({"kind": kind}, changes))],
}])

# METADATA
# description: The question when one environment of 40 resources is lost, production unless said otherwise.
lost(changes) := changed("/environments", [object.union(_environment, changes)])

# METADATA
# description: The question with another value at `path`.
changed(path, value) := with_value(question, path, value)

# METADATA
# description: Any question with another value at `path`.
with_value(asked, path, value) := json.patch(asked, [{"op": "replace", "path": path, "value": value}])

# METADATA
# description: Any question, asked for a proven human.
by_human(asked) := with_value(asked, "/origin", {"kind": "human", "proven_human": true})

# METADATA
# description: The outcomes and tiers of what one report says about a question.
judged(report) := {[finding.outcome, finding.tier] | some finding in report}

# METADATA
# description: The paths of `asked` that can be taken away so that nothing stands in the plan's way.
hidden_without(asked, paths) := {path |
	some path in paths
	findings := decision.answer.findings with input as json.remove(asked, [path])
	not _stopped(findings)
}

_stopped(findings) if {
	some finding in findings
	finding.outcome != "warn"
}

_observation := {
	"kind": "",
	"address": "aws_instance.web",
	"type": "aws_instance",
	"environment": "production",
	"data": false,
	"benign": false,
	"causes": [],
	"create_first": false,
	"previous_address": "",
	"count": 1,
	"holds": "",
	"detail": "",
	"becomes": "",
	"move_from": "",
	"move_to": "",
	"companions": [],
	"dependents": 0,
	"dependents_more": false,
	"chain": [],
	"past": 0,
	"managed": 0,
	"sealed": false,
}

_environment := {
	"name": "production",
	"environment_class": "production",
	"evidence": ["tags"],
	"managed": 40,
	"deleted": 0,
	"replaced": 34,
	"forgotten": 0,
	"lost": 34,
	"data_lost": 0,
	"share": 0.85,
	"loss": "rebuilt",
}
