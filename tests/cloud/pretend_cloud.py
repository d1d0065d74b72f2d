"""
The pretend cloud as tests see it: install the provider once, then ask what was really done.
"""

import platform
import shlex
import shutil
import sys
from pathlib import Path

from pretend_store import Store
from terraform_workspace import Workspace, clean_environment

ADDRESS = "example.com/pretend/aws"
VERSION = "5.0.0"

WRAPPER = """\
#!/bin/sh
HOME={home} exec {python} -I {provider}
"""

CLI_CONFIG = """\
provider_installation {{
  filesystem_mirror {{
    path    = "{mirror}"
    include = ["example.com/*/*"]
  }}
}}
"""

PROVIDERS = f"""\
terraform {{
  required_providers {{
    aws = {{
      source  = "{ADDRESS}"
      version = "{VERSION}"
    }}
  }}
}}
"""

ENVIRONMENT = """\
locals {{
  tags = {{ Environment = "{environment}" }}
}}

resource "aws_vpc" "main" {{
  cidr_block = "{cidr}"
  tags       = local.tags
}}

resource "aws_subnet" "app" {{
  count      = 2
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.${{count.index}}.0/24"
  tags       = local.tags
}}

resource "aws_instance" "web" {{
  count         = {instances}
  ami           = "{ami}"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.app[count.index].id
  tags          = merge(local.tags, {{ Name = "web-${{count.index}}" }})
}}

resource "aws_db_instance" "main" {{
  identifier              = "{database}"
  engine                  = "postgres"
  instance_class          = "db.r5.large"
  deletion_protection     = {protected}
  skip_final_snapshot     = false
  backup_retention_period = 14
  tags                    = local.tags
}}

resource "aws_s3_bucket" "data" {{
  bucket        = "acme-{environment}-data"
  force_destroy = false
  tags          = local.tags
}}

resource "aws_route53_zone" "main" {{
  name = "{environment}.example.com"
  tags = local.tags
}}
"""


def install(directory: Path) -> Path:
    """
    Put the provider into a filesystem mirror below `directory`.

    Returns the CLI configuration that makes Terraform look there, and nowhere else.
    """
    mirror, home = directory / "mirror", directory / "provider-home"
    home.mkdir(parents=True, exist_ok=True)
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    package = mirror / ADDRESS / VERSION / f"{platform.system().lower()}_{machine}"
    package.mkdir(parents=True)
    # One version of it for as long as these tests run, also while somebody works on it.
    code = directory / "provider"
    code.mkdir()
    for name in ("provider", "store", "types"):
        shutil.copy(Path(__file__).with_name(f"pretend_{name}.py"), code)
    command = package / f"terraform-provider-aws_v{VERSION}"
    command.write_text(
        WRAPPER.format(
            home=shlex.quote(str(home)),
            python=shlex.quote(sys.executable),
            provider=shlex.quote(str(code / "pretend_provider.py")),
        )
    )
    command.chmod(0o755)
    config = directory / "terraform.rc"
    config.write_text(CLI_CONFIG.format(mirror=mirror))
    return config


def prepare(directory: Path, terraform: Path) -> Workspace:
    """Install the provider and return an initialised workspace without resources, to be copied."""
    config = install(directory)
    template = Workspace(
        directory / "template", terraform, clean_environment(directory / "home", config)
    )
    return template.write({"providers.tf": PROVIDERS}).init()


class Cloud(Store):
    """One account of the pretend cloud, with Terraform workspaces that work on it."""

    def __init__(self, directory: Path, template: Workspace) -> None:
        super().__init__(directory / "cloud")
        self._root = directory
        self._template = template

    def provider_hcl(self) -> str:
        """Return the provider block that leads to this account."""
        return f'provider "aws" {{\n  store = "{self.directory}"\n}}\n'

    def workspace(self, name: str = "workspace") -> Workspace:
        """Return an initialised workspace on this account; another name is another directory."""
        copied = self._template.copy(self._root / name)
        return copied.write({"providers.tf": PROVIDERS + self.provider_hcl()})

    def environment_hcl(
        self,
        environment: str = "production",
        *,
        cidr: str = "10.0.0.0/16",
        ami: str = "ami-1",
        instances: int = 2,
        database: str | None = None,
        protected: bool = True,
    ) -> str:
        """
        Return a small environment of 8 resources: network, machines, database, bucket, zone.

        Another `cidr` replaces network and machines, another `ami` the machines, another
        `database` the database; `protected=False` disarms it.
        """
        return ENVIRONMENT.format(
            environment=environment,
            cidr=cidr,
            ami=ami,
            instances=instances,
            database=database or f"{environment}-main",
            protected=str(protected).lower(),
        )

    def operations(self, *, since: int = 0) -> list[tuple[str, str]]:
        """Return the log as pairs of operation and type, sorted, from entry `since` on."""
        return sorted((each["operation"], each["type"]) for each in self.log()[since:])
