import json

import pytest

from guardrail.errors import UsageError
from guardrail.report.interface import FORMATS, report


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("kind", ["blocked", "allowed", "approved"])
def test_every_format_ends_with_one_newline_and_repeats_itself(name, kind, make):
    decision = getattr(make, kind)()
    text = report(name)(decision)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert report(name)(decision) == text


def test_only_text_knows_colour(make):
    assert "\x1b" in report("text", colour=True)(make.blocked())
    assert "\x1b" not in report("json", colour=True)(make.blocked())


def test_an_unknown_format_is_a_usage_error_that_names_the_known_ones():
    with pytest.raises(UsageError) as caught:
        report("xml")
    assert caught.value.hint == "choose one of text, json, markdown"


def test_json_has_every_finding_and_only_printable_ascii(make, change):
    hostile = make.finding(address="\u202e\x1b漢\x7f", message="\u2028")
    decision = change(make.blocked(), findings=(hostile,) * 500)
    text = report("json")(decision)
    assert all(" " <= character <= "~" or character == "\n" for character in text)
    findings = json.loads(text)["findings"]
    assert len(findings) == 500
    assert findings[0]["address"] == hostile.address
