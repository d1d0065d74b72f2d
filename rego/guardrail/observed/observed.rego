# METADATA
# title: Observations
# description: |
#   What several rules ask of an observation. Every field is there: a question with an observation
#   that lacks one is denied as incomplete.
package guardrail.observed

# METADATA
# description: Whether losing the thing is ordinary churn. Only a thing without data can be.
harmless(observation) if {
	observation.benign == true
	observation.data == false
}

# METADATA
# description: The tier of what happens to the thing, 3 where data or keys go with it.
tier(observation) := 2 if {
	observation.data == false
} else := 3

# METADATA
# description: The causes in brackets behind `words`, empty where there are none.
because(observation, words) := sprintf(" (%s%s)", [words, concat(", ", observation.causes)]) if {
	observation.causes != []
} else := ""

# METADATA
# description: |
#   How many things stand on this one, and one line of them; empty where none do. Counted is what
#   stands on the block: on one of several instances it is at most as many.
dependents(observation) := sprintf("; %s it%s", [stand, _line(observation)]) if {
	stand := _stand(observation)
} else := ""

_stand(observation) := _at_least(observation) if {
	observation.dependents_more == true
} else := sprintf("up to %d things stand on", [observation.dependents]) if {
	observation.dependents > 1
	_is_instance(observation)
} else := sprintf("%d things stand on", [observation.dependents]) if {
	observation.dependents > 1
} else := "1 thing may stand on" if {
	observation.dependents == 1
	_is_instance(observation)
} else := "1 thing stands on" if {
	observation.dependents == 1
}

_at_least(observation) := "other things may stand on" if {
	_is_instance(observation)
} else := sprintf("%d or more things stand on", [observation.dependents]) if {
	observation.dependents > 0
} else := "other things may stand on"

_line(observation) := sprintf(" (%s)", [concat(" → ", observation.chain)]) if {
	observation.chain[1]
} else := ""

_is_instance(observation) if {
	is_string(observation.address)
	contains(observation.address, "[")
}
