"""The allow-list: what a Terraform child may see, whoever wants otherwise."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from guardrail.system.environment import CREDENTIALS, SEARCH_PATH, terraform_environment

HOME, CONFIG = Path("/home/somebody"), Path("/state/terraform.rc")
OWN = {
    "HOME": "/home/somebody",
    "LANG": "C.UTF-8",
    "CHECKPOINT_DISABLE": "1",
    "TF_CLI_CONFIG_FILE": "/state/terraform.rc",
    "TF_IN_AUTOMATION": "1",
    "TF_INPUT": "0",
    "PATH": SEARCH_PATH,
}


def test_an_empty_environment_becomes_our_own():
    assert terraform_environment({}, home=HOME, cli_config=CONFIG) == OWN


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_nothing_that_is_not_named_gets_in(env: dict[str, str]):
    child = terraform_environment(env, home=HOME, cli_config=CONFIG)
    assert {name for name in child if name not in OWN} <= CREDENTIALS


def test_credentials_pass_and_endpoints_do_not():
    env = {"AWS_PROFILE": "prod", "AWS_ENDPOINT_URL": "http://evil", "AWS_CA_BUNDLE": "/evil"}
    child = terraform_environment(env, home=HOME, cli_config=CONFIG)
    assert child == {**OWN, "AWS_PROFILE": "prod"}


def test_settings_may_pass_more_but_never_what_steers_terraform():
    names = ["TF_CLI_ARGS", "TF_WORKSPACE", "LD_PRELOAD", "PYTHONPATH", "TERRAFORM_CONFIG", "HOME"]
    env = dict.fromkeys(names, "evil") | {"VAULT_ADDR": "https://vault", "PATH": "/opt/bin"}
    child = terraform_environment(
        env, home=HOME, cli_config=CONFIG, passed=[*names, "VAULT_ADDR", "PATH"]
    )
    assert child == {**OWN, "VAULT_ADDR": "https://vault", "PATH": "/opt/bin"}


def test_variables_of_the_plan_pass_only_while_it_is_made():
    env = {"TF_VAR_size": "1"}
    assert "TF_VAR_size" not in terraform_environment(env, home=HOME, cli_config=CONFIG)
    child = terraform_environment(env, home=HOME, cli_config=CONFIG, variables=True)
    assert child["TF_VAR_size"] == "1"
