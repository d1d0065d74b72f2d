# METADATA
# title: Data or keys are lost
# description: |
#   The thing that is deleted or created anew holds data or keys. What Terraform creates in its
#   place is empty, and what the keys encrypted stays unreadable.
# related_resources:
#   - docs/rules/destruction/data_lost.md
# custom:
#   tier: "3"
#   since: 0.1.0
package guardrail.rules.destruction.data_lost

import data.guardrail.finding
import data.guardrail.observed

report contains finding.new({
	"rule": "destruction/data_lost",
	"tier": 3,
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("%s is deleted: its data goes with it%s", [
		observation.address,
		observed.dependents(observation),
	]),
	"remedy": "keep the resource's block; if it was only renamed, add a moved block",
}) if {
	observation := input.observations.deleted[_]
	not observation.data == false
}

report contains finding.new({
	"rule": "destruction/data_lost",
	"tier": 3,
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("%s is deleted and created anew: its data goes with it%s%s", [
		observation.address,
		observed.because(observation, "forced by "),
		observed.dependents(observation),
	]),
	"remedy": "keep the old value of what forces it; if nothing does, drop -replace, taint or replace_triggered_by",
}) if {
	observation := input.observations.replaced[_]
	not observation.data == false
}
