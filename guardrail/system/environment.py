"""
The environment of every child that runs Terraform: built from an allow-list.

Terraform obeys dozens of variables that move its state, swap its providers or
change its arguments. None is inherited; what is not named here does not exist.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path  # every hook's answer waits for what is loaded here

SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

CREDENTIALS = frozenset(
    {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_ROLE_ARN",
        "AWS_ROLE_SESSION_NAME",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "ARM_CLIENT_ID",
        "ARM_CLIENT_SECRET",
        "ARM_CLIENT_CERTIFICATE_PATH",
        "ARM_CLIENT_CERTIFICATE_PASSWORD",
        "ARM_OIDC_TOKEN",
        "ARM_OIDC_TOKEN_FILE_PATH",
        "ARM_SUBSCRIPTION_ID",
        "ARM_TENANT_ID",
        "ARM_USE_CLI",
        "ARM_USE_MSI",
        "ARM_USE_OIDC",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "GOOGLE_CREDENTIALS",
        "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT",
        "GOOGLE_OAUTH_ACCESS_TOKEN",
        "GOOGLE_PROJECT",
        "GOOGLE_REGION",
        "GOOGLE_ZONE",
        "KUBECONFIG",
        "KUBE_CONFIG_PATH",
    }
)
"""Variables that say who Terraform is to the cloud; never where the cloud is."""


def terraform_environment(
    env: Mapping[str, str],
    *,
    home: "Path",
    cli_config: "Path",
    passed: Sequence[str] = (),
    variables: bool = False,
) -> dict[str, str]:
    """
    Return the whole environment for a Terraform child.

    ``env`` is the environment to take credentials from, ``home`` the user's home
    by the password database, ``cli_config`` a CLI configuration file of our own,
    ``passed`` further names that the trusted settings allow, and ``variables``
    whether ``TF_VAR_*`` is passed: only while a plan is being made, since the
    plan shows what they did. Names that steer Terraform itself are never passed,
    whatever the settings say.
    """
    child = {
        name: value
        for name, value in env.items()
        if name in CREDENTIALS
        or (name in passed and not _steers(name))
        or (variables and name.startswith("TF_VAR_"))
    }
    child.update(
        {
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": str(cli_config),
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
        }
    )
    child.setdefault("PATH", SEARCH_PATH)
    return child


def _steers(name: str) -> bool:
    return name.startswith(("TF_", "LD_", "DYLD_", "PYTHON")) or name == "TERRAFORM_CONFIG"
