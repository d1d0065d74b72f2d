"""Variables that change what a Terraform command does, or which program it is."""

from collections.abc import Iterable
from typing import Final

from guardrail.agents.shell.patterns import late

_NAMES: Final = {
    "TERRAFORM_CONFIG", "PATH", "HOME", "BASH_ENV", "ENV", "IFS", "SHELLOPTS", "PROMPT_COMMAND",
    "KUBECONFIG", "PULUMI_STACK", "PULUMI_BACKEND_URL", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "PYTHONPATH", "GIT_SSH_COMMAND", "PS4", "CHECKPOINT_DISABLE",
}  # fmt: skip
_FAMILIES: Final = (
    "TF_CLI_ARGS", "TF_VAR_", "TF_TOKEN_", "TF_CLOUD_", "TF_HTTP_", "TF_", "TERRAGRUNT_", "TG_",
    "TERRATEST_", "LD_", "DYLD_", "AWS_", "ARM_", "GOOGLE_", "GCLOUD_", "CLOUDSDK_", "AZURE_",
    "BASH_FUNC_",
)  # fmt: skip
_KNOWN: Final = {
    "TF_CLI_CONFIG_FILE", "TF_DATA_DIR", "TF_WORKSPACE", "TF_REATTACH_PROVIDERS",
    "TF_PLUGIN_CACHE_DIR", "TERRAGRUNT_TFPATH", "TG_TF_PATH", "TF_CLI_ARGS", "LD_PRELOAD",
    "AWS_PROFILE", "AWS_REGION",
}  # fmt: skip
_QUIET: Final = {"TF_LOG", "TF_LOG_CORE", "TF_LOG_PROVIDER", "TF_IN_AUTOMATION", "TF_INPUT",
                 "CHECKPOINT_DISABLE"}  # fmt: skip

_HIDES: Final = {
    "CLAUDECODE", "CLAUDE_CODE_CHILD_SESSION", "CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_SESSION_ID",
    "AI_AGENT", "AGENT", "CODEX_THREAD_ID", "CODEX_CI", "CODEX_SANDBOX", "CURSOR_AGENT", "GEMINI_CLI",
    "OPENCODE", "COPILOT_CLI", "CLINE_ACTIVE", "QWEN_CODE", "CRUSH", "AUGMENT_AGENT", "GOOSE_TERMINAL",
    "WINDSURF_AGENT", "PI_CODING_AGENT", "AWS_EXECUTION_ENV",
}  # fmt: skip
"""What executors leave for others to see that an agent is at work."""
_RUNS: Final = late(
    r"GIT_(EDITOR|SEQUENCE_EDITOR|PAGER|SSH_COMMAND|SSH|EXTERNAL_DIFF|ASKPASS|PROXY_COMMAND)|EDITOR|VISUAL"
    r"|PAGER|MANPAGER|AWS_PAGER|SYSTEMD_PAGER|PSQL_PAGER|PSQL_EDITOR|LESSOPEN|LESSCLOSE|BROWSER"
    r"|SUDO_ASKPASS|SSH_ASKPASS|PROMPT_COMMAND|RSYNC_RSH|FZF_DEFAULT_COMMAND|KUBE_EDITOR"
    r"|KUBECTL_EXTERNAL_DIFF|RUSTC_WRAPPER|PS0|PS4"
)
READ_AT_START: Final = frozenset({"BASH_ENV", "ENV"})
"""Variables that name a script which every shell reads first."""


def hides(name: str) -> bool:
    """Return whether ``name`` tells that an agent is at work."""
    return name in _HIDES


def runs(name: str) -> bool:
    """Return whether the value of ``name`` is a command that other programs run."""
    return _RUNS.fullmatch(name) is not None


def steering(names: Iterable[str]) -> tuple[str, ...]:
    """Return those of ``names`` that steer, a family as ``TF_VAR_*``; only words from our tables."""
    return tuple(dict.fromkeys(word for name in names if (word := _word(name))))


def _word(name: str) -> str:
    name = name.partition("[")[0].rstrip("+")
    if name in _QUIET:
        return ""
    if name in _NAMES or name in _KNOWN or name in _HIDES:
        return name
    return next((f"{family}*" for family in _FAMILIES if name.startswith(family)), "")
