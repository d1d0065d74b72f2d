# METADATA
# title: A resource is forgotten
# description: |
#   The object goes on existing and costing, and Terraform no longer knows of it: no later plan
#   shows it, protects it or deletes it.
# related_resources:
#   - docs/rules/destruction/resource_forgotten.md
# custom:
#   tier: "2"
#   since: 0.1.0
package guardrail.rules.destruction.resource_forgotten

import data.guardrail.finding
import data.guardrail.observed

report contains finding.new({
	"rule": "destruction/resource_forgotten",
	"tier": 2,
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("%s goes on existing, and Terraform forgets it%s", [
		observation.address,
		observed.dependents(observation),
	]),
	"remedy": "keep the resource's block instead of forgetting it",
}) if {
	observation := input.observations.forgotten[_]
	not observed.harmless(observation)
}
