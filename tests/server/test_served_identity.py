"""A server's own identity is not the identity of who asks it."""

from pathlib import Path

from installed import Installed
from serving import free_port, serving, settings

# The server runs with PATH, and so in what its settings take for a job without a token.
ISSUER = """
[[origin.oidc]]
issuer = "https://ci.example"
audience = "us"
variable = "ID_TOKEN"
system = "PATH"
"""


def test_who_asks_a_server_is_not_who_runs_it(tmp_path: Path, root: Path):
    installed = Installed(tmp_path / "guardrail")
    plan = root / "sample_plans" / "adds_a_tag" / "plan.json"
    sent = {"content": plan.read_bytes(), "headers": {"Content-Type": "application/json"}}
    with serving(installed, settings(free_port(), tables=ISSUER)) as served, served.client() as ci:
        origin = ci.post("/v1/check", **sent).json()["origin"]
        assert not [text for text in origin["obstructed"] if text.startswith("oidc")]
        asked = installed.check(plan, env={"PATH": "/usr/bin"})
    assert "oidc https://ci.example: no_token" in asked.decision["origin"]["obstructed"]
