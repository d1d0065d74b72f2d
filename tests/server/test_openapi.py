"""Whatever the OpenAPI document allows, and much that it doesn't, asked of the running server."""

import json
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import positive_data_acceptance
from schemathesis.generation import GenerationMode

from guardrail.server.app import ROUTES

DOCUMENT = json.loads(
    (Path(__file__).parent.parent.parent / "guardrail/server/openapi.json").read_bytes()
)
OPERATIONS = [
    (path, method, mode)
    for path, ways in DOCUMENT["paths"].items()
    for method, operation in ways.items()
    for mode in GenerationMode
    # Where nothing is given, nothing can be wrong.
    if mode is GenerationMode.POSITIVE or operation.keys() & {"parameters", "requestBody"}
]
REFUSED = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429, "5xx"]
"""What counts as turned down: the tool's own list, and 413 for what is too large to be read."""
CONFIG = schemathesis.Config.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}}
)


@pytest.mark.parametrize(("path", "method", "mode"), OPERATIONS)
def test_every_answer_is_as_it_is_described(served, path, method, mode):
    operation = schemathesis.openapi.from_dict(DOCUMENT, config=CONFIG)[path][method.upper()]
    headers = {"Authorization": f"Bearer {served.tokens['ci']}"}

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    def ask(case):
        case.call_and_validate(
            base_url=served.url,
            headers=headers,
            timeout=60,
            # What is a plan, a directory or an approval is more than a schema can say.
            excluded_checks=[positive_data_acceptance],
        )

    ask()


def test_the_document_names_every_path_and_no_other(served):
    assert set(DOCUMENT["paths"]) | {"/openapi.json"} == {route.path for route in ROUTES}
