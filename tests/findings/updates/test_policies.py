"""Policy documents that shut everybody out, and those that only look like it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrail.findings.updates.policies import denies_all, shuts_out

ROOT = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}, "Action": "kms:*"}
READ = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
DENY = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*"}


def text(*statements):
    return msgspec.json.encode({"Statement": statements}).decode()


def roles(**members):
    listed = [{"role": f"roles/{role}", "members": who} for role, who in members.items()]
    return msgspec.json.encode({"bindings": listed}).decode()


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"Principal": {"AWS": "*"}},
        {"Principal": {"AWS": ["*", "arn:aws:iam::1:root"]}},
        {"Action": "*"},
        {"Action": ["s3:GetObject", "S3:*"]},
        {"Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/logs/*"]},
        {"Resource": "*"},
        {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {"Condition": {"Bool": {"aws:SecureTransport": [True]}}},
        {"Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}},
        {"Condition": {"StringLike": {"aws:PrincipalArn": "*"}}},
        {"Condition": {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}},
        {"Condition": {}},
    ],
)
def test_a_denial_of_everything_to_everybody_shuts_out(change):
    assert denies_all("resource", text({**DENY, **change}))


@pytest.mark.parametrize(
    "change",
    [
        {"Effect": "Allow"},
        {"Principal": {"AWS": "arn:aws:iam::1:user/zoe"}},
        {"Action": "s3:DeleteBucket"},
        {"Action": ["s3:Put*", "s3:Delete*"]},
        {"Resource": "arn:aws:s3:::b/logs/*"},
        {"Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {"Condition": {"Bool": {"aws:SecureTransport": False}}},
        {"Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
        {"Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}},
        {"Condition": {"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24"]}}},
        {"Condition": {"DateLessThan": {"aws:TokenIssueTime": "2020-01-01T00:00:00Z"}}},
        {"Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}},
    ],
)
def test_a_denial_that_leaves_somebody_or_something_out_does_not(change):
    assert not denies_all("resource", text({**DENY, **change}))


def test_a_denial_of_all_but_one_principal_or_action_shuts_the_others_out():
    assert denies_all(
        "resource", text({"Effect": "Deny", "NotPrincipal": {"AWS": "a"}, "Action": "*"})
    )
    assert denies_all("identity", text({"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}))


def test_who_acts_is_shut_out_by_everything_and_not_by_one_service():
    denial = {"Effect": "Deny", "Resource": "*"}
    assert denies_all("identity", text({**denial, "Action": "*"}))
    assert not denies_all("identity", text({**denial, "Action": "iam:*"}))


def test_a_denial_that_was_there_before_is_no_news():
    assert not shuts_out("resource", [text(READ, DENY)], [text(READ, DENY, READ)])
    assert shuts_out("resource", [text(READ)], [text(READ, DENY)])


@pytest.mark.parametrize("after", [text(), "", None, "no json", "[1]", '{"Statement": 1}'])
def test_a_policy_that_allows_nothing_any_more_shuts_out(after):
    assert shuts_out("resource", [text(READ)], [after])
    assert not shuts_out("resource", [after], [text(READ)])


def test_one_statement_fewer_is_ordinary():
    assert not shuts_out("resource", [text(READ, ROOT)], [text(ROOT)])
    assert not shuts_out("resource", [msgspec.json.decode(text(READ))], [text(ROOT)])


def test_a_key_that_nobody_administers_is_lost():
    use = {"Effect": "Allow", "Principal": {"AWS": "a"}, "Action": ["kms:Encrypt", "kms:Decrypt"]}
    assert shuts_out("key", [text(ROOT, use)], [text(use)])
    kept = {**ROOT, "Action": ["kms:PutKeyPolicy"]}
    assert not shuts_out("key", [text(ROOT, use)], [text(kept)])


def test_a_key_that_another_account_administers_is_taken():
    other = {**ROOT, "Principal": {"AWS": "arn:aws:iam::2:role/admin"}}
    role = {**ROOT, "Principal": {"AWS": "arn:aws:iam::1:role/admin"}}
    assert shuts_out("key", [text(ROOT)], [text(other)])
    assert not shuts_out("key", [text(ROOT)], [text(role)])
    assert not shuts_out("key", [text(ROOT)], [text(ROOT, other)])


@pytest.mark.parametrize(
    ("denied", "shut"),
    [
        ({"Action": "s3:GetObject"}, True),
        ({"Action": ["s3:Get*", "s3:List*"]}, True),
        ({"Action": ["s3:DeleteObject", "s3:PutObject"]}, False),
        ({"Action": "s3:*", "Condition": {"StringLike": {"aws:PrincipalArn": "arn:aws:*"}}}, True),
        ({"Action": "s3:*", "Condition": {"StringLike": {"aws:userid": "?*"}}}, True),
        ({"Action": "s3:*", "Condition": {"StringLike": {"aws:userid": "AROA*"}}}, False),
        (
            {
                "Action": "s3:*",
                "Condition": {"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}},
            },
            True,
        ),
        ({"Action": "s3:*", "Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}}, False),
    ],
)
def test_everybody_is_meant_however_it_is_written(denied, shut):
    deny = {"Effect": "Deny", "Principal": "*", "Resource": "arn:aws:s3:::b/*", **denied}
    assert shuts_out("resource", [text(ROOT)], [text(ROOT, deny)]) is shut


def test_bindings_shut_out_when_nobody_or_no_owner_is_left():
    assert shuts_out("bindings", [roles(viewer=["user:a"])], [roles(viewer=[])])
    assert shuts_out("bindings", [roles(owner=["a"], viewer=["b"])], [roles(viewer=["b"])])
    assert not shuts_out("bindings", [roles(owner=["a", "b"])], [roles(owner=["c"])])
    assert not shuts_out("bindings", ['{"bindings": [1]}'], ["{}"])


def test_a_document_that_is_nested_without_end_says_nothing():
    assert not denies_all("resource", '{"Statement":' + "[" * 100_000)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=5) | st.sampled_from(["Deny", "*", "Allow"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["Statement", "Effect", "Principal", "Action", "Condition", "bindings"]
                ),
                inner,
                max_size=4,
            )
        ),
    )
)
def test_no_document_whatsoever_raises(document):
    for subject in ("resource", "identity", "key", "bindings"):
        written = msgspec.json.encode(document).decode()
        assert shuts_out(subject, [document], [written]) is False


@pytest.mark.parametrize(
    ("rule", "shut"),
    [
        ({}, True),
        ({"denied_permissions": ["storage.googleapis.com/*.*"]}, True),
        ({"denied_permissions": ["storage.googleapis.com/buckets.delete"]}, False),
        ({"denied_permissions": ["iam.googleapis.com/serviceAccountKeys.create"]}, False),
        ({"denied_principals": ["principalSet://goog/group/x@acme.example"]}, False),
        ({"exception_principals": ["principalSet://goog/group/sre@acme.example"]}, False),
        ({"denial_condition": [{"expression": "resource.matchTag('a/env', 'test')"}]}, False),
    ],
)
def test_a_deny_rule_for_everybody_shuts_out_where_it_denies_use(rule, shut):
    denied = {
        "denied_principals": ["principalSet://goog/public:all"],
        "denied_permissions": ["storage.googleapis.com/objects.get"],
        **rule,
    }
    assert denies_all("denial", denied) is shut
    assert shuts_out("denial", [], [denied]) is shut
    assert not shuts_out("denial", [denied], [])
