"""
A commit object, read from the very bytes that git hashed.

No format string and no mail map lies between them and us; a NUL in a message,
where other readers stop, hides nothing.
"""

from guardrail.origin.observed import Commit


def parse_commit(raw: bytes, note: bytes = b"") -> Commit:
    """
    Return the commit that ``raw`` holds: header lines, an empty line, the message.

    Whatever is missing or malformed becomes an empty text, because a commit
    that cannot be read must still be compared with the rest of the table.
    """
    header, _, message = raw.partition(b"\n\n")
    author = committer = b""
    for line in header.split(b"\n"):
        if line.startswith(b"author "):
            author = line.removeprefix(b"author ")
        elif line.startswith(b"committer "):
            committer = line.removeprefix(b"committer ")
    author_name, author_email = split_person(_text(author))
    committer_name, committer_email = split_person(_text(committer))
    return Commit(
        author=author_name,
        author_email=author_email,
        committer=committer_name,
        committer_email=committer_email,
        message=_text(message),
        note=_text(note),
    )


def split_person(text: str) -> tuple[str, str]:
    """Return name and address of ``Name <address> …``; the address is empty where there is none."""
    name, _, rest = text.partition("<")
    address, closed, _ = rest.partition(">")
    return name.rstrip(), address.strip() if closed else ""


def _text(raw: bytes) -> str:
    return raw.replace(b"\0", b"").decode("utf-8", errors="replace")
