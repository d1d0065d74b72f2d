"""
Whose AWS credentials Terraform is given, by AWS's own answer to ``sts:GetCallerIdentity``.

The answer may call an agent's role an agent, whatever else was left out. So whoever asks must not
choose who answers, or what is asked about:

1. The credentials are those that Terraform gets: the same variables, the same home, and the same
   order. Keys or a token in variables are taken as they are, and no profile is read beside them.
2. The place that answers is an address of AWS, made here; no variable and no profile moves it.
   Certificates are checked against the authorities that come with boto3. A proxy is used where the
   settings pass its variable to Terraform.
3. A region that the caller names only says where to ask first. In the end each partition that the
   settings name is asked in a region that is always there.
4. Files that the caller names are not read for credentials: a profile can run a program, and a
   file can be sent along. Such credentials are reported as obstructed.

boto3 reads the variables of its process in many places, a profile may run a program that never
ends, and one with a second factor asks at the terminal. So a child asks, with variables of its own
and no terminal, and is ended after :data:`SECONDS`. Nothing of its errors but a code is repeated.
"""

import re
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from guardrail.errors import ProcessError
from guardrail.origin.aws_arn import match_principal, principal_of
from guardrail.origin.evidence import Evidence
from guardrail.settings.aws_identity import AwsIdentity
from guardrail.sources.logins import home_directory
from guardrail.system.child import start
from guardrail.system.environment import terraform_environment

SECONDS = 4.0
"""How long one answer may take; half of what a hook has for all of its work."""
_GRACE = 2.0
"""For the child to start, and for what it can't interrupt."""

_CALLER = Path(__file__).with_name("aws_caller.py")
_HOMES = {
    "aws": ("us-east-1", "amazonaws.com"),
    "aws-cn": ("cn-north-1", "amazonaws.com.cn"),
    "aws-us-gov": ("us-gov-west-1", "amazonaws.com"),
}
"""By partition: a region that nobody can switch off, and the end of its services' names.

https://docs.aws.amazon.com/general/latest/gr/sts.html"""
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+){1,2}-[0-9]{1,2}")
_KEPT = re.compile(
    r"AWS_(?!ENDPOINT|CA_BUNDLE|DATA_PATH|CONFIG_FILE$|SHARED_CREDENTIALS_FILE$)\w+|HOME|PATH|LANG"
    r"|(?:HTTPS?|NO)_PROXY|(?:https?|no)_proxy"
)
_FILES = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
_POD = frozenset(("169.254.170.23", "fd00:ec2::23"))
"""https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html"""
_WORDS = {
    "NoCredentialsError": "there are no credentials",
    "PartialCredentialsError": "the credentials are not whole",
    "ProfileNotFound": "there is no such profile",
    "Timeout": "no answer in time",
}


class _Answer(Struct):
    arn: str = ""
    failed: str = ""


class _ObstructedError(Exception):
    """Why AWS could not be asked."""


def aws_evidence(
    env: Mapping[str, str], rows: Sequence[AwsIdentity], *, passed: Sequence[str] = ()
) -> tuple[tuple[Evidence, ...], tuple[str, ...]]:
    """
    Return what AWS says of the credentials that Terraform is given out of ``env``, and what obstructs.

    ``rows`` are the principals that the settings know; with none nobody is asked. ``passed`` are
    the names of further variables that the settings pass to Terraform. Never raises.
    """
    if not rows:
        return (), ()
    try:
        answer = _ask(
            caller_environment(env, passed=passed), places(env, (row.arn for row in rows))
        )
    except _ObstructedError as error:
        return (), (f"aws: {error}",)
    principal = principal_of(answer)
    if principal is None:
        return (), ("aws: the caller is of a kind that is not known here",)
    return match_principal(principal, rows), ()


def caller_environment(env: Mapping[str, str], *, passed: Sequence[str]) -> dict[str, str]:
    """
    Return the variables with which AWS is asked about the credentials in ``env``.

    Raises :class:`_ObstructedError` where the caller names a file to take them from.
    """
    whole = terraform_environment(
        env, home=Path(home_directory()), cli_config=Path("/dev/null"), passed=passed
    )
    kept = {name: value for name, value in whole.items() if _KEPT.fullmatch(name)}
    # As Terraform's provider chooses: keys, then a web identity, and only then a profile.
    if kept.get("AWS_ACCESS_KEY_ID") or kept.get("AWS_WEB_IDENTITY_TOKEN_FILE"):
        kept.pop("AWS_PROFILE", None)
        return kept | dict.fromkeys(_FILES, "/dev/null")
    if any(name in whole for name in _FILES):
        raise _ObstructedError("the credentials come from a file that the caller names")
    if "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE" in kept and not _is_pod(kept):
        raise _ObstructedError("the credentials come from an address that the caller names")
    return kept


def places(env: Mapping[str, str], patterns: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return region and URL of every place to ask, in order, for principals like ``patterns``."""
    partitions = dict.fromkeys(pattern.split(":")[1] for pattern in patterns)
    named = (env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "").strip()
    first = _partition_of(named)
    regions = [(first, named)] if first in partitions else []
    regions += [(partition, _HOMES[partition][0]) for partition in partitions]
    return tuple(
        (region, f"https://sts.{region}.{_HOMES[partition][1]}")
        for partition, region in dict.fromkeys(regions)
    )


def _partition_of(region: str) -> str:
    if not _REGION.fullmatch(region) or "-iso" in region:
        return ""
    if region.startswith("us-gov-"):
        return "aws-us-gov"
    return "aws-cn" if region.startswith("cn-") else "aws"


def _is_pod(env: Mapping[str, str]) -> bool:
    try:
        return urlsplit(env.get("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")).hostname in _POD
    except ValueError:
        return False


def _ask(env: Mapping[str, str], asked: Sequence[tuple[str, str]]) -> str:
    """Return the ``Arn`` that the first of ``asked`` with an answer gives."""
    argv = [sys.executable, "-I", str(_CALLER), str(SECONDS)]
    end = time.monotonic() + SECONDS + _GRACE
    try:
        child = start([*argv, *map("=".join, asked)], env=env, cwd=Path("/"))
    except ProcessError:
        raise _ObstructedError("nobody could be sent to ask") from None
    try:
        length = int.from_bytes(child.read(2, timeout=end - time.monotonic()))
        said = child.read(length, timeout=end - time.monotonic())
        answer = msgspec.json.decode(said, type=_Answer)
    except (ProcessError, msgspec.DecodeError):
        raise _ObstructedError(_WORDS["Timeout"]) from None
    finally:
        child.kill()
    if not answer.arn:
        raise _ObstructedError(_WORDS.get(answer.failed) or f"no answer: {_code(answer.failed)}")
    return answer.arn


def _code(text: str) -> str:
    """Return an error's code or type; what has another form may hold anything."""
    return text if re.fullmatch(r"[A-Za-z][A-Za-z0-9.]{0,63}", text) else "an error"
