# METADATA
# title: A live object is imported and deleted
# description: |
#   The object was not in the state, so nothing hints at a loss. Importing it and deleting it, in
#   this plan or by an earlier one and this, ends a live object that Terraform never made.
# related_resources:
#   - docs/rules/destruction/imported_and_deleted.md
# custom:
#   tier: "3"
#   since: 0.1.0
package guardrail.rules.destruction.imported_and_deleted

import data.guardrail.finding
import data.guardrail.observed

report contains finding.new({
	"rule": "destruction/imported_and_deleted",
	"tier": 3,
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("%s is a live object that was only just imported, and this plan deletes it%s", [
		observation.address,
		observed.because(observation, "forced by "),
	]),
	"remedy": "import it alone, with a block that matches the live object",
}) if {
	observation := input.observations.imported_and_deleted[_]
	not observed.harmless(observation)
}
