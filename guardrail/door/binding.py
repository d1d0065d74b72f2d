"""What an approval is good for: this plan or operation, this state, these binaries and policies."""

import guardrail
from guardrail.approval.request import Binding
from guardrail.decision import StackRecord
from guardrail.door.session import Session
from guardrail.sources.plans import LoadedPlan
from guardrail.system.terraform import Terraform


def bind(
    session: Session,
    stack: StackRecord,
    terraform: Terraform,
    loaded: LoadedPlan,
    *,
    terraform_version: str,
    backend_sha256: str,
    lockfile_sha256: str = "",
) -> Binding:
    """Return what an approval must be good for, to release ``loaded`` for ``stack``."""
    unplanned = loaded.plan.unplanned
    return Binding(
        operation="" if unplanned is None else unplanned.name,
        plan_sha256=loaded.sealed.sha256,
        plan_json_sha256=loaded.json_sha256,
        terraform_version=terraform_version,
        terraform_sha256=terraform.sha256,
        lockfile_sha256=lockfile_sha256,
        directory=stack.directory,
        backend=stack.backend,
        backend_sha256=backend_sha256,
        workspace=stack.workspace,
        lineage=stack.lineage,
        serial=stack.serial,
        policy_sha256=session.bundle.sha256,
        guardrail_version=guardrail.__version__,
    )
