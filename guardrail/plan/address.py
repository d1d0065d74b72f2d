"""
Addresses as Terraform writes them, taken apart without guessing.

An instance key may hold anything, dots, quotes and brackets included, so an
address is walked step by step and never split at its dots. Source: the resource
address syntax of Terraform.
"""

_MODULE = "module."


def within_module(address: str) -> str:
    """
    Return ``address`` without its module path: ``module.a["x.y"].aws_vpc.b[0]`` → ``aws_vpc.b[0]``.

    An address that is not well formed comes back from where it stops being a module path.
    """
    start = 0
    while address.startswith(_MODULE, start):
        end = _end_of_step(address, start + len(_MODULE))
        if not address.startswith(".", end):
            break
        start = end + 1
    return address[start:]


def is_data(address: str) -> bool:
    """Whether ``address`` names a data source, which Terraform reads and never owns."""
    return within_module(address).startswith("data.")


def matches(address: str, module: str, resource: str) -> bool:
    """Whether ``address`` is ``resource`` (type and name) in ``module``, with any instance key."""
    start = f"{module}.{resource}" if module else resource
    return address.startswith(start) and address[len(start) : len(start) + 1] in {"", "["}


def _end_of_step(text: str, start: int) -> int:
    """Return where the module call that starts at ``start`` ends, its instance key included."""
    end = start
    while end < len(text) and text[end] not in ".[":
        end += 1
    if not text.startswith("[", end):
        return end
    if not text.startswith('["', end):
        return text.find("]", end) + 1 or len(text)
    end += 2
    while end < len(text) and text[end] != '"':
        end += 2 if text[end] == "\\" else 1
    return end + 2
