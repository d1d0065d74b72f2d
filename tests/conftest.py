"""Fixtures that every test may use."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCENARIOS = Path(__file__).parent / "scenarios"


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the top of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def scenarios() -> Path:
    """Return the folder of plans made by real Terraform, with the verdicts they must get."""
    return SCENARIOS
