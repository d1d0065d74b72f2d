# METADATA
# title: Question
# description: What a question must hold before anybody may answer it.
package guardrail.question

# Iterated by index, and read through `_asked`: where something is of another type, that is
# undefined in both engines, while `some … in` and object.get would end the embedded one.

# METADATA
# description: The members that are missing or not of their shape, as paths.
holes contains "form" if {
	not is_object(input)
}

holes contains path if {
	some path, shape in _shapes
	not _fits(object.get(_asked, split(path, "."), null), shape)
}

holes contains sprintf("observations.%s", [kind]) if {
	some kind in (_kinds - {listed | is_array(input.observations[listed])})
}

holes contains sprintf("observations.%s", [kind]) if {
	some kind
	observation := input.observations[kind][_]
	not _labelled(observation)
}

# A kind that no rule of this bundle has heard of would pass unseen.
holes contains "observations" if {
	{kind | input.observations[kind]} - _kinds != set()
}

holes contains "environments" if {
	environment := input.environments[_]
	not _whole_environment(environment)
}

holes contains "environment_classes" if {
	environment_class := input.environment_classes[_]
	not environment_class in _classes
}

holes contains "origin.proven_human" if {
	input.origin.proven_human == true
	not input.origin.kind == "human"
}

default _asked := {}

_asked := input if is_object(input)

_shapes := {
	"schema": {"guardrail.question/v1"},
	"plan.source": {"json", "operation", "saved"},
	"plan.errored": "boolean",
	"plan.complete": "boolean",
	"plan.targeted": "boolean",
	"plan.inconsistencies": "array",
	"stack.workspace": "string",
	"stack.unfinished": "boolean",
	"origin.kind": {"agent", "automation", "human", "unknown"},
	"origin.proven_human": "boolean",
	"counts.create": "number",
	"counts.update": "number",
	"environments": "array",
	"environment_classes": "object",
	"touched": "array",
	"observations": "object",
	"settings.profile": {"balanced", "observe", "strict"},
}

_kinds := {
	"deferred",
	"deleted",
	"deposed_deleted",
	"disarmed",
	"disrupted",
	"duplicated",
	"external_data",
	"foreign_source",
	"forgotten",
	"identity_changed",
	"imported_and_changed",
	"imported_and_deleted",
	"invocation",
	"lost_together",
	"protected",
	"provisioner",
	"pulled_in",
	"recreated",
	"replaced",
	"retargeted",
	"sliced",
	"state_empty",
	"state_loss",
	"state_rolled_back",
	"state_swapped",
	"unplanned",
	"wrong_target",
}

_classes := {"disposable", "nonproduction", "production"}

_environment := {
	"name": "string",
	"environment_class": _classes,
	"managed": "number",
	"deleted": "number",
	"replaced": "number",
	"forgotten": "number",
	"lost": "number",
	"loss": {"destroyed", "none", "rebuilt"},
}

_fits(value, shape) if type_name(value) == shape

_fits(value, shape) if value in shape

# Findings are built of these two. Every rule reads the other fields in their stricter sense.
_labelled(observation) if {
	is_string(observation.address)
	is_string(observation.environment)
}

_whole_environment(environment) if {
	is_object(environment)
	every field, shape in _environment {
		_fits(object.get(environment, field, null), shape)
	}
}
