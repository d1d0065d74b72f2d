"""Where the real OPA is."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def find_opa() -> Path:
    """Return the real OPA; skip where it is missing, fail where GUARDRAIL_REQUIRE names it."""
    built = ROOT / ".tools" / "bin" / "opa"
    found = shutil.which("opa") or (str(built) if built.exists() else None)
    if found is not None:
        return Path(found)
    if "opa" in os.environ.get("GUARDRAIL_REQUIRE", ""):
        pytest.fail("opa is required and missing: run `make opa`")
    pytest.skip("opa is missing: run `make opa`")
