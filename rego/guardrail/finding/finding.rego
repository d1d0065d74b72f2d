# METADATA
# title: Findings
# description: |
#   The one constructor of findings. What a finding asks for follows from its tier, from who is
#   behind the plan and from what its environment is worth; a rule only says how bad the thing is.
package guardrail.finding

# METADATA
# description: |
#   A finding from `rule`, `tier`, `address`, `environment`, `message` and `remedy`. Denied unless
#   the table says less. A rule whose tier 1 asks for more than a warning says so with `outcome`.
new(facts) := object.union({"outcome": outcome}, facts) if {
	outcome := object.get(_table, [object.get(facts, "tier", 4), object.get(_lesser, object.get(facts, "environment", ""), "production")], "deny")
}

# METADATA
# description: Whether a human is proven to be behind the plan. Nothing else is one.
default human := false

human if {
	input.origin.kind == "human"
	input.origin.proven_human == true
}

# METADATA
# description: What `environment` is worth. One that nobody classed counts as production.
class(environment) := object.get(_lesser, environment, "production")

# METADATA
# description: What to call `environment` in a sentence.
called(environment) := "an unknown environment" if {
	environment == "unknown"
} else := "all environments" if {
	environment == "all"
} else := environment

_lesser[environment] := environment_class if {
	some environment
	environment_class := input.environment_classes[environment]
	environment_class in {"disposable", "nonproduction"}
}

# One table for each kind of origin, from the tier and the class to the outcome.
default _table := {
	1: {"disposable": "warn", "nonproduction": "warn", "production": "warn"},
	2: {
		"disposable": "warn",
		"nonproduction": "require_approval",
		"production": "require_approval",
	},
	3: {
		"disposable": "require_approval",
		"nonproduction": "require_approval",
		"production": "require_approval",
	},
}

_table := {
	1: {"disposable": "warn", "nonproduction": "warn", "production": "warn"},
	2: {"disposable": "warn", "nonproduction": "warn", "production": "warn"},
	3: {"disposable": "warn", "nonproduction": "warn", "production": "require_approval"},
} if {
	human
}
