# METADATA
# title: A deposed object is deleted
# description: |
#   A replacement that was interrupted left an old object behind, under the address of the new
#   one. It may still be the one in use.
# related_resources:
#   - docs/rules/destruction/deposed_deleted.md
# custom:
#   tier: "2 or 3"
#   since: 0.1.0
package guardrail.rules.destruction.deposed_deleted

import data.guardrail.finding
import data.guardrail.observed

report contains finding.new({
	"rule": "destruction/deposed_deleted",
	"tier": observed.tier(observation),
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("a leftover object of %s is deleted%s", [observation.address, _loss(observation)]),
	"remedy": "make sure that nothing uses the leftover object any more",
}) if {
	observation := input.observations.deposed_deleted[_]
	not observed.harmless(observation)
}

_loss(observation) := ": its data goes with it" if {
	not observation.data == false
} else := ""
