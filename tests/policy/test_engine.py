from pathlib import Path

import pytest

from guardrail.errors import UsageError
from guardrail.policy.bundle import Bundle
from guardrail.policy.embedded import EmbeddedEngine
from guardrail.policy.engine import open_engine
from guardrail.policy.opa import ChildHost, OpaEngine, RemoteHost


def test_the_embedded_engine_is_opened_by_its_name(built_in: Bundle):
    engine = open_engine("embedded", built_in)
    assert isinstance(engine, EmbeddedEngine)
    assert engine.name == "embedded"
    engine.close()


def test_opa_is_started_where_no_url_is_given(built_in: Bundle, mocker):
    started = mocker.patch("guardrail.policy.opa.find_program", return_value=Path("/bin/false"))
    engine = open_engine("opa", built_in)
    assert isinstance(engine, OpaEngine)
    assert isinstance(engine._host, ChildHost)
    assert engine.name == "opa"
    started.assert_called_once_with("opa")
    engine.close()


def test_opa_is_asked_where_a_url_is_given(built_in: Bundle):
    engine = open_engine("opa", built_in, opa_url="https://opa.example.org")
    assert isinstance(engine, OpaEngine)
    assert isinstance(engine._host, RemoteHost)
    engine.close()


@pytest.mark.parametrize("name", ["", "OPA", "none", "regorus"])
def test_another_name_is_no_engine(built_in: Bundle, name: str):
    with pytest.raises(UsageError, match="no policy engine"):
        open_engine(name, built_in)
