"""A saved plan, read twice: by our own strict reader, and by Terraform."""

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
            raise PlanError(
                f"terraform show could not read the saved plan (exit code {done.code}); "
                f"it was made by Terraform {saved.terraform_version}",
                hint="run this where the plan was made: same Terraform version, "
                "same working directory after `terraform init`",
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
