"""Fixtures: a real server, and a client that holds a token."""

from collections.abc import Iterator

import httpx
import pytest
from installed import Installed
from serving import Served, free_port, serving, settings


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return a server without Terraform, shared by all tests that leave it as it is."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "live").mkdir()
    text = settings(
        free_port(),
        more="plan_megabytes = 1\nper_minute = 1000000",
        tables=f'[server.directories]\nlive = "{folder / "live"}"\ngone = "{folder / "gone"}"\n',
    )
    with serving(Installed(folder / "guardrail"), text) as found:
        yield found


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    """Return a client with the token of a pipeline."""
    with served.client() as client:
        yield client
