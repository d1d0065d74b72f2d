# METADATA
# title: An environment is rebuilt
# description: |
#   Most of what an environment consists of is deleted and created anew. Terraform may count no
#   deletion at all, yet nothing of the old environment is left.
# related_resources:
#   - docs/rules/environment/rebuilt.md
# custom:
#   tier: "3"
#   since: 0.1.0
package guardrail.rules.environment.rebuilt

import data.guardrail.finding

report contains finding.new({
	"rule": "environment/rebuilt",
	"tier": 3,
	"address": "",
	"environment": _name(environment),
	"message": sprintf("%d of %d managed resources of %s are %s: the environment is deleted and created anew", [
		object.get(environment, "lost", 0),
		object.get(environment, "managed", 0),
		finding.called(_name(environment)),
		_how(environment),
	]),
	"remedy": concat(", and ", _remedies(environment)),
}) if {
	environment := input.environments[_]
	not environment.loss in {"destroyed", "none"}
}

_name(environment) := object.get(environment, "name", "unknown")

_how(environment) := "replaced" if {
	environment.deleted == 0
	environment.forgotten == 0
} else := "deleted under their old addresses" if {
	environment.replaced == 0
	environment.forgotten == 0
} else := "replaced or deleted"

# What is replaced at its address has something that forces it; what is only deleted has not.
_remedies(environment) := [_keep_value] if {
	environment.deleted == 0
	environment.forgotten == 0
} else := [_keep_blocks] if {
	environment.replaced == 0
} else := [_keep_value, _keep_blocks]

_keep_value := "keep the one value that forces the replacements, often a name prefix or a network range"

_keep_blocks := "add moved blocks for what only has a new address, keep the blocks of the rest"
