# METADATA
# title: A protection against loss is taken away
# description: |
#   Nothing is lost yet. With deletion protection, final snapshots or backups gone, the next
#   mistake or the next plan loses it for good.
# related_resources:
#   - docs/rules/protection/disarmed.md
# custom:
#   tier: "2 or 3"
#   since: 0.1.0
package guardrail.rules.protection.disarmed

import data.guardrail.finding
import data.guardrail.observed

report contains finding.new({
	"rule": "protection/disarmed",
	"tier": observed.tier(observation),
	"address": observation.address,
	"environment": observation.environment,
	"message": _message(observation),
	"remedy": "leave the protection as it is",
}) if {
	observation := input.observations.disarmed[_]
}

# Tags and addresses protect nothing themselves: what they say is how strictly the next plan is judged.
_message(observation) := sprintf("%s is tagged for a less strict environment than the one it is in", [observation.address]) if {
	observation.causes == ["tags"]
} else := sprintf("%s moves into a less strict environment than the one it is in", [observation.address]) if {
	observation.causes == []
	observation.previous_address != ""
} else := sprintf("%s no longer says prevent_destroy", [observation.address]) if {
	observation.causes == ["prevent_destroy"]
} else := sprintf("%s %s%s", [
	observation.address,
	_happens(observation),
	observed.because(observation, ""),
])

_happens(observation) := observation.detail if {
	is_string(observation.detail)
	observation.detail != ""
} else := "loses a protection against loss"
