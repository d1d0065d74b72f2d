import hashlib
import os
from pathlib import Path

import pytest
from questions import rule, write_policies

from guardrail.errors import PolicyError
from guardrail.policy import bundle as module
from guardrail.policy.bundle import FILE_BYTES, Bundle, load_bundle

HELPER = "package acme.names\n\nknown := {1}\n"


def refused(*directories: Path) -> str:
    with pytest.raises(PolicyError) as error:
        load_bundle(directories)
    return error.value.message


def test_the_built_in_rules_are_always_there(built_in: Bundle, tmp_path: Path):
    assert "destruction/resource_deleted" in built_in.rules
    added = load_bundle([write_policies(tmp_path, mine=rule())])
    assert added.rules == built_in.rules | {"custom/mine"}
    assert added.modules.items() > built_in.modules.items()


def test_tests_are_no_part_of_a_bundle(built_in: Bundle, tmp_path: Path):
    assert not [name for name in built_in.modules if name.endswith("_test.rego")]
    added = load_bundle([write_policies(tmp_path, mine=rule(), mine_test="no rego at all")])
    assert not [name for name in added.modules if name.endswith("_test.rego")]


def test_the_digest_covers_every_name_and_every_byte(built_in: Bundle, tmp_path: Path):
    again = load_bundle([])
    assert again.sha256 == built_in.sha256
    one = load_bundle([write_policies(tmp_path / "a" / "mine", x=rule())])
    same = load_bundle([write_policies(tmp_path / "b" / "mine", x=rule())])
    renamed = load_bundle([write_policies(tmp_path / "c" / "mine", y=rule())])
    changed = load_bundle([write_policies(tmp_path / "d" / "mine", x=rule() + "\n")])
    assert one.sha256 == same.sha256
    assert len({built_in.sha256, one.sha256, renamed.sha256, changed.sha256}) == 4


def test_the_digest_is_what_the_documentation_says(built_in: Bundle):
    digest = hashlib.sha256()
    for name, text in sorted(built_in.modules.items()):
        for part in (name.encode(), text.encode()):
            digest.update(len(part).to_bytes(8, "big") + part)
    assert digest.hexdigest() == built_in.sha256


def test_a_helper_package_outside_guardrail_is_welcome(tmp_path: Path):
    bundle = load_bundle([write_policies(tmp_path, rules__mine=rule(), helpers__names=HELPER)])
    assert "acme.names" in bundle.packages


def test_a_rule_may_be_spread_over_several_files(tmp_path: Path):
    part = "package guardrail.rules.custom.mine\n\n_known := {1}\n"
    assert "custom/mine" in load_bundle([write_policies(tmp_path, a=rule(), b=part)]).rules


@pytest.mark.parametrize(
    "package",
    [
        "guardrail.rules.destruction.resource_deleted",
        "guardrail.decision",
        "guardrail.finding",
        "guardrail.observed",
        "guardrail.question",
    ],
)
def test_nothing_is_added_to_a_built_in_package(package: str, tmp_path: Path):
    write_policies(tmp_path, mine=f"package {package}\n\nreport := set()\n")
    assert "built-in package" in refused(tmp_path)


@pytest.mark.parametrize(
    "package",
    [
        "guardrail",
        "guardrail.rules",
        "guardrail.rules.destruction",
        "guardrail.rules.destruction.resource_deleted.report",
        "guardrail.decisions",
        "guardrail.other.custom.mine",
    ],
)
def test_no_other_package_of_guardrail_is_taken(package: str, tmp_path: Path):
    write_policies(tmp_path, mine=f"package {package}\n\nreport := set()\n")
    assert "not a rule's" in refused(tmp_path)


@pytest.mark.parametrize("package", ["system.authz", "system", "data.guardrail.decision", "input"])
def test_packages_that_mean_something_to_an_engine_are_reserved(package: str, tmp_path: Path):
    write_policies(tmp_path, mine=f"package {package}\n\nallow := true\n")
    assert "reserved" in refused(tmp_path)


def test_a_conftest_policy_is_refused_by_its_name(tmp_path: Path):
    write_policies(tmp_path, mine="package main\n\ndeny contains 1\n")
    assert "conftest" in refused(tmp_path)


def test_a_rule_without_a_report_is_refused(tmp_path: Path):
    text = "package guardrail.rules.custom.mine\n\ndeny contains 1\n\n_report := 1\n"
    assert "custom/mine has no report" in refused(write_policies(tmp_path, mine=text))


def test_the_lint_runs_over_modules_of_others(tmp_path: Path):
    write_policies(tmp_path, mine=rule(body='http.send({"url": observation.address})'))
    assert refused(tmp_path).startswith(f"{tmp_path.name}/mine.rego:14: http.send")


def test_a_missing_directory_is_refused(tmp_path: Path):
    assert "missing" in refused(tmp_path / "nowhere")


def test_a_file_in_place_of_a_directory_is_refused(tmp_path: Path):
    write_policies(tmp_path, mine=rule())
    assert "missing" in refused(tmp_path / "mine.rego")


def test_a_directory_without_policies_is_refused(tmp_path: Path):
    write_policies(tmp_path, only_test="package x\n")
    assert "holds no" in refused(tmp_path)


def test_an_oversized_module_is_refused(tmp_path: Path):
    write_policies(tmp_path, mine=rule() + "#" * FILE_BYTES)
    assert "mine.rego" in refused(tmp_path)


def test_too_many_modules_are_refused(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(module, "FILE_COUNT", 60)
    write_policies(tmp_path, **{f"m{number}": HELPER for number in range(61)})
    assert "more than 60" in refused(tmp_path)


def test_a_module_that_is_no_utf8_is_refused(tmp_path: Path):
    tmp_path.joinpath("mine.rego").write_bytes(rule().encode() + b"# \xff\n")
    assert "not UTF-8" in refused(tmp_path)


def test_a_fifo_is_refused_and_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "mine.rego")
    assert "FIFO" in refused(tmp_path)


def test_a_module_that_may_not_be_read_is_refused(tmp_path: Path, mocker):
    write_policies(tmp_path, mine=rule())
    mocker.patch("os.open", side_effect=PermissionError(13, "Permission denied"))
    assert "permission denied" in refused_or_open(tmp_path)


def refused_or_open(directory: Path) -> str:
    with pytest.raises(PolicyError) as error:
        list(module._read_directory(directory, "x"))
    return error.value.message


def test_a_folder_that_may_not_be_read_is_refused(tmp_path: Path, mocker):
    write_policies(tmp_path, mine=rule())
    mocker.patch("os.scandir", side_effect=PermissionError(13, "Permission denied"))
    assert "Permission denied" in refused_or_open(tmp_path)


@pytest.mark.parametrize("target", ["../outside/mine.rego", "nowhere.rego", "loop.rego"])
def test_a_link_out_of_the_directory_or_into_nothing_is_refused(tmp_path: Path, target: str):
    write_policies(tmp_path / "outside", mine=rule())
    inside = write_policies(tmp_path / "inside", mine=rule())
    (inside / "loop.rego").symlink_to(target)
    assert "leads out" in refused(inside)


def test_a_linked_folder_outside_is_refused_not_left_out(tmp_path: Path):
    write_policies(tmp_path / "outside", mine=rule())
    inside = write_policies(tmp_path / "inside", mine=rule())
    (inside / "more").symlink_to("../outside")
    assert "leads out" in refused(inside)


def test_a_link_inside_the_directory_is_followed(tmp_path: Path):
    inside = write_policies(tmp_path, mine=rule())
    (inside / "again.rego").symlink_to("mine.rego")
    assert f"{inside.name}/again.rego" in load_bundle([inside]).modules


def test_a_directory_that_is_given_twice_counts_once(tmp_path: Path):
    write_policies(tmp_path, mine=rule())
    once, twice = load_bundle([tmp_path]), load_bundle([tmp_path, tmp_path / "."])
    assert once == twice


def test_directories_of_the_same_name_stay_apart(tmp_path: Path):
    one = write_policies(tmp_path / "a" / "mine", x=rule("one"))
    two = write_policies(tmp_path / "b" / "mine", x=rule("two"))
    assert load_bundle([one, two]).modules.keys() > {"mine/x.rego", "mine-2/x.rego"}


def test_no_directory_can_take_the_names_of_the_built_in_modules(built_in: Bundle, tmp_path: Path):
    mine = write_policies(tmp_path / "rego", guardrail__decision__decision=rule())
    added = load_bundle([mine])
    name = "rego/guardrail/decision/decision.rego"
    assert added.modules[name] == built_in.modules[name]
    assert "rego-2/guardrail/decision/decision.rego" in added.modules


def test_an_installation_reads_the_rules_that_came_with_it(tmp_path: Path, mocker, built_in):
    package = tmp_path / "guardrail"
    write_policies(package / "_rego", guardrail__decision__decision="package guardrail.decision\n")
    mocker.patch.object(module, "__file__", str(package / "policy" / "bundle.py"))
    assert load_bundle([]).modules.keys() == {"rego/guardrail/decision/decision.rego"}


def test_an_installation_without_rules_decides_nothing(tmp_path: Path, mocker):
    mocker.patch.object(module, "__file__", str(tmp_path / "guardrail" / "policy" / "bundle.py"))
    assert "missing" in refused()
