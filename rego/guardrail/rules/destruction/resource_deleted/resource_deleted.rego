# METADATA
# title: A resource is deleted
# description: |
#   Terraform deletes an object and puts nothing in its place. Whatever used it stops working.
# related_resources:
#   - docs/rules/destruction/resource_deleted.md
# custom:
#   tier: "2"
#   since: 0.1.0
package guardrail.rules.destruction.resource_deleted

import data.guardrail.finding
import data.guardrail.observed

report contains finding.new({
	"rule": "destruction/resource_deleted",
	"tier": 2,
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("%s is deleted%s", [observation.address, observed.dependents(observation)]),
	"remedy": "keep the resource's block; if it was only renamed, add a moved block",
}) if {
	observation := input.observations.deleted[_]
	observation.data == false
	not observation.benign == true
}
