# METADATA
# title: Data is lost with what it could be restored from
# description: |
#   In one plan goes a thing that holds data, and with it the snapshot, the backup, the key or
#   the replica that it could be brought back from.
# related_resources:
#   - docs/rules/destruction/lost_together.md
# custom:
#   tier: "3"
#   since: 0.1.0
package guardrail.rules.destruction.lost_together

import data.guardrail.finding

report contains finding.new({
	"rule": "destruction/lost_together",
	"tier": 3,
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("%s is lost, and with it what it could be restored from: %s%s", [
		observation.address,
		concat(", ", object.get(observation, "companions", [])),
		_more(observation),
	]),
	"remedy": "keep the copies and the keys; delete them in a later plan, when nobody misses the data",
}) if {
	observation := input.observations.lost_together[_]
}

_more(observation) := sprintf(" and %d more", [more]) if {
	more := observation.count - count(observation.companions)
	more > 0
} else := ""
