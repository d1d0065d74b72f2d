"""Settings: what is read, what is refused, and what a repository may add."""

from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from guardrail.errors import SettingsError
from guardrail.settings.aws_identity import AwsIdentity, AwsKind
from guardrail.settings.identities import IdentitySettings
from guardrail.settings.load import LIMIT, add_repository, parse_settings
from guardrail.settings.model import (
    EnvironmentClass,
    EnvironmentRule,
    Profile,
    ProtectedRule,
    Settings,
)


def parse(text: str) -> Settings:
    return parse_settings(text.encode(), origin="guardrail.toml")


def refusal(text: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        parse(text)
    return caught.value


def test_an_empty_file_means_the_defaults():
    assert parse("") == Settings()


def test_every_key_is_read():
    settings = parse(
        """
        profile = "strict"
        tag_keys = ["Env"]
        [approval]
        level = "principal"
        minutes = 30
        [environments.live]
        class = "production"
        workspaces = ["live-*"]
        directories = ["live/*"]
        modules = ["live_*"]
        tags = ["live"]
        accounts = ["111122223333", "acme-live-*"]
        regions = ["eu-*"]
        [thresholds]
        rebuild_share = 0.25
        rebuild_minimum = 5
        window_hours = 24
        window_losses = 7
        [quiet]
        churn = ["acme_job", "acme_cache_*"]
        [[protected]]
        name = "payments"
        addresses = ["module.payments.*"]
        types = ["aws_db_*"]
        tags = ["Team=payments"]
        identifiers = ["arn:aws:rds:*:db:orders"]
        environments = ["live"]
        outcome = "deny"
        changes = true
        [[protected]]
        name = "zones"
        types = ["aws_route53_zone"]
        [sources]
        providers = ["registry.terraform.io/hashicorp/*"]
        modules = ["terraform-aws-modules/*"]
        [terraform]
        binary = "/usr/bin/terraform"
        sha256 = "%s"
        pass_environment = ["AWS_PROFILE", "TF_VAR_region", "TF_TOKEN_example_com"]
        [policy]
        engine = "opa"
        opa_url = "http://localhost:8181"
        directories = ["/etc/guardrail/policy"]
        """
        % ("0a" * 32)
    )
    assert settings == Settings(
        profile=Profile.STRICT,
        environments=(
            EnvironmentRule(
                name="live",
                environment_class=EnvironmentClass.PRODUCTION,
                workspaces=("live-*",),
                directories=("live/*",),
                modules=("live_*",),
                tags=("live",),
                accounts=("111122223333", "acme-live-*"),
                regions=("eu-*",),
            ),
        ),
        tag_keys=("Env",),
        rebuild_share=0.25,
        rebuild_minimum=5,
        window_hours=24,
        window_losses=7,
        churn=("acme_job", "acme_cache_*"),
        protected=(
            ProtectedRule(
                name="payments",
                addresses=("module.payments.*",),
                types=("aws_db_*",),
                tags=("Team=payments",),
                identifiers=("arn:aws:rds:*:db:orders",),
                environments=("live",),
                deny=True,
                changes=True,
            ),
            ProtectedRule(name="zones", types=("aws_route53_zone",)),
        ),
        provider_sources=("registry.terraform.io/hashicorp/*",),
        module_sources=("terraform-aws-modules/*",),
        approval_level="principal",
        approval_minutes=30,
        terraform="/usr/bin/terraform",
        terraform_sha256="0a" * 32,
        engine="opa",
        opa_url="http://localhost:8181",
        policies=("/etc/guardrail/policy",),
        pass_environment=("AWS_PROFILE", "TF_VAR_region", "TF_TOKEN_example_com"),
        identities=IdentitySettings(
            passed=("AWS_PROFILE", "TF_VAR_region", "TF_TOKEN_example_com")
        ),
    )


def test_an_unknown_key_is_refused_with_a_hint():
    error = refusal('profil = "strict"')
    assert "unknown key 'profil'" in error.message
    assert error.hint == "did you mean 'profile'?"


def test_an_unknown_key_in_a_table_names_the_table():
    error = refusal("[approval]\nminutse = 5")
    assert "approval: unknown key 'minutse'" in error.message


def test_an_unknown_key_like_no_other_gets_the_list_of_keys():
    hint = refusal("zzzzz = 1").hint
    assert hint is not None
    assert "profile" in hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('profile = "lax"', "expected one of balanced, strict, observe"),
        ("profile = 1", "expected one of"),
        ("tag_keys = []", "at least 1 entries"),
        ('tag_keys = [""]', "at least 1 characters"),
        ('tag_keys = "env"', "expected the type array"),
        ("[approval]\nminutes = 0", "at least 1"),
        ("[approval]\nminutes = 241", "at most 240"),
        ("[approval]\nminutes = 1.5", "the type integer"),
        ("[approval]\nminutes = true", "the type integer"),
        ('[approval]\nlevel = "Senior!"', "the form"),
        ("[thresholds]\nrebuild_share = 0.04", "at least 0.05"),
        ("[thresholds]\nrebuild_share = 0.91", "at most 0.9"),
        ("[thresholds]\nrebuild_minimum = 0", "at least 1"),
        ("[environments.x]", "expected the key 'class'"),
        ('[environments.x]\nclass = "safe"', "expected one of production"),
        ('[environments.X]\nclass = "production"', "the form"),
        ('[environments.all]\nclass = "production"', "another name"),
        ('[environments.unknown]\nclass = "disposable"', "another name"),
        ('[terraform]\nbinary = "terraform"', "the form"),
        ('[terraform]\nsha256 = "abc"', "the form"),
        ('[policy]\ndirectories = ["policy"]', "the form"),
        ('[policy]\nopa_url = "ftp://x"', "the form"),
        ('[policy]\nengine = "rego"', "expected one of embedded, opa"),
        ("[thresholds]\nwindow_hours = 0", "at least 1"),
        ("[thresholds]\nwindow_hours = 8761", "at most 8760"),
        ("[thresholds]\nwindow_losses = 0", "at least 1"),
        ("[thresholds]\nwindow_losses = 10001", "at most 10000"),
        ('[quiet]\nchurn = ["*"]', "the form"),
        ('[quiet]\nchurn = ["aws_*"]', "the form"),
        ('[quiet]\nchurn = ["*_job"]', "the form"),
        ('[[protected]]\ntypes = ["x"]', "expected the key 'name'"),
        ('[[protected]]\nname = "x"', "at least one of addresses, types, tags, identifiers, env"),
        ('[[protected]]\nname = "x"\ntypes = []', "at least 1 entries"),
        ('[[protected]]\nname = "x"\ntags = ["critical"]', "the form"),
        ('[[protected]]\nname = "a\\u001bb"\ntypes = ["x"]', "the form"),
        ('[[protected]]\nname = "x"\ntypes = ["x"]\noutcome = "warn"', "one of approval, deny"),
        ('[protected]\nname = "x"\ntypes = ["x"]', "expected the type array"),
        ('[sources]\nmodules = "*"', "expected the type array"),
    ],
)
def test_a_value_outside_its_limits_is_refused(text, expected):
    assert expected in refusal(text).message


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "+nan"])
def test_a_share_that_compares_with_no_limit_is_refused(value):
    assert refusal(f"[thresholds]\nrebuild_share = {value}").message


@pytest.mark.parametrize(
    "text",
    [
        '[approval]\nlevel = "senior\\n"',
        '[terraform]\nbinary = "/bin/terraform\\n"',
        'tag_keys = ["env\\u202e"]',
        '[environments."dev\\n"]\nclass = "disposable"',
    ],
)
def test_a_line_break_at_the_end_does_not_slip_past_a_pattern(text):
    refusal(text)


@pytest.mark.parametrize(
    "name",
    [
        "TF_CLI_ARGS",
        "TF_CLI_ARGS_apply",
        "TF_WORKSPACE",
        "TF_DATA_DIR",
        "TF_REATTACH_PROVIDERS",
        "TF_CLI_CONFIG_FILE",
        "TERRAFORM_CONFIG",
        "TF_HTTP_ADDRESS",
        "LD_PRELOAD",
        "DYLD_INSERT_LIBRARIES",
        "PYTHONPATH",
        "PATH",
        "A B",
        "",
    ],
)
def test_a_variable_that_steers_terraform_cannot_be_passed_through(name):
    refusal(f"[terraform]\npass_environment = [{msgspec.json.encode(name).decode()}]")


def test_a_message_never_repeats_a_value():
    assert "hunter2" not in refusal('[policy]\nopa_url = "ftp://user:hunter2@x"').message


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xff", "UTF-8"),
        (b"\xef\xbb\xbfprofile = 'strict'", "TOML"),
        (b"profile =", "TOML"),
        (b"profile = 'a'\nprofile = 'b'", "TOML"),
        (b"#\n" * LIMIT, "at most"),
        (b"x = " + b"[\n" * 30_000, "nested too deep"),
    ],
)
def test_what_is_not_toml_is_refused(data, expected):
    with pytest.raises(SettingsError, match=expected):
        parse_settings(data, origin="guardrail.toml")


def test_a_deep_dotted_key_is_an_unknown_key():
    assert "unknown key 'a'" in refusal(".".join("a" * 2_000) + " = 1").message


def test_a_dotted_key_long_enough_to_slow_the_reader_down_is_refused():
    assert "lines of at most" in refusal(".".join("a" * 20_000) + " = 1").message


@example_settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_settings_or_a_printable_error(data):
    for read in (
        lambda: parse_settings(data, origin="x"),
        lambda: add_repository(Settings(), data),
    ):
        with suppress(SettingsError):
            read()
            continue
        with pytest.raises(SettingsError) as caught:
            read()
        assert caught.value.message.isprintable()


TRUSTED = parse('[environments.dev]\nclass = "disposable"')


def add(text: str, settings: Settings = TRUSTED) -> Settings:
    return add_repository(settings, text.encode())


def addition_refused(text: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        add(text)
    return caught.value


def test_a_repository_may_name_environments_and_add_policies():
    settings = add(
        '[environments.tools]\nclass = "nonproduction"\nworkspaces = ["tools"]\n'
        '[policy]\ndirectories = ["policy", "./more/rules"]'
    )
    assert settings.environments[0] == TRUSTED.environments[0]
    assert settings.environments[1].name == "tools"
    assert not settings.environments[1].trusted
    assert settings.policies == ("policy", "./more/rules")
    assert settings.profile is TRUSTED.profile


def test_a_repository_may_protect_more_and_take_no_protection_away():
    zones = ProtectedRule(name="zones", types=("aws_route53_zone",), deny=True)
    settings = add(
        '[[protected]]\nname = "zones"\ntypes = ["aws_route53_zone"]\noutcome = "approval"',
        Settings(protected=(zones,)),
    )
    assert settings.protected == (
        zones,
        ProtectedRule(name="zones", types=("aws_route53_zone",)),
    )


@pytest.mark.parametrize("key", ["accounts", "regions"])
def test_a_repository_cannot_say_where_an_environment_lives(key):
    text = f'[environments.tools]\nclass = "nonproduction"\n{key} = ["x"]'
    assert "without accounts and regions" in addition_refused(text).message


def test_an_empty_repository_file_changes_nothing():
    assert add("") == TRUSTED


@pytest.mark.parametrize(
    "text",
    [
        'profile = "observe"',
        'tag_keys = ["x"]',
        "[approval]\nminutes = 240",
        "[thresholds]\nrebuild_share = 0.9",
        "[thresholds]\nwindow_hours = 1",
        '[quiet]\nchurn = ["acme_job"]',
        "[sources]\nproviders = []",
        '[terraform]\nbinary = "/tmp/terraform"',
        '[policy]\nengine = "opa"',
        '[policy]\nopa_url = "http://evil"',
        '[server]\ntokens = "/tmp/tokens"',
        "policy = 1",
        "policy = [1]",
        '[[origin.oidc]]\nissuer = "https://x"\naudience = "x"',
        "origin = 1",
    ],
)
def test_a_repository_may_set_nothing_else(text):
    error = addition_refused(text)
    assert "additions" in error.message
    assert error.hint is not None


@pytest.mark.parametrize(
    "directories",
    ['["/etc"]', '["../x"]', '["a/../../x"]', '["~root"]', '[""]', '["a\\n"]', "[1]", '"policy"'],
)
def test_a_repository_policy_lies_inside_the_repository(directories):
    assert "relative" in addition_refused(f"[policy]\ndirectories = {directories}").message


def test_a_repository_cannot_call_an_environment_disposable():
    text = '[environments.tools]\nclass = "disposable"'
    assert "got disposable" in addition_refused(text).message


def test_a_repository_cannot_class_again_what_the_installation_named():
    text = '[environments.dev]\nclass = "production"'
    assert "expected new environments" in addition_refused(text).message


def test_an_unknown_key_of_a_repository_environment_is_refused():
    text = '[environments.tools]\nclass = "production"\nworkspace = ["x"]'
    assert addition_refused(text).hint == "did you mean 'workspaces'?"


def test_a_text_of_another_form_is_explained_in_words():
    with pytest.raises(SettingsError) as caught:
        parse_settings(b'[terraform]\npass_environment = ["TF_CLI_ARGS"]', origin="x")
    assert caught.value.hint is not None
    assert "does not change what Terraform runs" in caught.value.hint


AGENTS = "arn:aws:iam::111122223333:role/agent-*"


def principal(arn: str = AGENTS, kind: str = "agent") -> str:
    return f'[[origin.aws]]\narn = "{arn}"\nkind = "{kind}"\nname = "coder"\n'


@pytest.mark.parametrize(
    "arn",
    [
        AGENTS,
        "arn:aws-cn:iam::*:role/*",
        "arn:aws-us-gov:iam::111122223333:user/team/*/bot@corp.example",
        "arn:aws:iam::111122223333:root",
        "arn:aws:sts::111122223333:federated-user/*",
    ],
)
def test_an_aws_principal_is_a_whole_arn(arn):
    text = principal(arn) + principal(arn, "automation")
    assert parse(text).identities.aws == (
        AwsIdentity(arn=arn, kind=AwsKind.AGENT, name="coder"),
        AwsIdentity(arn=arn, kind=AwsKind.AUTOMATION, name="coder"),
    )


@pytest.mark.parametrize(
    "arn",
    [
        "*",
        "role/agent",
        "arn:*",
        "arn:aws:iam::*",
        "arn:aws*:iam::111122223333:role/agent",
        "arn:aws-iso:iam::111122223333:role/agent",
        "arn:aws:iam::1111:role/agent",
        "arn:aws:iam::1111*:role/agent",
        "arn:aws:iam::111122223333:*",
        "arn:aws:iam::111122223333:role/team/agent",
        "arn:aws:iam::111122223333:role/agent-?",
        "arn:aws:iam::111122223333:role/agent-[ab]",
        "arn:aws:iam::111122223333:group/agents",
        "arn:aws:sts::111122223333:assumed-role/agent/session",
        "arn:aws:sts::111122223333:federated-user/ada",
        " arn:aws:iam::111122223333:root",
    ],
)
def test_what_names_no_principal_is_refused_when_the_settings_are_read(arn):
    error = refusal(principal(arn))
    assert error.message.startswith("guardrail.toml: origin.aws.0.arn: expected the form")
    assert "without the role's path" in (error.hint or "")


def test_no_aws_principal_is_a_human():
    assert "expected one of agent, automation" in refusal(principal(kind="human")).message


def test_what_terraform_may_see_is_known_where_credentials_are_looked_for():
    settings = parse('[terraform]\npass_environment = ["HTTPS_PROXY"]')
    assert settings.identities.passed == ("HTTPS_PROXY",)


def test_a_repository_may_say_who_is_an_agent_and_nothing_else_about_identities():
    trusted = parse(principal(kind="automation"))
    ours, theirs = add(principal(), trusted).identities.aws
    assert (ours.kind, ours.trusted) == (AwsKind.AUTOMATION, True)
    assert (theirs.kind, theirs.trusted) == (AwsKind.AGENT, False)
    assert (
        "expected origin.aws with kind agent"
        in addition_refused(principal(kind="automation")).message
    )
