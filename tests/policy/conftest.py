"""Fixtures for the tests of the policy room."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from opa_program import find_opa

from guardrail.policy.bundle import Bundle, load_bundle
from guardrail.policy.embedded import EmbeddedEngine
from guardrail.policy.opa import ChildHost, OpaEngine


@pytest.fixture(scope="session")
def opa_binary() -> Path:
    """Return the path of a real OPA."""
    return find_opa()


@pytest.fixture(scope="session")
def built_in() -> Bundle:
    """Return the built-in rules alone."""
    return load_bundle([])


@pytest.fixture(scope="module")
def embedded(built_in: Bundle) -> Iterator[EmbeddedEngine]:
    """Return an embedded engine that holds the built-in rules."""
    engine = EmbeddedEngine(built_in)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def opa(built_in: Bundle, opa_binary: Path) -> Iterator[OpaEngine]:
    """Return a real OPA server that holds the built-in rules."""
    engine = OpaEngine(built_in, ChildHost(opa_binary))
    yield engine
    engine.close()
