"""
The programs that are put into executors which ask by a program of a given name or by a plugin.

Whatever goes wrong in them must end as a denial with a reason: a guardrail that is missing, that
dies, or that does not answer.
"""

import json
import shlex
from collections.abc import Sequence

CLINE_WAITS = 2.5
"""Seconds that Cline's plugin waits: Cline ends the whole run after 3."""

_CLINE = """\
#!/usr/bin/env bash
# Written by `guardrail hook install cline`.
# Cline lets a call run when a hook says nothing, so something is always said.
answer=$({call})
printf '%s\\n' "${{answer:-{silent}}}"
"""
_SILENT = r"{\"cancel\":true,\"errorMessage\":\"guardrail did not answer; nothing may run\"\}"

_ASKING = """\
import {{ spawn }} from "node:child_process"

const words = {words}
const ask = (call) => new Promise((say) => {{
  const asked = spawn(words[0], words.slice(1), {{ stdio: ["pipe", "ignore", "pipe"] }})
  const end = (reason) => {{ clearTimeout(timer); say(reason) }}
  const late = () => {{ asked.kill("SIGKILL"); end("guardrail: BLOCKED - {late}") }}
  const timer = setTimeout(late, {wait})
  let reason = ""
  asked.stderr.setEncoding("utf8").on("data", (part) => {{ reason += part }})
  asked.on("error", (error) => end(`guardrail: BLOCKED - it could not be asked (${{error.message}})`))
  asked.on("close", (code) => end(code === 0 ? null : reason || "guardrail: BLOCKED - it ended without an answer"))
  asked.stdin.on("error", () => {{}})
  asked.stdin.end(JSON.stringify(call))
}})
"""
_CLINE_CLI = """\
// Written by `guardrail hook install cline-cli`.
{asking}
export default {{
  name: "guardrail",
  manifest: {{ capabilities: ["hooks"] }},
  hooks: {{
    beforeTool: async ({{ tool, input, snapshot }}) => {{
      const call = {{ tool: tool.name, input, cwd: process.cwd(), session: snapshot.conversationId }}
      const reason = await ask(call)
      return reason === null ? undefined : {{ skip: true, reason }}
    }},
  }},
}}
"""
_OPENCODE = """\
// Written by `guardrail hook install opencode`.
{asking}
export const Guardrail = async ({{ directory }}) => ({{
  "tool.execute.before": async (input, output) => {{
    const call = {{ tool: input.tool, sessionID: input.sessionID, args: output.args, cwd: directory }}
    const reason = await ask(call)
    if (reason !== null) throw new Error(reason)
  }},
}})
"""


def cline(call: Sequence[str]) -> str:
    """Return the script that Cline runs before a tool and believes by its JSON."""
    return _CLINE.format(call=shlex.join(call), silent=_SILENT)


def cline_cli(call: Sequence[str]) -> str:
    """Return the plugin of Cline's CLI."""
    late = "it took too long for Cline; for a saved plan, run: guardrail apply PLAN"
    return _CLINE_CLI.format(asking=_asking(call, CLINE_WAITS, late))


def opencode(call: Sequence[str], seconds: float) -> str:
    """Return the plugin of OpenCode, which waits for ``seconds``."""
    return _OPENCODE.format(asking=_asking(call, seconds, "it did not answer in time"))


def _asking(call: Sequence[str], seconds: float, late: str) -> str:
    return _ASKING.format(words=json.dumps(list(call)), wait=round(seconds * 1000), late=late)
