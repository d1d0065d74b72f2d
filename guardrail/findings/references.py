"""What an expression of the configuration refers to."""

from collections.abc import Iterator


def references(expression: object) -> Iterator[str]:
    """
    Yield all references in ``expression``, decoded JSON, those of nested blocks too.

    A constant refers to nothing, whatever its members are called.
    """
    if isinstance(expression, list):
        for each in expression:
            yield from references(each)
    elif isinstance(expression, dict):
        for name, inner in expression.items():
            if name == "references" and isinstance(inner, list):
                yield from (each for each in inner if isinstance(each, str))
            elif name != "constant_value":
                yield from references(inner)
