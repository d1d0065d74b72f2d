# METADATA
# title: An environment is destroyed
# description: |
#   Most of what an environment consists of goes, and nothing comes in its place.
# related_resources:
#   - docs/rules/environment/destroyed.md
# custom:
#   tier: "3"
#   since: 0.1.0
package guardrail.rules.environment.destroyed

import data.guardrail.finding

report contains finding.new({
	"rule": "environment/destroyed",
	"tier": 3,
	"address": "",
	"environment": _name(environment),
	"message": sprintf("%d of %d managed resources of %s %s", [
		object.get(environment, "lost", 0),
		object.get(environment, "managed", 0),
		finding.called(_name(environment)),
		_how(environment),
	]),
	"remedy": "keep the blocks of what must live, and plan without -destroy",
}) if {
	environment := input.environments[_]
	environment.loss == "destroyed"
}

_name(environment) := object.get(environment, "name", "unknown")

_how(environment) := "go on existing, and Terraform forgets them: it lets go of the environment" if {
	environment.deleted == 0
	environment.forgotten > 0
} else := "go and nothing takes their place: the environment is destroyed"
