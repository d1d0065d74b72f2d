# METADATA
# title: Something on the list of protected things is touched
# description: |
#   The settings list it as a thing that must not be lost, weakened or renamed without a senior,
#   or at all. Who asks, and for which environment, makes no difference.
# related_resources:
#   - docs/rules/protection/protected.md
# custom:
#   tier: "3 or 4"
#   since: 0.1.0
package guardrail.rules.protection.protected

import data.guardrail.finding

report contains finding.new({
	"rule": "protection/protected",
	"outcome": _verdict(observation).outcome,
	"tier": _verdict(observation).tier,
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("%s is protected by the settings%s, and %s", [
		observation.address,
		_rule(observation),
		_event(observation),
	]),
	"remedy": "leave it as it is, or change the list of protected things in the settings first",
}) if {
	observation := input.observations.protected[_]
}

_verdict(observation) := {"tier": 3, "outcome": "require_approval"} if {
	observation.sealed == false
} else := {"tier": 4, "outcome": "deny"}

_rule(observation) := sprintf(" (%s)", [observation.detail]) if {
	observation.detail != ""
} else := ""

_event(observation) := event if {
	event := _events[observation.causes[0]]
} else := "the plan touches it"

_events := {
	"deleted": "it is deleted",
	"replaced": "it is deleted and created anew",
	"recreated": "it is deleted and created anew under another address",
	"forgotten": "Terraform forgets it",
	"disarmed": "it loses a protection against loss",
	"disrupted": "it is stopped, cut off or redirected",
	"imported_and_changed": "it is imported and loses what it has",
	"released": "the next plan would no longer find it on the list",
	"updated": "it is changed",
}
