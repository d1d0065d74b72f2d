"""Marks in commits: found where tools write them, and nowhere else."""

import pytest

from guardrail.origin.classify import classify
from guardrail.origin.evidence import OriginKind, Source
from guardrail.origin.match_git import match_commits
from guardrail.origin.observed import Commit
from guardrail.origin.signals import load_signals

SIGNALS = load_signals()


def commit(message="fix: a thing\n", **people: str) -> Commit:
    base = {"author": "Ada", "author_email": "ada@corp.example"}
    base |= {"committer": "Ada", "committer_email": "ada@corp.example"}
    return Commit(message=message, note=people.pop("note", ""), **(base | people))


def names(*commits: Commit) -> list[str]:
    return [e.name for e in match_commits(commits, SIGNALS)]


@pytest.mark.parametrize("key", SIGNALS.authorship_trailers)
@pytest.mark.parametrize("row", SIGNALS.addresses, ids=repr)
def test_every_address_is_found_in_every_trailer_of_authorship(row, key) -> None:
    message = f"fix: x\n\nbody\n\n{key.title()}: Some Name <{row.address.title()}>\n"
    found = match_commits([commit(message)], SIGNALS)
    assert f"{key}: {row.address}" in {e.signal for e in found}
    assert row.name in {e.name for e in found}


@pytest.mark.parametrize("role", ["author", "committer"])
@pytest.mark.parametrize("row", SIGNALS.logins, ids=repr)
def test_every_login_is_found_in_noreply_addresses_after_the_plus(row, role) -> None:
    for number in ("", "198982749+", "7+"):
        address = f"{number}{row.login.title()}@users.noreply.github.com"
        (found,) = match_commits([commit(**{f"{role}_email": address})], SIGNALS)
        assert (found.name, found.signal) == (row.name, f"{role}: {row.login}")
    assert names(commit(author_email=f"{row.login}@users.noreply.example")) == []


@pytest.mark.parametrize("row", [r for r in SIGNALS.trailers if not r.named_by_value], ids=repr)
def test_every_trailer_is_found(row) -> None:
    key = row.trailer.replace("*", "checkpoint").title()
    value = row.values[-1].title() if row.values else "anything at all"
    assert names(commit(f"fix: x\n\n{key}: {value}\n")) == [row.name]
    if row.values:
        assert names(commit(f"fix: x\n\n{key}: somebody\n")) == []


@pytest.mark.parametrize("row", SIGNALS.texts, ids=repr)
def test_every_text_is_found_in_its_place(row) -> None:
    match row.place:
        case "line":
            assert row.name in names(commit(f"fix: x\n\n\N{ROBOT FACE} {row.text}x)\n"))
            assert row.name in names(commit(f"fix: x\n\n  {row.text.title()}x\n"))
            assert names(commit(f"fix: x\n\nDo not write {row.text}x\n")) == []
        case "subject":
            assert names(commit(f"{row.text.title()} fix\n")) == [row.name]
            assert names(commit(f"fix: x\n\nbody says {row.text} y\n")) == []
        case "person":
            assert names(commit(author=f"Ada{row.text.title()}")) == [row.name]
            assert names(commit(committer=f"Ada{row.text}")) == [row.name]
            assert names(commit(author=f"Ada{row.text} Lovelace")) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Claude:claude-3-opus coccinelle sparse", ["claude-code"]),
        ("Codex:gpt-5.6-sol", ["codex"]),
        ("GitHub Copilot", ["github-copilot"]),
        ("Claude <noreply@anthropic.com>", ["claude-code", "claude-code"]),
        ("Windmill:foo-7b [tool]", ["unnamed-agent"]),
        ("Daniel Example", []),
        ("Rich Example <rich@corp.example>", []),
        ("https://corp.example/tool", []),
        ("", []),
    ],
)
@pytest.mark.parametrize("key", ["Assisted-by", "Generated-By"])
def test_assisted_by_names_a_tool_and_never_a_person(key, value, expected) -> None:
    assert names(commit(f"fix: x\n\n{key}: {value}\n")) == expected


@pytest.mark.parametrize(
    "message",
    [
        "drop the claude-specific codex workaround for the gpt assistant\n",
        "docs: why we remove 'Generated with [Claude Code]' lines\n",
        "feat: x\n\nCo-Authored-By: Claude Example <claude@example.com>\n",
        "fix: x\n\nReviewed-by: Copilot <198982749+Copilot@users.noreply.github.com>\n",
        "fix: x\n\nReported-by: aider <noreply@aider.chat>\n",
        "fix: x\n\nMade-with: love\n",
        "fix: x\n\nNot a trailer: Claude\n:\n",
        "",
    ],
)
def test_talking_about_an_agent_is_no_evidence(message) -> None:
    assert names(commit(message)) == []


def test_employees_of_a_vendor_are_no_agents() -> None:
    for address in ("jane@openai.com", "boris@anthropic.com", "paul@aider.chat"):
        assert names(commit(author_email=address)) == []


def test_a_trailer_in_the_middle_of_a_squash_counts() -> None:
    message = (
        "feat: squashed (#12)\n\n* one\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n\n"
        "* two\n\nmore prose\n"
    )
    assert names(commit(message)) == ["claude-code"]


def test_one_mark_in_many_commits_is_reported_once() -> None:
    marked = commit("x\n\nCo-authored-by: C <cursoragent@cursor.com>\n")
    found = match_commits([marked] * 50, SIGNALS)
    assert [(e.source, e.signal) for e in found] == [
        (Source.GIT, "co-authored-by: cursoragent@cursor.com")
    ]


def test_one_agents_commit_among_many_makes_the_change_an_agents() -> None:
    marked = commit("x\n\nAmp-Thread-ID: https://ampcode.com/threads/T-1\n")
    bot = commit(author_email="49699333+dependabot[bot]@users.noreply.github.com")
    plain = [commit(), bot] * 10
    assert classify(match_commits([*plain, marked], SIGNALS)).kind is OriginKind.AGENT
    assert classify(match_commits(plain, SIGNALS)).kind is OriginKind.AUTOMATION


def test_an_authorship_note_names_its_tool() -> None:
    attested = "main.tf\n  s_0123456789abcd::t_0123456789abcd 1-3\n---\n"
    named = attested + '{"sessions": {"s_1": {"agent_id": {"tool": "claude"}}}}'
    (found,) = match_commits([commit(note=named)], SIGNALS)
    assert (found.name, found.signal) == ("claude-code", "refs/notes/ai")
    assert names(commit(note=attested + "{}")) == ["unnamed-agent"]


def test_nothing_from_a_commit_is_echoed() -> None:
    canary = "canary-7f3a"
    message = (
        f"aider: {canary}\n\nAssisted-by: Claude:{canary}\nEntire-{canary}: {canary}\n"
        f"Generated-by: {canary}:{canary}\nClaude-Session: {canary}\n"
        f"Co-authored-by: {canary} <noreply@anthropic.com>\nGenerated with Claude Code {canary}\n"
    )
    note = f'\n---\n{{"prompts": {{"1": {{"agent_id": {{"tool": "{canary}"}}}}}}}}'
    found = match_commits([commit(message, author=f"{canary} (aider)", note=note)], SIGNALS)
    assert len(found) == 9
    assert canary not in repr(found)
