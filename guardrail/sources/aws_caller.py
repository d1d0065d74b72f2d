"""
Asks AWS whose credentials this process has. A script, not a module: it imports nothing of ours.

It is started as ``python -I aws_caller.py SECONDS REGION=URL...`` with an environment that was
chosen for it, as the leader of a session of its own: nobody can be prompted. It says two bytes of
length, big end first, and so many bytes of JSON: ``{"arn": …}``, or ``{"failed": NAME}`` with an
error's code or type. An error's text stays here: it may hold a path, a profile or an account.

The places are asked one after the other until one knows the credentials. After ``SECONDS`` this
process ends, and every process that it started for the credentials with it.
"""

import json
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

_ANSWER_BYTES = 4096
_USELESS = frozenset(("NoCredentialsError", "PartialCredentialsError"))
"""What no other place would answer otherwise."""


def main(seconds: float, places: Sequence[str]) -> None:
    """Ask ``places`` and say what came of it."""
    answer_to = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):  # a program that fetches credentials must neither read nor answer
        os.dup2(nothing, stream)

    def give_up(_number: int, _frame: object) -> None:
        _say(answer_to, {"failed": "Timeout"})
        os.killpg(0, signal.SIGKILL)

    signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    answer = _ask(places)
    signal.setitimer(signal.ITIMER_REAL, 0)
    _say(answer_to, answer)


def _ask(places: Sequence[str]) -> dict[str, str]:
    failed = "NoPlace"
    try:
        import boto3  # noqa: PLC0415 - within the time that is given
        from botocore.exceptions import ClientError  # noqa: PLC0415

        session = boto3.Session()
        for region, _, url in (place.partition("=") for place in places):
            try:
                return {"arn": str(_client(session, region, url).get_caller_identity()["Arn"])}
            except ClientError as error:
                failed = str(error.response.get("Error", {}).get("Code", "ClientError"))
            except Exception as error:  # noqa: BLE001 - another place may answer
                failed = type(error).__name__
                if failed in _USELESS:
                    break
    except Exception as error:  # noqa: BLE001 - whatever it is, it must be said
        failed = type(error).__name__
    return {"failed": failed}


def _client(session: Any, region: str, url: str) -> Any:
    """Return a client of ``url`` and nothing else, whatever a profile says."""
    from botocore.config import Config  # noqa: PLC0415 - see _ask

    return session.client(
        "sts",
        region_name=region,
        endpoint_url=url,
        verify=True,
        config=Config(
            connect_timeout=1,
            read_timeout=2,
            retries={"total_max_attempts": 2, "mode": "standard"},
            use_fips_endpoint=False,
            use_dualstack_endpoint=False,
        ),
    )


def _say(to: int, answer: dict[str, str]) -> None:
    data = json.dumps(answer).encode()[:_ANSWER_BYTES]
    os.write(to, len(data).to_bytes(2) + data)


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2:])
