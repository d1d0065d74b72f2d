# METADATA
# title: An environment is destroyed in slices
# description: |
#   This plan and earlier ones of the same stack, or of the same origin, lose together what none
#   of them loses alone.
# related_resources:
#   - docs/rules/environment/sliced.md
# custom:
#   tier: "2 or 3"
#   since: 0.1.0
package guardrail.rules.environment.sliced

import data.guardrail.finding

report contains finding.new({
	"rule": "environment/sliced",
	"tier": _tier(observation),
	"address": "",
	"environment": observation.environment,
	"message": _message(observation),
	"remedy": "stop here, and have the whole of it approved in one plan",
}) if {
	observation := input.observations.sliced[_]
}

# Losing what is disposable is ordinary, and not less so for being done often.
_tier(observation) := 2 if {
	finding.class(observation.environment) == "disposable"
} else := 3

# Without a number of managed resources the sum is over all stacks of one origin.
_message(observation) := sprintf("%s: %d of %d managed resources of %s are lost piece by piece", [
	_parts(observation),
	_now(observation) + _past(observation),
	observation.managed,
	finding.called(observation.environment),
]) if {
	observation.managed > 0
} else := sprintf("%s of the same origin: %d resources are lost piece by piece", [
	_parts(observation),
	_now(observation) + _past(observation),
])

_parts(observation) := sprintf("%d lost now and %d by earlier plans", [_now(observation), _past(observation)])

_now(observation) := object.get(observation, "count", 0)

_past(observation) := object.get(observation, "past", 0)
