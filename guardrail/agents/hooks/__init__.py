"""
Hooks: an agent's executor asks before a tool runs, and hears yes or no in its own words.

One small module an executor. Each has ``read``, which turns the executor's JSON into
an :class:`~guardrail.agents.verdict.Asked`, ``answer``, which says a verdict in the executor's
form, and ``failed``, which says that there was none.
"""

EXECUTORS = {
    "claude-code": "claude_code",
    "cline": "cline",
    "cline-cli": "cline_cli",
    "codex": "codex",
    "copilot-cli": "copilot_cli",
    "cursor": "cursor",
    "gemini-cli": "gemini_cli",
    "generic": "generic",
    "kiro": "kiro",
    "opencode": "opencode",
    "q": "kiro",
    "qwen-code": "qwen_code",
    "windsurf": "windsurf",
}
"""Every executor and the module here that speaks its language."""
