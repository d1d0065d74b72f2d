"""A saved plan, read twice: by our own strict reader, and by Terraform."""

import re
from collections.abc import Mapping
from pathlib import Path

from guardrail.canonical import sha256_hex
from guardrail.errors import PlanError
from guardrail.plan.join import join
from guardrail.plan.parse import parse_plan
from guardrail.plan.planfile import read_saved
from guardrail.sources.plans import LoadedPlan
from guardrail.system.files import Sealed, sealed_output
from guardrail.system.terraform import Terraform

_VERSION = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){1,3}(-[0-9A-Za-z.]{1,20})?")


def load_saved(
    sealed: Sealed, terraform: Terraform, *, env: Mapping[str, str], directory: Path
) -> LoadedPlan:
    """
    Read a sealed saved plan: its zip strictly, its changes through ``terraform show``.

    1. The zip is read by our own strict reader, which refuses what two readers
       could read differently.
    2. ``terraform show -json`` reads the same sealed bytes, in ``env``, from
       ``directory`` (where the providers are).
    3. Its output must be one whole plan.
    4. Both must say the same; where they differ the plan is inconsistent.
    """
    # 1. Our own reading.
    saved = read_saved(sealed.view())
    # 2. Terraform's reading of the same bytes.
    with sealed_output() as output:
        done = terraform.run(
            ["show", "-json", sealed.path],
            env=env,
            directory=directory,
            timeout=600,
            pass_fds=[sealed.fd],
            stdout_fd=output.fd,
        )
        if done.code != 0:
            raise _unreadable(
                saved.terraform_version, terraform.version(env=env, directory=directory)
            )
        # 3. One whole plan.
        shown = output.view()
        plan = parse_plan(shown)
        return LoadedPlan(
            # 4. Both must say the same.
            plan=join(plan, saved),
            sealed=sealed,
            json_sha256=sha256_hex(shown),
        )


def _unreadable(made_by: str, here: str) -> PlanError:
    """Return why Terraform could not show a plan: only the version that made it can read it."""
    if made_by != here:
        return PlanError(
            f"expected Terraform {_plain(made_by)}, which made the saved plan, got {_plain(here)}",
            hint="run this with the Terraform that made the plan, or plan again with this one",
        )
    return PlanError(
        f"terraform show could not read the saved plan, though Terraform {_plain(here)} made it",
        hint="run this where the plan was made: in its working directory, after `terraform init`",
    )


def _plain(version: str) -> str:
    """Return a version that a file or a program claims, if it looks like one."""
    return version if _VERSION.fullmatch(version) else "another version"
