"""
Policy documents that shut everybody out.

A document is the JSON text (or the object) that providers take for AWS policies and
for Google's bindings and deny rules. What is no such document says nothing: the provider
refuses it. Sources: IAM's grammar of the JSON policy language, its global condition keys,
``google_iam_policy`` and ``google_iam_deny_policy``.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final, Literal

import msgspec

Subject = Literal["resource", "identity", "key", "bindings", "denial"]
"""Whose policy it is: of a thing, of who acts, of a key, or Google's bindings and deny rules."""

Document = dict[str, object]

_EVERYTHING: Final = ("*", "*:*")
_ADMINISTERS: Final = frozenset({"*", "kms:*", "kms:put*", "kms:putkeypolicy"})
_OWNER: Final = "roles/owner"
_USES: Final = (
    "s3:getobject",
    "kms:decrypt",
    "secretsmanager:getsecretvalue",
    "sqs:receivemessage",
    "sqs:sendmessage",
    "sns:publish",
    "sts:assumerole",
    "execute-api:invoke",
)
"""What things are there for: who may not do this is shut out, whatever else is allowed."""
_PUBLIC: Final = "principalset://goog/public:all"
_PERMITS_USE: Final = re.compile(
    r".*\*|.*[./](get|list|read|use|access|connect|publish|consume|actas|invoke|login)\w*"
)
"""Google's permissions without which things are of no use; the others change or end them."""
_ANY: Final = re.compile(r"(arn:aws[a-z-]*:(iam|sts)?:*)?(arn:)?[*?:]*[*?]|0\.0\.0\.0/0|::/0")
_ACCOUNT: Final = re.compile(r"arn:aws[a-z-]*:(?:iam|sts)::(\d+):.*")
_BOTH_HALVES: Final = frozenset({"0.0.0.0/1", "128.0.0.0/1"})


def shuts_out(subject: Subject, before: list[object], after: list[object]) -> bool:
    """Return whether ``after`` denies everybody, or no longer allows what ``before`` allowed."""
    old, new = list(map(_document, before)), list(map(_document, after))
    lost = any(sum(map(had, old)) > 0 and sum(map(had, new)) == 0 for had in _GRANTS[subject])
    taken = subject == "key" and _administered_by_others(old, new)
    return lost or taken or _denials(subject, new) > _denials(subject, old)


def denies_all(subject: Subject, policy: object) -> bool:
    """Return whether ``policy`` denies everybody everything, without a condition that narrows it."""
    return _denials(subject, [_document(policy)]) > 0


def _denials(subject: Subject, documents: list[Document]) -> int:
    if subject == "denial":
        return sum(map(_denies_use_to_all, documents))
    return sum(_denies_all(subject, each) for one in documents for each in _statements(one))


def _document(policy: object) -> Document:
    if isinstance(policy, str):
        try:
            policy = msgspec.json.decode(policy)
        except (msgspec.MsgspecError, RecursionError):
            return {}
    return policy if isinstance(policy, dict) else {}


def _statements(document: Document) -> Iterator[Document]:
    for each in _listed(document.get("Statement")):
        if isinstance(each, dict):
            yield each


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _texts(value: object) -> list[str]:
    return [each.lower() for each in _listed(value) if isinstance(each, str)]


def _allows(document: Document) -> int:
    return sum(each.get("Effect") == "Allow" for each in _statements(document))


def _administrators(document: Document) -> int:
    return sum(map(_administers, _statements(document)))


def _administers(statement: Document) -> bool:
    allows = statement.get("Effect") == "Allow"
    return allows and not _ADMINISTERS.isdisjoint(_texts(statement.get("Action")))


def _administered_by_others(old: list[Document], new: list[Document]) -> bool:
    """Return whether only other accounts than before may change a key's policy."""
    had, has = ({*_named_administrators(documents)} for documents in (old, new))
    return bool(had) and bool(has) and "*" not in has and had.isdisjoint(has)


def _named_administrators(documents: list[Document]) -> Iterator[str]:
    for each in (each for one in documents for each in _statements(one) if _administers(each)):
        principal = each.get("Principal")
        named = principal.values() if isinstance(principal, dict) else [principal]
        for name in (name for names in named for name in _texts(names)):
            account = _ACCOUNT.fullmatch(name)
            yield account[1] if account else name


def _bindings(document: Document) -> Iterator[Document]:
    for each in _listed(document.get("bindings")):
        if isinstance(each, dict):
            yield each


def _members(document: Document) -> int:
    return sum(len(_listed(each.get("members"))) for each in _bindings(document))


def _owners(document: Document) -> int:
    bindings = (each for each in _bindings(document) if each.get("role") == _OWNER)
    return sum(len(_listed(each.get("members"))) for each in bindings)


_GRANTS: Final[Mapping[Subject, tuple[Callable[[Document], int], ...]]] = {
    "resource": (_allows,),
    "identity": (_allows,),
    "key": (_allows, _administrators),
    "bindings": (_members, _owners),
    "denial": (),
}
"""What a policy grants, counted: none of it may go to nothing."""


def _denies_all(subject: Subject, statement: Document) -> bool:
    return (
        statement.get("Effect") == "Deny"
        and (subject == "identity" or _speaks_to_everybody(statement))
        and _covers_every_action(subject, statement)
        and _covers_all_of_it(statement)
        and not any(_narrows(*each) for each in _tests(statement.get("Condition")))
    )


def _denies_use_to_all(rule: Document) -> bool:
    """Return whether a deny rule is for everybody; one that spares whoever may is how guards are written."""
    spared = _texts(rule.get("exception_principals")) or _listed(rule.get("denial_condition"))
    denied = _texts(rule.get("denied_permissions"))
    everybody = _PUBLIC in _texts(rule.get("denied_principals")) and not spared
    return everybody and any(map(_PERMITS_USE.fullmatch, denied))


def _speaks_to_everybody(statement: Document) -> bool:
    principal = statement.get("Principal")
    named = principal.values() if isinstance(principal, dict) else [principal]
    return "NotPrincipal" in statement or any("*" in _texts(each) for each in named)


def _covers_every_action(subject: Subject, statement: Document) -> bool:
    actions = _texts(statement.get("Action"))
    if "NotAction" in statement or any(action in _EVERYTHING for action in actions):
        return True
    # Of one service there is only one in the policy of a thing; a role may lose one of many.
    return subject != "identity" and any(
        action.endswith(":*") or any(fnmatchcase(use, action) for use in _USES)
        for action in actions
    )


def _covers_all_of_it(statement: Document) -> bool:
    resources = _texts(statement.get("Resource"))
    return not resources or not all(map(_is_a_part, resources))


def _is_a_part(resource: str) -> bool:
    """Return whether ``resource`` names some of a bucket's objects, or things by a longer name."""
    _, bucket, name = resource.partition(":s3:::")
    return bool(bucket) and name.partition("/")[2] not in {"", "*"}


def _tests(condition: object) -> Iterator[tuple[str, str, list[str]]]:
    """Yield operator, key and values of each test: all of them must hold for the statement to."""
    for operator, keys in condition.items() if isinstance(condition, dict) else ():
        for key, values in keys.items() if isinstance(keys, dict) else ():
            yield operator.lower(), key.lower(), _texts(_worded(values))


def _worded(values: object) -> list[object]:
    words: dict[object, object] = {True: "true", False: "false"}
    return [words[each] if isinstance(each, bool) else each for each in _listed(values)]


def _narrows(operator: str, key: str, values: list[str]) -> bool:
    """Return whether a test leaves anybody out: a usual Deny is of those who lack encryption."""
    if key == "aws:securetransport":
        return values == ["false"]
    if operator.startswith("date"):
        return not operator.startswith("dategreater")
    negated = "not" in operator
    return negated or not (any(map(_ANY.fullmatch, values)) or {*values} >= _BOTH_HALVES)
