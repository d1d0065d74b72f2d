# METADATA
# title: A live object loses what it has as soon as it is imported
# description: |
#   The import brings a live object under Terraform, and the same plan takes away what the
#   configuration does not mention, such as its environment variables.
# related_resources:
#   - docs/rules/destruction/imported_and_changed.md
# custom:
#   tier: "2 or 3"
#   since: 0.1.0
package guardrail.rules.destruction.imported_and_changed

import data.guardrail.finding
import data.guardrail.observed

report contains finding.new({
	"rule": "destruction/imported_and_changed",
	"tier": observed.tier(observation),
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("%s is imported and %s%s", [
		observation.address,
		_happens(observation),
		observed.because(observation, ""),
	]),
	"remedy": "write what it has into its block until the plan imports it without an update",
}) if {
	observation := input.observations.imported_and_changed[_]
}

_happens(observation) := observation.detail if {
	is_string(observation.detail)
	observation.detail != ""
} else := "loses or changes what it has"
