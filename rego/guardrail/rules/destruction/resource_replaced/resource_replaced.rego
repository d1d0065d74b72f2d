# METADATA
# title: A resource is deleted and created anew
# description: |
#   A change that cannot be made in place deletes the object first. Its identity, its address
#   and whatever depends on it are gone until the new one stands.
# related_resources:
#   - docs/rules/destruction/resource_replaced.md
# custom:
#   tier: "2"
#   since: 0.1.0
package guardrail.rules.destruction.resource_replaced

import data.guardrail.finding
import data.guardrail.observed

report contains finding.new({
	"rule": "destruction/resource_replaced",
	"tier": 2,
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("%s is deleted and created anew%s%s", [
		observation.address,
		observed.because(observation, "forced by "),
		observed.dependents(observation),
	]),
	"remedy": "keep the old value of what forces it; if nothing does, drop -replace, taint or replace_triggered_by",
}) if {
	observation := input.observations.replaced[_]
	observation.data == false
	not observation.benign == true
}
