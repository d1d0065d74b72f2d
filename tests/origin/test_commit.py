from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.origin.commit import parse_commit, split_person

RAW = b"""tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904
author Ada <ada@corp.example> 1700000000 +0000
committer Bob <bob@corp.example> 1700000000 +0000
gpgsig -----BEGIN SSH SIGNATURE-----
 author Eve <eve@corp.example> 1700000000 +0000
 -----END SSH SIGNATURE-----

subject

author Mallory <m@corp.example> 0 +0000
"""


def test_people_are_read_from_the_header_only() -> None:
    commit = parse_commit(RAW, b"a note")
    assert (commit.author, commit.author_email) == ("Ada", "ada@corp.example")
    assert (commit.committer, commit.committer_email) == ("Bob", "bob@corp.example")
    assert commit.message.startswith("subject\n\nauthor Mallory")
    assert commit.note == "a note"


def test_a_nul_hides_nothing() -> None:
    raw = b"author A <a@b> 0 +0000\n\nsubject\0\n\nCo-authored-by: C <noreply@anthropic.com>\n"
    assert "noreply@anthropic.com" in parse_commit(raw).message
    wide = b"author A <a@b> 0 +0000\nencoding UTF-16LE\n\n" + "Aider: x".encode("utf-16-le")
    assert parse_commit(wide).message == "Aider: x"


def test_a_person_without_an_address_has_none() -> None:
    assert split_person("Ada") == ("Ada", "")
    assert split_person("Ada <ada@corp.example") == ("Ada", "")
    assert split_person("<ada@corp.example>") == ("", "ada@corp.example")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_make_a_commit(raw) -> None:
    assert "\0" not in parse_commit(raw, raw).message
