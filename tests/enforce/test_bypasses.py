"""Bypasses 2 to 5: variables that steer Terraform have no effect on what is applied, or where."""

from pathlib import Path

import pytest
from installed import AGENT, Installed
from pretend_cloud import Cloud
from terraform_workspace import Workspace

pytestmark = pytest.mark.terraform

DATA = 'resource "terraform_data" "a" {\n  input = 1\n}\n'


@pytest.fixture
def stack(workspace: Workspace) -> Workspace:
    """Return a stack with nothing built yet, and a plan that builds one thing."""
    workspace.write(DATA).init().plan(out="create.tfplan")
    return workspace


def apply(installed: Installed, stack: Workspace, **variables: str):
    return installed.run(
        "apply",
        stack.directory / "create.tfplan",
        "--chdir",
        stack.directory,
        env={**AGENT, **variables},
    )


def built_here_alone(stack: Workspace) -> bool:
    elsewhere = [
        path for path in stack.directory.rglob("*.tfstate") if path.parent != stack.directory
    ]
    return stack.addresses() == ["terraform_data.a"] and not elsewhere


@pytest.mark.parametrize(
    "arguments",
    ["-state=elsewhere.tfstate", "-state-out=elsewhere.tfstate", "-lock=false", "-v", "-destroy"],
)
@pytest.mark.parametrize("variable", ["TF_CLI_ARGS", "TF_CLI_ARGS_apply", "TF_CLI_ARGS_show"])
def test_bypass_2_arguments_from_variables_have_no_effect(
    variable: str, arguments: str, stack: Workspace, installed: Installed
):
    done = apply(installed, stack, **{variable: arguments})
    assert done.code == 0, done.err
    assert not (stack.directory / "elsewhere.tfstate").exists()
    assert built_here_alone(stack)


def test_bypass_2_arguments_for_plan_have_no_effect_where_the_gate_makes_the_plan(
    stack: Workspace, installed: Installed
):
    stack.apply()
    env = {**AGENT, "TF_CLI_ARGS_plan": "-destroy", "TF_CLI_ARGS": "-destroy"}
    done = installed.run("apply", "--chdir", stack.directory, env=env)
    assert done.code == 0, done.err
    assert built_here_alone(stack)


@pytest.mark.parametrize("variable", ["TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG"])
def test_bypass_3_a_cli_configuration_cannot_swap_a_provider(
    variable: str, cloud: Cloud, installed: Installed, tmp_path: Path
):
    stack = cloud.workspace().write({"main.tf": cloud.environment_hcl()})
    stack.plan(out="create.tfplan")
    ran = tmp_path / "evil-ran"
    evil = tmp_path / "evil"
    evil.mkdir()
    provider = evil / "terraform-provider-aws"
    provider.write_text(f"#!/bin/sh\ntouch {ran}\n")
    provider.chmod(0o755)
    config = tmp_path / "evil.rc"
    config.write_text(
        "provider_installation {\n  dev_overrides {\n"
        f'    "example.com/pretend/aws" = "{evil}"\n  }}\n  direct {{}}\n}}\n'
    )
    done = apply(installed, stack, **{variable: str(config)})
    assert done.code == 0, done.err
    assert not ran.exists()
    assert ("create", "aws_vpc") in cloud.operations()


def test_bypass_3_a_terraformrc_in_home_cannot_swap_a_provider(
    cloud: Cloud, installed: Installed, tmp_path: Path
):
    stack = cloud.workspace().write({"main.tf": cloud.environment_hcl()})
    stack.plan(out="create.tfplan")
    for home in (tmp_path / "evil-home", installed.installation.home):
        home.mkdir(exist_ok=True)
        (home / ".terraformrc").write_text(
            'provider_installation {\n  dev_overrides {\n    "example.com/pretend/aws" = '
            f'"{tmp_path}"\n  }}\n}}\n'
        )
    done = apply(installed, stack, HOME=str(tmp_path / "evil-home"))
    assert done.code == 0, done.err
    assert ("create", "aws_vpc") in cloud.operations()


def test_bypass_4_a_reattached_provider_is_not_talked_to(cloud: Cloud, installed: Installed):
    stack = cloud.workspace().write({"main.tf": cloud.environment_hcl()})
    stack.plan(out="create.tfplan")
    reattach = (
        '{"example.com/pretend/aws":{"Protocol":"grpc","ProtocolVersion":5,"Pid":1,"Test":true,'
        '"Addr":{"Network":"unix","String":"/nowhere"}}}'
    )
    done = apply(installed, stack, TF_REATTACH_PROVIDERS=reattach)
    assert done.code == 0, done.err
    assert ("create", "aws_vpc") in cloud.operations()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TF_WORKSPACE", "evil"),
        ("TF_DATA_DIR", ".evil"),
        ("TF_LOG", "TRACE"),
        ("TF_LOG_PATH", "trace.log"),
        ("TF_PLUGIN_CACHE_DIR", "/nowhere"),
        ("TF_ENCRYPTION", "{}"),
        ("TF_FORCE_LOCAL_BACKEND", "1"),
        ("TF_CLOUD_ORGANIZATION", "evil"),
        ("LD_PRELOAD", "/nowhere/evil.so"),
        ("PYTHONPATH", "/nowhere"),
        ("GIT_SSH_COMMAND", "evil"),
        ("HTTPS_PROXY", "http://127.0.0.1:9"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
    ],
)
def test_bypass_5_variables_that_move_terraform_elsewhere_have_no_effect(
    variable: str, value: str, stack: Workspace, installed: Installed
):
    done = apply(installed, stack, **{variable: value})
    assert done.code == 0, done.err
    assert built_here_alone(stack)
    assert not (stack.directory / "trace.log").exists()
    assert not (stack.directory / ".evil").exists()


def test_bypass_5_a_plan_of_the_default_workspace_is_not_applied_in_another(
    stack: Workspace, installed: Installed
):
    stack.run("workspace", "new", "prod")
    done = apply(installed, stack)
    assert done.code == 4
    assert "workspace" in done.err
    assert stack.state() == {}


def test_a_first_plan_is_not_applied_over_a_state_that_came_meanwhile(
    stack: Workspace, installed: Installed
):
    stack.apply()
    serial = stack.state()["serial"]
    done = apply(installed, stack)
    assert done.code == 4
    assert "another state" in done.err
    assert stack.state()["serial"] == serial


def test_a_plan_of_one_directory_is_not_applied_in_another(
    stack: Workspace, installed: Installed, tmp_path: Path
):
    stack.apply()
    stack.plan("-destroy", out="create.tfplan")
    elsewhere = stack.copy(tmp_path / "prod")
    (elsewhere.directory / "terraform.tfstate").unlink()
    elsewhere.apply()
    done = apply(installed, elsewhere)
    assert done.code == 4
    assert elsewhere.addresses() == ["terraform_data.a"]


def test_a_fake_terraform_first_on_path_is_not_run(stack: Workspace, tmp_path: Path):
    ran = tmp_path / "fake-ran"
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "terraform"
    fake.write_text(f"#!/bin/sh\ntouch {ran}\n")
    fake.chmod(0o755)
    unpinned = Installed(tmp_path / "unpinned", terraform=stack.terraform)
    apply(unpinned, stack, PATH=f"{tmp_path / 'bin'}:/usr/bin:/bin")
    assert not ran.exists()


def test_a_terraform_that_is_not_the_pinned_one_is_not_run(stack: Workspace, installed: Installed):
    installed.settings(f'[terraform]\nbinary = "{stack.terraform}"\nsha256 = "{"0" * 64}"\n')
    done = apply(installed, stack)
    assert done.code == 4
    assert "not the pinned one" in done.err
    assert stack.state() == {}
