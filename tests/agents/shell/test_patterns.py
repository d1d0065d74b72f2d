"""Patterns that are made late are made right."""

import importlib
import pkgutil
import re

import pytest

import guardrail.agents
from guardrail.agents.shell.patterns import _Late, late


def test_one_is_what_it_would_have_been():
    found = late(r"a(?P<b>\w)", re.IGNORECASE)
    made = re.compile(r"a(?P<b>\w)", re.IGNORECASE)
    for _ in range(2):
        assert (found.pattern, found.flags) == (made.pattern, made.flags)
        assert found.sub("-", "xAby") == "x-y"
        assert found.search("xAby")["b"] == "b"
        assert found.fullmatch("aby") is None


def test_a_wrong_one_is_an_error_where_it_is_used():
    with pytest.raises(re.error):
        late("(").search("")


def test_every_one_can_be_made():
    found = {}
    for module in pkgutil.walk_packages(guardrail.agents.__path__, "guardrail.agents."):
        if ".shell" in module.name or module.name.count(".") == 2:
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, _Late):
                    found[module.name, name] = value.pattern
    assert len(found) > 5
