"""What resources look like: the attributes a provider shows for each type, filled in by a draw."""

import copy
import json
import random
from collections.abc import Callable
from typing import Any, NamedTuple

Json = dict[str, Any]

REGISTRY = "registry.terraform.io/hashicorp/"
PROVIDERS = {
    name: REGISTRY + name
    for name in (
        *("aws", "azurerm", "azuread", "google", "kubernetes", "helm", "random", "null", "time"),
        *("local", "archive", "tls", "http", "external"),
    )
} | {"terraform": "terraform.io/builtin/terraform"}
FOLLOWING = frozenset({"tags_all", "effective_labels", "terraform_labels"})
"""Computed, and known all the same where the tags are."""
TEAMS = ("payments", "search", "identity", "platform", "logistics", "growth")


class Body(NamedTuple):
    """The attributes of one object, which of them are secret, and which the provider computes."""

    values: Json
    secret: Json
    computed: frozenset[str]


class Context:
    """What all objects of one stack have in common."""

    def __init__(self, draw: random.Random, environment: str) -> None:
        self.draw = draw
        self.environment = environment
        self.account = str(draw.randrange(10**11, 10**12))
        self.region = draw.choice(("eu-central-1", "us-east-1", "eu-west-1", "ap-southeast-2"))
        self.location = draw.choice(("westeurope", "northeurope", "eastus2"))
        self.google_region = draw.choice(("europe-west1", "us-central1", "europe-west3"))
        self.project = f"acme-{environment or 'core'}-{draw.randrange(1000, 9999)}"
        self.subscription = self.uuid()
        self.team = draw.choice(TEAMS)
        self.tag_key = draw.choice(("Environment", "environment", "env", "Stage"))
        self.group = f"rg-{self.team}-{environment or 'core'}"

    def hexa(self, digits: int) -> str:
        """Return so many hexadecimal digits."""
        return f"{self.draw.getrandbits(4 * digits):0{digits}x}"

    def uuid(self) -> str:
        """Return a UUID."""
        return "-".join(self.hexa(n) for n in (8, 4, 4, 4, 12))

    def tags(self, name: str = "") -> Json:
        """Return the tags of AWS and Azure."""
        tags = {"Name": name} if name else {}
        if self.environment:
            tags[self.tag_key] = self.environment
        return tags | {"Team": self.team, "ManagedBy": "terraform"}

    def labels(self) -> Json:
        """Return the labels of Google."""
        labels = {self.tag_key.lower(): self.environment} if self.environment else {}
        return labels | {"team": self.team, "managed-by": "terraform"}

    def arn(self, service: str, rest: str) -> str:
        """Return an ARN in this account."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def azure(self, kind: str, name: str) -> str:
        """Return the identifier of an Azure resource such as ``Microsoft.Sql/servers``."""
        group = f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
        return f"{group}/providers/{kind}/{name}"

    @staticmethod
    def follow(values: Json, name: str) -> None:
        """Let what is computed from tags or labels follow them."""
        for computed in (
            ("tags_all",) if name == "tags" else ("effective_labels", "terraform_labels")
        ):
            if computed in values:
                values[computed] = copy.deepcopy(values[name])


Template = Callable[[Context, str], tuple[Json, Json]]
"""Returns what the configuration says and what the provider computes."""

TEMPLATES: dict[str, Template] = {}
SECRETS: dict[str, tuple[str, ...]] = {}


def document(*statements: Json) -> str:
    """Return a policy as the text that a provider keeps."""
    return json.dumps(
        {"Version": "2012-10-17", "Statement": list(statements)}, separators=(",", ":")
    )


def statement(action: str | list[str], resource: Any = "*", **more: Any) -> Json:
    """Return one statement of a policy."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def assume(service: str) -> str:
    """Return the trust policy of a service's role."""
    return document(
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    )


def body(c: Context, kind: str, label: str) -> Body:
    """Return the attributes of one object of type ``kind`` called ``label``."""
    template = TEMPLATES.get(kind)
    config, computed = template(c, label) if template else ({}, {})
    config, more = _common(c, kind, label, config, computed)
    secret = dict.fromkeys(SECRETS.get(kind, ()), True)
    return Body({**config, **more}, secret, frozenset(more))


def _common(c: Context, kind: str, label: str, config: Json, computed: Json) -> tuple[Json, Json]:
    """Add what every object of a provider has."""
    match kind.partition("_")[0]:
        case "aws":
            short = kind.removeprefix("aws_").replace("_", "-")
            base: Json = {"id": f"{short}-{c.hexa(17)}"}
            if "tags" in config or kind not in TEMPLATES:
                config = {"tags": c.tags(label), **config}
                base["tags_all"] = copy.deepcopy(config["tags"])
            if kind not in TEMPLATES:
                base["arn"] = c.arn(short, label)
            return config, {**base, **computed}
        case "azurerm":
            name = config.get("name", label)
            base = {"id": c.azure("Microsoft." + kind.removeprefix("azurerm_"), str(name))}
            return config, {**base, **computed}
        case "google":
            name = config.get("name", label)
            kinds = kind.removeprefix("google_")
            base = {"id": f"projects/{c.project}/{kinds}/{name}", "project": c.project}
            if "labels" in config:
                base["effective_labels"] = copy.deepcopy(config["labels"])
                base["terraform_labels"] = copy.deepcopy(config["labels"])
            return config, {**base, **computed}
        case _:
            return config, {"id": computed.pop("id", c.hexa(10)), **computed}


def simple(kind: str, service_: str, path: str, config: Any, computed: Any = None) -> None:
    """Add an AWS type whose identifier and ARN follow from its label."""

    def template(c: Context, n: str) -> tuple[Json, Json]:
        more = computed(c, n) if computed else {}
        arn = {"arn": c.arn(service_, path.format(n=n, id=c.hexa(17)))} if service_ else {}
        return config(c, n), {**arn, **more}

    TEMPLATES[kind] = template


def named(c: Context, n: str) -> Json:
    return {"id": n}
