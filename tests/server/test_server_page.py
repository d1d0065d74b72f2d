"""docs/server.md, followed to the letter: its commands, its settings, its scrape."""

import os
import re
import shutil
import ssl
import subprocess
from pathlib import Path

import httpx
import pytest
import yaml
from installed import Installed
from pretend_cloud import Cloud
from serving import Served, add, free_port, serving, settings
from terraform_workspace import Workspace

MISSING = [name for name in ("bash", "curl", "jq", "openssl") if shutil.which(name) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"missing: {MISSING}")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def blocks(root: Path) -> dict[str, list[str]]:
    """Return the fenced blocks of the page by their language."""
    found: dict[str, list[str]] = {}
    for language, text in FENCE.findall((root / "docs" / "server.md").read_text()):
        found.setdefault(language, []).append(text)
    return found


def run(script: str, cwd: Path, **env: str) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=cwd, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.terraform
def test_the_page_leads_from_a_denial_to_an_apply(
    blocks, stack: Workspace, cloud: Cloud, installed: Installed, keys: Path, terraform
):
    ask, request, apply, *_ = blocks["sh"]
    installed.trust(keys / "sam")
    directories = f'[server.directories]\nlive = "{stack.directory}"\n'
    text = settings(free_port(), terraform=terraform, tables=directories)
    with serving(installed, text) as served:
        path = f"{installed.programs(terraform=terraform)}:{os.environ['PATH']}"
        env = {"PATH": path, "TOKEN": served.tokens["ci"]}
        ask = ask.replace("http://127.0.0.1:8470", served.url)
        head = ask.splitlines()[0] + "\n"

        stack.write({"extra.tf": 'output "zone" {\n  value = "z"\n}\n'})
        stack.plan(out="tfplan")
        assert run(ask, stack.directory, **env) == "true\n"

        changed = cloud.environment_hcl(cidr="10.9.0.0/16", database="shop-v2")
        stack.write({"main.tf": changed}).plan(out="tfplan")
        with pytest.raises(AssertionError, match="false"):
            run(ask, stack.directory, **env)
        assert run(head + request, stack.directory, **env) == "pending\n"

        (waiting,) = installed.requests()
        token = installed.approve(waiting, keys / "sam")
        (stack.directory / "approval.token").write_bytes(token.read_bytes())
        script = f"{head}REQUEST={waiting.request_id}\n{apply}"
        assert run(script, stack.directory, **env).startswith("true\n")
    assert ("delete", "aws_db_instance") in cloud.operations()


def test_the_pages_certificate_settings_and_scrape_work(blocks, tmp_path: Path):
    installed = Installed(tmp_path / "guardrail")
    make, try_it = blocks["sh"][3:5]
    run(make, tmp_path, PATH=os.environ["PATH"])
    port = free_port()
    here = {
        "/etc/guardrail/tls": str(tmp_path),
        "10.0.0.7": "127.0.0.1",
        ":8470": f":{port}",
        "/srv/infra/live": str(tmp_path),
    }
    (text,) = blocks["toml"]
    for old, new in here.items():
        text, try_it = text.replace(old, new), try_it.replace(old, new)
    text = text.replace("[server]\n", f"[server]\nport = {port}\n")
    with serving(installed, text, scheme="https") as served:
        assert run(try_it, tmp_path, PATH=os.environ["PATH"]) == '{"healthy":true}'
        assert "guardrail_responses_total" in scrape(blocks["yaml"][0], served, tmp_path)


def scrape(text: str, served: Served, folder: Path) -> str:
    """Ask for the counters as Prometheus does with this configuration."""
    (job,) = yaml.safe_load(text)["scrape_configs"]
    assert job["tls_config"].keys() == {"ca_file"}
    (target,) = job["static_configs"][0]["targets"]
    token = folder / "prometheus.token"
    assert job["authorization"].keys() == {"credentials_file"}
    token.write_text(add(served.installed, "prometheus") + "\n")
    trusted = ssl.create_default_context(cafile=str(folder / "server.crt"))
    with httpx.Client(verify=trusted, base_url=served.url) as prometheus:
        answer = prometheus.get(
            "/metrics",
            headers={
                "Host": target.replace("8470", str(served.port)),
                "Authorization": f"Bearer {token.read_text().strip()}",
                "Accept": "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4",
                "Accept-Encoding": "gzip",
            },
            extensions={"sni_hostname": "guardrail.example.com"},
        )
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return answer.text
