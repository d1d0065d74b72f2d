# METADATA
# title: An update stops, cuts off or redirects what goes on existing
# description: |
#   Nothing is deleted, and yet it runs nothing any more, nobody reaches it, everybody is denied,
#   or its name points elsewhere.
# related_resources:
#   - docs/rules/destruction/disrupted.md
# custom:
#   tier: "2 or 3"
#   since: 0.1.0
package guardrail.rules.destruction.disrupted

import data.guardrail.finding
import data.guardrail.observed

report contains finding.new({
	"rule": "destruction/disrupted",
	"tier": observed.tier(observation),
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("%s stays, but %s%s", [
		observation.address,
		_happens(observation),
		observed.because(observation, ""),
	]),
	"remedy": "leave the argument as it was",
}) if {
	observation := input.observations.disrupted[_]
}

_happens(observation) := observation.detail if {
	observation.detail != ""
} else := "no longer does what it did"
