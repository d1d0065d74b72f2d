# METADATA
# title: An address stands for another object
# description: |
#   Since the last apply the address was given to another object, by renaming in the state, by
#   import or by hand. Its name and its place say nothing about what the plan does to it.
# related_resources:
#   - docs/rules/state/identity_changed.md
# custom:
#   tier: "1 or 3"
#   since: 0.1.0
package guardrail.rules.state.identity_changed

import data.guardrail.finding

report contains finding.new({
	"rule": "state/identity_changed",
	"tier": _tier(observation),
	"address": observation.address,
	"environment": observation.environment,
	"message": _message(observation),
	"remedy": "find out which object it is and who changed the state; if that was meant, have it applied without a loss first",
}) if {
	observation := input.observations.identity_changed[_]
}

# Without an address it is about things that the plan leaves alone.
_tier(observation) := 1 if {
	observation.address == ""
} else := 3

_message(observation) := sprintf("%d resources with data are other objects than after the last apply", [object.get(observation, "count", 0)]) if {
	observation.address == ""
} else := sprintf("%s is another object than after the last apply: it was %s then", [observation.address, observation.previous_address]) if {
	observation.previous_address != ""
} else := sprintf("%s is another object than after the last apply", [observation.address])
