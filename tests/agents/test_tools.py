"""Tools of servers: what changes infrastructure by itself, what a shell could do, and what looks."""

import pytest
from installed import Installed

from guardrail.agents.hooks.protocol import asked
from guardrail.agents.judge import World, judge
from guardrail.agents.tool_lines import shell_line, words_of

CHANGES = [
    ("mcp__terraform-cloud__apply_run", {"run_id": "run-1"}),
    ("mcp__terraform-cloud__force_execute_run", {"run_id": "run-1"}),
    ("mcp__terraform_cloud__safe_delete_workspace", {"workspace_name": "prod"}),
    ("mcp__tf__tf_apply", {"directory": "."}),
    ("mcp__tf__tf_destroy", {}),
    ("mcp__tf__terraform_state_rm", {"address": "a.b"}),
    ("mcp__eks__eks_terraform_destroy", {}),
    ("mcp__x__run_terraform_command", {"command": "apply", "auto_approve": True}),
    ("mcp__x__run_terraform_command", {"command": "state", "state_subcommand": "rm", "state_args": "a"}),
    ("mcp__talkops__terraform_execute", {"command": "destroy"}),
    ("mcp__kubernetes__resources_delete", {"kind": "Deployment", "name": "x"}),
    ("mcp__cluster__resources_delete", {"kind": "Namespace", "name": "x"}),
    ("mcp__k8s__kubectl_delete", {"resourceType": "namespace", "name": "prod"}),
    ("mcp__k8s__kubectl_generic", {"command": "delete", "args": ["ns", "prod"]}),
    ("mcp__k8s__uninstall_helm_chart", {"name": "shop"}),
    ("mcp__kubernetes__helm_uninstall", {"name": "shop"}),
    ("mcp__eks-mcp-server__manage_k8s_resource", {"operation": "delete", "kind": "Namespace"}),
    ("mcp__eks-mcp-server__manage_eks_stacks", {"operation": "delete", "cluster_name": "c"}),
    ("mcp__argocd__manage_argocd_application", {"operation": "delete", "name": "a"}),
    ("mcp__argocd-mcp__delete_application", {"applicationName": "shop"}),
    ("mcp__flux-operator-mcp__delete_kubernetes_resource", {"kind": "HelmRelease"}),
    ("mcp__digitalocean__droplet-delete", {"ID": 1}),
    ("digitalocean-db-cluster-delete", {"ID": "x"}),
    ("mcp__azure__azmcp-extension-az", {"command": "group delete -n prod --yes"}),
    ("mcp__gcloud__run_gcloud_command", {"args": ["compute", "instances", "delete", "vm"]}),
    ("mcp__aws__aws_cli_pipeline", {"command": "aws s3 rb s3://x --force"}),
    ("mcp__aws__call_aws", {"cli_command": "aws rds delete-db-instance --db-instance-identifier p"}),
    ("mcp__neon__delete_project", {"projectId": "p"}),
    ("mcp__Neon__reset_from_parent", {"branchIdOrName": "main"}),
    ("mcp__supabase__delete_branch", {"branch_id": "b"}),
    ("mcp__planton__destroy_cloud_resource", {}) ,
    ("mcp__x__DeleteDBInstance_rds", {"id": "prod"}),
    ("mcp__github__add_issue_comment", {"body": "atlantis apply -p prod", "issue_number": 1}),
    ("mcp__ide__executeCode", {"code": "import os; os.system('terraform apply')"}),
    ("mcp__py__run_python_code", {"python_code": "import boto3\nboto3.client('s3').delete_bucket(Bucket='x')"}),
    ("mcp__js__run_javascript", {"code": "require('child_process').execSync('terraform apply')"}),
    ("write_stdin", {"session_id": 1, "chars": "terraform apply\n"}),
    ("mcp__tmux__send_keys", {"keys": "terraform destroy"}),
    ("mcp__fetch__request", {"url": "https://app.terraform.io/api/v2/runs/r/actions/apply", "method": "post"}),
    ("mcp__http__http_request", {"url": "https://api.digitalocean.com/v2/droplets/1", "method": "DELETE"}),
    ("mcp__ssh__ssh_exec", {"host": "h", "command": "cd infra && terraform apply"}),
]  # fmt: skip
LOOKS = [
    ("mcp__terraform-cloud__get_apply_logs", {"apply_id": "a"}),
    ("mcp__terraform-cloud__list_runs", {}),
    ("mcp__terraform-cloud__create_run", {"is_destroy": False}),
    ("mcp__terraform__search_providers", {"query": "destroy"}),
    ("mcp__terraform__get_provider_details", {"provider": "aws"}),
    ("mcp__tf__tf_plan", {}),
    ("mcp__tf__terraform_validate", {}),
    ("mcp__x__run_terraform_command", {"command": "plan"}),
    ("mcp__x__run_terraform_command", {"command": "state", "state_subcommand": "list"}),
    ("mcp__kubernetes__pods_delete", {"name": "shop-1"}),
    ("mcp__k8s__kubectl_delete", {"resourceType": "pod", "name": "shop-1"}),
    ("mcp__k8s__kubectl_get", {"resourceType": "pods"}),
    ("mcp__k8s__kubectl_apply", {"manifest": "kind: Pod"}),
    ("mcp__eks-mcp-server__manage_k8s_resource", {"operation": "read", "kind": "Pod"}),
    ("mcp__eks-mcp-server__manage_eks_stacks", {"operation": "describe"}),
    ("mcp__kubernetes__resources_get", {}),
    ("mcp__argocd__sync_application", {"applicationName": "shop"}),
    ("mcp__azure__azmcp-extension-az", {"command": "group list"}),
    ("mcp__azure-devops__wit_delete_work_item", {"id": 1}),
    ("mcp__gcloud__run_gcloud_command", {"args": ["projects", "list"]}),
    ("mcp__aws__call_aws", {"cli_command": "aws s3 ls"}),
    ("mcp__aws-docs__search_documentation", {"search_phrase": "delete stack"}),
    ("mcp__neon__run_sql", {"sql": "select 1"}),
    ("mcp__supabase__list_tables", {}),
    ("mcp__cloudflare__workers_list", {}),
    ("mcp__github__create_pull_request", {"title": "x", "body": "after: terraform apply"}),
    ("mcp__github__add_issue_comment", {"body": "terraform destroy fails for me"}),
    ("mcp__github__delete_file", {"path": "a.tf"}),
    ("mcp__github__get_file_contents", {"path": "terraform/apply.tf"}),
    ("mcp__memory__delete_entities", {"entityNames": ["x"]}),
    ("mcp__linear__delete_comment", {"id": "x"}),
    ("mcp__filesystem__move_file", {"source": "a.tf", "destination": "b.tf"}),
    ("mcp__guardrail__apply_terraform_plan", {"plan": "tfplan"}),
    ("mcp__guardrail__check_terraform_plan", {"plan": "tfplan"}),
    ("mcp__ide__executeCode", {"code": "print('terraform apply')"}),
    ("mcp__ide__getDiagnostics", {}),
    ("write_stdin", {"session_id": 1, "chars": "yes\n"}),
    ("mcp__fetch__fetch", {"url": "https://app.terraform.io/api/v2/runs/r/actions/apply"}),
    ("mcp__http__http_request", {"url": "http://localhost:8000/users/1", "method": "DELETE"}),
    ("WebFetch", {"url": "https://developer.hashicorp.com/terraform/cli/commands/destroy", "prompt": "x"}),
    ("WebSearch", {"query": "terraform destroy"}),
    ("Task", {"prompt": "run terraform apply", "description": "x"}),
    ("TodoWrite", {"todos": [{"content": "terraform apply"}]}),
    ("Grep", {"pattern": "terraform destroy", "path": "."}),
    ("NotebookEdit", {"notebook_path": "a.ipynb", "new_source": "!terraform apply"}),
    ("Write", {"file_path": "deploy.sh", "content": "terraform apply"}),
    ("Edit", {"file_path": "main.tf", "old_string": "a", "new_string": "b"}),
]  # fmt: skip


@pytest.fixture
def world(tmp_path) -> World:
    installed = Installed(tmp_path / "guardrail")
    return World(installation=lambda: installed.installation, env={})


@pytest.mark.parametrize(("tool", "arguments"), CHANGES)
def test_what_changes_infrastructure_is_stopped(tool: str, arguments: dict, world, tmp_path):
    call = asked("x", tool, arguments, directory=str(tmp_path), session="")
    verdict = judge(call, world)
    assert not verdict.allow
    assert verdict.allowed


@pytest.mark.parametrize(("tool", "arguments"), LOOKS)
def test_what_looks_plans_or_writes_text_goes_on(tool: str, arguments: dict, world, tmp_path):
    call = asked("x", tool, arguments, directory=str(tmp_path), session="")
    assert judge(call, world).allow


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        ("mcp__terraform__action_run", ["mcp", "terraform", "action", "run"]),
        ("ExecuteTerraformCommand", ["execute", "terraform", "command"]),
        ("DeleteDBInstance", ["delete", "db", "instance"]),
        ("digitalocean-droplet-delete", ["digitalocean", "droplet", "delete"]),
        ("k8s_delete", ["k8s", "delete"]),
        ("", []),
    ],
)
def test_a_tools_name_is_taken_apart_however_it_is_joined(tool: str, words: list[str]):
    assert words_of(tool) == words


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("mcp__aws__call_aws", {"cli_command": 7}),
        ("mcp__aws__call_aws", {}),
        ("mcp__gcloud__run_gcloud_command", {"args": [1, None]}),
        ("mcp__x__run_code", {"code": None}),
        ("mcp__x__request", {"url": 1, "method": []}),
        ("mcp__x__run_terraform_command", {"command": ""}),
    ],
)
def test_arguments_of_any_shape_make_a_line_or_none(tool: str, arguments: dict):
    line = shell_line(tool, arguments)
    assert line is None or isinstance(line, str)


@pytest.mark.parametrize(
    "file",
    ["terraform.tfstate", "envs/prod/terraform.tfstate.backup", "x/../terraform.tfstate",
     "terraform.tfstate.d/prod/terraform.tfstate", ".terraform/terraform.tfstate",
     ".terraform/environment"],
)  # fmt: skip
@pytest.mark.parametrize("tool", ["Write", "Edit", "mcp__filesystem__write_file"])
def test_state_is_written_by_terraform_alone(tool: str, file: str, world, tmp_path):
    arguments = {"file_path": file, "path": file, "content": "{}"}
    verdict = judge(asked("x", tool, arguments, directory=str(tmp_path), session=""), world)
    assert verdict.code == "state_file"
    assert not verdict.allow


@pytest.mark.parametrize(
    "file",
    ["tests/fixtures/terraform.tfstate", "main.tf", "tfstate.go", "docs/terraform.tfstate/README.md",
     ".terraform.lock.hcl"],
)  # fmt: skip
def test_what_is_no_state_may_be_written(file: str, world, tmp_path):
    call = asked("x", "Write", {"file_path": file}, directory=str(tmp_path), session="")
    assert judge(call, world).allow
