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
