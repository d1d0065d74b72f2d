"""Claude Code itself, against our hook."""

import pytest
from anthropic_messages import Messages
from desk import Desk
from pretend_model import Call, PretendModel

pytestmark = pytest.mark.executor

APPLY = Call("Bash", {"command": "terraform apply -auto-approve", "description": "Deploy"})
LOOK = Call("Bash", {"command": "echo harm''less", "description": "Look"})


@pytest.fixture
def claude(desk) -> Desk:
    return desk("claude")


def environment(model: PretendModel) -> dict[str, str]:
    return {
        "ANTHROPIC_BASE_URL": model.url,
        "ANTHROPIC_API_KEY": "pretend",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    }


def test_an_apply_is_refused_and_the_model_hears_why(claude: Desk):
    claude.install("claude-code")
    with PretendModel([Messages()], apply=[LOOK, APPLY]) as model:
        ended = claude.run("-p", "play:apply", env=environment(model))
    assert ended.code == 0, ended.err
    looked, refused = model.results("apply")
    assert looked == "harmless"
    assert "guardrail: BLOCKED - `terraform apply` needs a saved plan" in refused
    assert "guardrail apply tfplan" in refused
    assert len(claude.questions) == 2
