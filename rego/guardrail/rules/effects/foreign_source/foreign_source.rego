# METADATA
# title: Code comes from a source that is not allowed
# description: |
#   The settings list where providers and modules may come from, and this one comes from elsewhere.
#   A provider runs with all credentials, and a module can hold anything.
# related_resources:
#   - docs/rules/effects/foreign_source.md
# custom:
#   tier: "2"
#   since: 0.1.0
package guardrail.rules.effects.foreign_source

import data.guardrail.finding
import data.guardrail.observed

report contains finding.new({
	"rule": "effects/foreign_source",
	"tier": 2,
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("%s%s comes from a source that the settings do not allow%s", [
		_what(observation),
		_more(observation),
		observed.because(observation, ""),
	]),
	"remedy": "use an allowed source, or have the settings list this one",
}) if {
	observation := input.observations.foreign_source[_]
}

_what(observation) := observation.address if {
	observation.address != ""
} else := object.get(observation, "detail", "code")

_more(observation) := sprintf(" (and %d more)", [observation.count - 1]) if {
	observation.count > 1
} else := ""
