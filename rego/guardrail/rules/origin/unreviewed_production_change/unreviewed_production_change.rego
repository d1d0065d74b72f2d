# METADATA
# title: Nobody has reviewed a change of production
# description: |
#   In the strict profile, whatever creates or updates something in production needs a senior,
#   unless a human is proven to be behind it.
# related_resources:
#   - docs/rules/origin/unreviewed_production_change.md
# custom:
#   tier: "1"
#   since: 0.1.0
package guardrail.rules.origin.unreviewed_production_change

import data.guardrail.finding

report contains finding.new({
	"rule": "origin/unreviewed_production_change",
	"outcome": "require_approval",
	"tier": 1,
	"address": "",
	"environment": environment,
	"message": sprintf("%s is changed, and no human is proven to be behind it", [environment]),
	"remedy": "have a person sign the change, or make it in another environment first",
}) if {
	not _lenient
	not finding.human
	not _untouched
	some environment in _touched
	finding.class(environment) == "production"
}

_lenient if input.settings.profile in {"balanced", "observe"}

_untouched if {
	input.counts.create == 0
	input.counts.update == 0
}

# A change that belongs nowhere belongs to production.
_touched := {name | name := input.touched[_]; is_string(name)} if {
	input.touched != []
} else := {"unknown"}
