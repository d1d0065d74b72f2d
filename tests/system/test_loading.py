"""What is loaded by hand is whole, and leaves nothing behind for others to trip over."""

import subprocess
import sys

LOADS = """
import sys
from guardrail.system.loading import load_msgspec
load_msgspec()
assert "typing_extensions" not in sys.modules
import msgspec
class Pair(msgspec.Struct, frozen=True, kw_only=True):
    left: int
    right: "str | None" = None
print(msgspec.json.decode(b'{"left":1}', type=Pair).left, msgspec.json.encode(Pair(left=2)))
import typing_extensions
load_msgspec()
print(typing_extensions is sys.modules["typing_extensions"])
"""
FAILS = """
import sys
sys.modules["msgspec._core"] = None
from guardrail.system.loading import load_msgspec
try:
    load_msgspec()
except ImportError:
    print("typing_extensions" in sys.modules)
"""


def said(code: str) -> str:
    """Return what a new Python prints."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout


def test_msgspec_is_whole_without_the_module_it_was_kept_from():
    assert said(LOADS) == """1 b'{"left":2,"right":null}'\nTrue\n"""


def test_nothing_stays_missing_where_msgspec_cannot_be_loaded():
    assert said(FAILS) == "False\n"
