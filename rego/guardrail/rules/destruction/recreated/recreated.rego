# METADATA
# title: A resource is recreated under another address
# description: |
#   Terraform deletes an object and creates the same thing under another address. Nothing of the
#   old object goes over into the new one.
# related_resources:
#   - docs/rules/destruction/recreated.md
# custom:
#   tier: "2 or 3"
#   since: 0.1.0
package guardrail.rules.destruction.recreated

import data.guardrail.finding
import data.guardrail.observed

report contains finding.new({
	"rule": "destruction/recreated",
	"tier": observed.tier(observation),
	"address": observation.address,
	"environment": observation.environment,
	"message": sprintf("%s is deleted and created anew as %s: %s%s", [
		observation.address,
		_text(observation, "becomes", "something like it"),
		_harm(observation),
		observed.dependents(observation),
	]),
	"remedy": _remedy(observation),
}) if {
	observation := input.observations.recreated[_]
	not observed.harmless(observation)
}

_harm(observation) := "nothing of the old one stays" if {
	observation.data == false
} else := "its data goes with it"

# Nobody can copy a masked key, and one sentence for all instances of a block is enough.
_remedy(observation) := sprintf("add a moved block for each instance of %s%s, key by key", [from, _to(from, to)]) if {
	from := _block(_text(observation, "move_from", "the old address"))
	to := _block(_text(observation, "move_to", "the new one"))
	contains(concat("", [_text(observation, "move_from", ""), _text(observation, "move_to", "")]), "[\"#")
} else := sprintf("add a moved block from %s to %s", [
	_text(observation, "move_from", "the old address"),
	_text(observation, "move_to", "the new one"),
])

_to(from, to) := "" if {
	from == to
} else := sprintf(", to %s", [to])

_block(label) := regex.replace(label, `\[[^\]]*\]`, "")

_text(observation, field, otherwise) := observation[field] if {
	is_string(observation[field])
	observation[field] != ""
} else := otherwise
