"""Where providers and modules come from."""

import msgspec
import pytest
from msgspec import Raw

from guardrail.findings.model import Kind, Observation
from guardrail.plan.model import Configuration
from guardrail.settings.model import Settings

AWS = "registry.terraform.io/hashicorp/aws"
EVIL = "registry.terraform.io/evil/aws"
PROVIDERS = Settings(provider_sources=("registry.terraform.io/HashiCorp/*",))
MODULES = Settings(
    module_sources=("terraform-aws-modules/*", "git::https://git.example.com/platform/*")
)


def provider(name: str, **fields: object) -> Raw:
    return Raw(msgspec.json.encode({"name": "aws", "full_name": name} | fields))


def configured(*names: str) -> Configuration:
    return Configuration(providers={f"p{n}": provider(name) for n, name in enumerate(names)})


def sourced(**sources: str) -> Configuration:
    return Configuration(
        module_sources={f"module.{name}": source for name, source in sources.items()}
    )


def told(build, settings: Settings, configuration: Configuration, *changes) -> list[Observation]:
    plan = build.plan(changes, configuration=configuration)
    found = build.findings(plan, settings).observations
    return [each for each in found if each.kind is Kind.FOREIGN_SOURCE]


def test_nothing_is_foreign_where_the_settings_do_not_say(build):
    configuration = Configuration(
        providers={"aws": provider(EVIL)}, module_sources={"module.a": "evil/vpc/aws"}
    )
    assert not told(build, Settings(), configuration)


@pytest.mark.parametrize("name", [AWS, AWS.upper(), "terraform.io/builtin/terraform"])
def test_an_allowed_provider_is_not_told(build, name):
    assert not told(build, PROVIDERS, configured(name))


def test_a_provider_of_the_configuration_is_told(build):
    (found,) = told(build, PROVIDERS, configured(AWS, EVIL))
    assert (found.address, found.causes, found.detail) == ("", (EVIL,), "a provider")


def test_a_provider_that_only_a_change_names_is_told_in_its_environment(build):
    gone = build.change("module.staging.aws_vpc.a", "delete", provider=EVIL)
    (found,) = told(build, PROVIDERS, configured(AWS), gone)
    assert (found.causes, found.environment) == ((EVIL,), "staging")


@pytest.mark.parametrize("raw", [b'{"name":"aws"}', b"null", b"1"])
def test_a_provider_that_does_not_say_where_it_comes_from_is_told(build, raw):
    configuration = Configuration(providers={"aws": Raw(raw)})
    (found,) = told(build, PROVIDERS, configuration)
    assert found.causes == ()


@pytest.mark.parametrize(
    "source",
    [
        "./network",
        "../../modules/network",
        "terraform-aws-modules/vpc/aws",
        "git::https://git.example.com/platform/network.git//vpc?ref=v1..2",
    ],
)
def test_an_allowed_module_is_not_told(build, source):
    assert not told(build, MODULES, sourced(network=source))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("evil/vpc/aws", ("evil/vpc/aws",)),
        ("git::https://example.com/a.git?ref=hunter2", ("git::https://example.com/a.git",)),
        ("git::https://user:hunter2@example.com/a.git", ()),
        ("/opt/modules/a", ()),
        ("a\x1b[2Jb", ()),
        ("日本", ()),
        ("a" * 300, ()),
        (".hidden", ()),
        ("", ()),
    ],
)
def test_another_module_is_told_and_its_source_only_where_it_is_plain(build, source, shown):
    (found,) = told(build, MODULES, sourced(network=source))
    assert (found.address, found.causes, found.detail) == ("module.network", shown, "a module")


@pytest.mark.parametrize(
    "source",
    [
        "git::https://git.example.com/platform/../evil/a.git",
        "git::https://git.example.com/platform/%2e%2E/evil/a.git",
        "terraform-aws-modules/..",
    ],
)
def test_a_source_that_climbs_out_of_what_is_allowed_is_told(build, source):
    assert told(build, MODULES, sourced(network=source))


def test_modules_of_one_source_are_told_once_in_the_strictest_environment(build):
    configuration = sourced(staging="evil/vpc/aws", prod="evil/vpc/aws")
    (found,) = told(build, MODULES, configuration)
    assert (found.address, found.count, found.environment) == ("module.prod", 2, "production")


def test_a_call_without_a_source_is_told(build):
    (found,) = told(build, MODULES, Configuration(calls={"module.a": ()}))
    assert found.address == "module.a"


def test_a_call_whose_name_is_no_name_is_not_repeated(build):
    (found,) = told(build, MODULES, sourced(**{"\x1b[2J": "evil/vpc/aws"}))
    assert found.address == "(unreadable address)"
