"""
Attacks on one stack that stands: each is refused, nothing is destroyed, nothing is spent.

One stack, one plan that replaces nearly all of it, one good token. The last test applies the
plan with that token, so everything refused before was refused for its own reason.
"""

import base64
import json
import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from installed import AGENT, Installed, Result
from pretend_cloud import Cloud
from terraform_workspace import Workspace

from guardrail.approval.envelope import pre_authentication_encoding
from guardrail.approval.request import Request
from guardrail.approval.sign import finish
from guardrail.approval.ssh import sign
from guardrail.ledger.sqlite import SqliteLedger

pytestmark = [pytest.mark.terraform, pytest.mark.xdist_group("matrix")]

CLOCKS = ("guardrail.cli.options.unix_now", "guardrail.door.carry.unix_now")


class Scene:
    """The stack, the plan, the request and the token, and what an attack on them comes to."""

    def __init__(self, folder: Path, template: Workspace, terraform: Path, keys: Path) -> None:
        self.keys = keys
        self.cloud = Cloud(folder, template)
        self.stack = self.cloud.workspace().write({"main.tf": self.cloud.environment_hcl()})
        self.stack.apply()
        self.stack.write({"main.tf": self.cloud.environment_hcl(cidr="10.9.0.0/16")})
        self.plan = self.stack.plan(out="rebuild.tfplan")
        self.installed = Installed(folder / "guardrail", terraform=terraform)
        self.installed.trust(keys / "sam")
        assert self.apply().code == 3
        self.request: Request
        (self.request,) = self.installed.requests()
        self.token = self.installed.approve(self.request, keys / "sam").read_bytes()
        self.built = len(self.cloud.log())

    def apply(self, *arguments: object, token: bytes | None = None, **rest) -> Result:
        """Try to apply the plan with `token`."""
        offered = () if token is None else ("--token", "-")
        here = ("--chdir", self.stack.directory, "--format", "json")
        return self.installed.run(
            "apply", self.plan, *here, *offered, *arguments, stdin=token or b"", **rest
        )

    def refused(self, done: Result, *codes: str) -> None:
        """Assert that `done` was refused, for one of `codes` where a decision was made."""
        assert done.code in {1, 3, 4}, done.out + done.err
        assert "internal error" not in done.err
        if codes and done.out:
            assert done.decision["approval"]["rejected"][0]["code"] in codes
        assert len(self.cloud.log()) == self.built, "nothing was done"
        ledger = SqliteLedger(self.installed.installation.ledger)
        assert not ledger.spent(self.request.request_id), "nothing was spent"

    @property
    def envelope(self) -> dict:
        return json.loads(base64.urlsafe_b64decode(self.token[5:].strip() + b"=="))

    @property
    def statement(self) -> dict:
        return json.loads(base64.b64decode(self.envelope["payload"]))

    def signed(self, statement: dict, key: str = "sam") -> bytes:
        """Return a token of `statement`, really signed."""
        payload = canonical(statement)
        message = pre_authentication_encoding(payload)
        return finish(payload, sign(message, key_file=self.keys / key, environment={}))


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def wrapped(envelope: bytes) -> bytes:
    return b"tfg1." + base64.urlsafe_b64encode(envelope).rstrip(b"=")


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.fixture(scope="module")
def scene(
    cloud_template: Workspace,
    terraform: Path,
    keys: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Scene:
    return Scene(tmp_path_factory.mktemp("scene"), cloud_template, terraform, keys)


def forge_payload(scene: Scene, **members: object) -> bytes:
    statement = scene.statement
    statement["predicate"].update(members)
    return scene.signed(statement)


def unsigned_change(scene: Scene) -> bytes:
    envelope = scene.envelope
    payload = base64.b64decode(envelope["payload"]).replace(b'"reason":""', b'"reason":"x"')
    envelope["payload"] = base64.b64encode(payload).decode()
    return wrapped(canonical(envelope))


def of_a_file(scene: Scene) -> bytes:
    """Return a token whose signature was made for a file."""
    payload = canonical(scene.statement)
    signed = subprocess.run(
        ["ssh-keygen", "-Y", "sign", "-f", scene.keys / "sam", "-n", "file"],
        input=pre_authentication_encoding(payload),
        capture_output=True,
        check=True,
    )
    return finish(payload, signed.stdout)


FORGERIES: dict[str, tuple[Callable[[Scene], bytes], tuple[str, ...]]] = {
    "2_a_flipped_payload": (unsigned_change, ("bad_signature",)),
    "3_a_flipped_signature": (
        lambda s: wrapped(
            canonical(
                {
                    **s.envelope,
                    "signatures": [
                        {
                            **s.envelope["signatures"][0],
                            "sig": base64.b64encode(
                                flipped(base64.b64decode(s.envelope["signatures"][0]["sig"]), -9)
                            ).decode(),
                        }
                    ],
                }
            )
        ),
        ("bad_signature",),
    ),
    "4_an_unknown_key": (lambda s: s.signed(s.statement, "agent"), ("unknown_key",)),
    "6_another_payload_type": (
        lambda s: wrapped(canonical({**s.envelope, "payloadType": "application/json"})),
        ("malformed_token",),
    ),
    "7_another_namespace": (of_a_file, ("wrong_namespace",)),
    "17_a_signature_twice": (
        lambda s: wrapped(canonical({**s.envelope, "signatures": s.envelope["signatures"] * 2})),
        ("malformed_token",),
    ),
    "18_a_member_twice": (
        lambda s: wrapped(canonical(s.envelope).replace(b"{", b'{"payload":"",', 1)),
        ("malformed_token",),
    ),
    "19_a_member_too_many": (lambda s: forge_payload(s, extra=1), ("malformed_statement",)),
    "20_a_time_that_is_true": (lambda s: forge_payload(s, nbf=True), ("malformed_statement",)),
    "21_padding": (lambda s: s.token.strip() + b"=", ("malformed_token",)),
    "21_white_space": (lambda s: s.token[:99] + b"\n" + s.token[99:], ("malformed_token",)),
    "21_a_space_before": (lambda s: b" " + s.token, ("malformed_token",)),
    "22_ten_megabytes": (lambda s: s.token.strip() * 5000, ("malformed_token",)),
    "22_nested_deep": (lambda _: wrapped(b"[" * 40000), ("malformed_token",)),
    "29_an_empty_jti": (lambda s: forge_payload(s, jti=""), ("malformed_statement",)),
    "30_a_subject_of_another_plan": (
        lambda s: s.signed(
            {**s.statement, "subject": [{"digest": {"sha256": "0" * 64}, "name": "tfplan"}]}
        ),
        ("wrong_plan", "malformed_statement"),
    ),
    "37_another_workspace": (
        lambda s: forge_payload(
            s, binding={**s.statement["predicate"]["binding"], "workspace": "x"}
        ),
        ("wrong_target",),
    ),
    "48_another_request": (
        lambda s: forge_payload(s, request_id="0" * 32),
        ("unknown_request",),
    ),
    "58_a_level": (lambda s: forge_payload(s, level="principal"), ("malformed_statement",)),
    "63_a_reject": (lambda s: forge_payload(s, verdict="reject"), ("rejected_by_senior",)),
    "81_too_long_a_life": (
        lambda s: forge_payload(s, exp=s.statement["predicate"]["exp"] + 1),
        ("lifetime_too_long",),
    ),
    "82_a_time_beyond_numbers": (lambda s: forge_payload(s, exp=10**30), ("malformed_statement",)),
    "no_token_at_all": (lambda _: b"", ("malformed_token",)),
    "a_private_key": (
        lambda s: (s.keys / "agent").read_bytes(),
        ("malformed_token",),
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_token_releases_nothing(forgery: str, scene: Scene):
    make, codes = FORGERIES[forgery]
    done = scene.apply(token=make(scene))
    assert done.code == 3, done.err
    scene.refused(done, *codes)


def test_1_no_token_releases_nothing(scene: Scene):
    scene.refused(scene.apply())


@pytest.mark.parametrize("kind", ["link", "hard link", "fifo", "/dev/stdin", "directory", "json"])
def test_33_a_plan_that_is_no_plain_file_is_copied_once_or_refused(
    kind: str, scene: Scene, tmp_path: Path
):
    place = tmp_path / "plan"
    match kind:
        case "link":
            place.symlink_to(scene.plan)
        case "hard link":
            os.link(scene.plan, place)
        case "fifo":
            os.mkfifo(place)
        case "directory":
            place.mkdir()
        case "json":
            place.write_bytes(scene.stack.show_json(scene.plan))
        case _:
            place = Path(kind)
    here = ("--chdir", scene.stack.directory, "--format", "json")
    done = scene.installed.run("apply", place, *here)
    assert done.code == {"link": 3, "hard link": 3, "json": 2}.get(kind, 4), done.err
    assert len(scene.cloud.log()) == scene.built


def test_31_and_32_a_plan_swapped_meanwhile_is_not_what_is_applied(
    scene: Scene, tmp_path: Path, mocker
):
    harmless = scene.stack.plan("-refresh-only", out="harmless.tfplan").read_bytes()
    place = tmp_path / "plan"
    place.write_bytes(harmless)
    swapped = scene.plan.read_bytes()

    def swap(*_: object) -> int:
        place.write_bytes(swapped)
        return 1_000

    mocker.patch("guardrail.door.apply.find_terraform", side_effect=swapping(swap))
    done = scene.installed.run("apply", place, "--chdir", scene.stack.directory, "--format", "json")
    assert place.read_bytes() == swapped
    assert done.code == 0, done.err
    assert done.decision["counts"]["replace"] == 0
    assert len(scene.cloud.log()) == scene.built


def swapping(swap: Callable[[], object]) -> Callable[..., object]:
    from guardrail.door.stack import find_terraform  # noqa: PLC0415 (before it is patched)

    def find(session: object) -> object:
        swap()
        return find_terraform(session)

    return find


@pytest.fixture
def changed(scene: Scene) -> Iterator[Path]:
    """Return the stack's directory and put it back afterwards."""
    kept = scene.stack.directory.with_name("kept")
    shutil.copytree(scene.stack.directory, kept, symlinks=True)
    yield scene.stack.directory
    shutil.rmtree(scene.stack.directory)
    kept.rename(scene.stack.directory)


def edit_state(directory: Path, **members: object) -> None:
    path = directory / "terraform.tfstate"
    path.write_text(json.dumps({**json.loads(path.read_text()), **members}))


@pytest.mark.parametrize(
    "how",
    ["37_workspace", "39_serial", "40_lineage", "40_no_state", "backend", "odd", "fifo", "huge"],
)
def test_a_state_that_moved_on_is_not_applied_to(how: str, scene: Scene, changed: Path):
    local = changed / ".terraform"
    match how:
        case "37_workspace":
            (local / "environment").write_text("prod")
        case "39_serial":
            serial = json.loads((changed / "terraform.tfstate").read_text())["serial"]
            edit_state(changed, serial=serial + 1)
        case "40_lineage":
            edit_state(changed, lineage="00000000-0000-4000-8000-000000000000")
        case "40_no_state":
            (changed / "terraform.tfstate").unlink()
        case "backend":
            backend = {"type": "s3", "config": {}, "hash": 1}
            (local / "terraform.tfstate").write_text(json.dumps({"version": 3, "backend": backend}))
        case "odd":
            (local / "environment").write_bytes(b"\xff\x1b[2J\n\xe2\x80\xae")
        case "fifo":
            os.mkfifo(local / "environment")
        case "huge":
            (local / "terraform.tfstate").write_text("{" * 200_000)
    done = scene.apply(token=scene.token)
    assert done.code == 4
    assert "\x1b" not in done.err
    scene.refused(done)
    last = scene.installed.installation.audit_log.read_text().splitlines()[-1]
    assert '"event":"apply_refused"' in last
    assert '"error":"EnforcementError"' in last


@pytest.mark.parametrize(
    "how", ["44_terraform", "46_policy", "47_guardrail", "55_self", "57_level"]
)
def test_what_changed_since_the_approval_undoes_it(how: str, scene: Scene, tmp_path: Path, mocker):
    installation, extra = scene.installed.installation, ()
    settings, trust = installation.settings.read_bytes(), installation.trust.read_bytes()
    match how:
        case "44_terraform":
            other = tmp_path / "terraform"
            shutil.copy(scene.stack.terraform, other)
            with other.open("ab") as file:
                file.write(b"\n#\n")
            scene.installed.settings(f'[terraform]\nbinary = "{other}"\n')
        case "46_policy":
            (tmp_path / "mine.rego").write_text(
                "package guardrail.rules.mine.none\n\nreport contains finding if {\n"
                "\tfalse\n\tfinding := {}\n}\n"
            )
            extra = ("--policy", tmp_path)
        case "47_guardrail":
            mocker.patch("guardrail.__version__", "99.0.0")
        case "55_self":
            installation.trust.write_bytes(
                trust.replace(b'"logins": []', b'"logins": ["%b"]' % os_user(), 1)
            )
        case "57_level":
            installation.trust.write_bytes(
                trust.replace(b'"level": "senior"', b'"level": "engineer"', 1)
            )
    try:
        done = scene.apply(*extra, token=scene.token)
    finally:
        installation.settings.write_bytes(settings)
        installation.trust.write_bytes(trust)
    codes = {
        "44_terraform": "wrong_terraform",
        "46_policy": "wrong_policy",
        "47_guardrail": "wrong_guardrail",
        "55_self": "self_approval",
        "57_level": "level_too_low",
    }
    assert done.code == 3, done.err
    scene.refused(done, codes[how])


def os_user() -> bytes:
    return pwd.getpwuid(os.getuid()).pw_name.encode()


@pytest.mark.parametrize(
    ("seconds", "codes"),
    [(3601, ("expired",)), (25 * 3600, ("expired", "request_expired")), (-200, ("not_yet_valid",))],
)
def test_77_to_80_a_clock_that_is_wrong_releases_nothing(
    seconds: int, codes: tuple[str, ...], scene: Scene, mocker, tmp_path: Path
):
    state = scene.installed.installation.state
    shutil.copytree(state, tmp_path / "state")
    now = scene.request.created + seconds
    for clock in CLOCKS:
        mocker.patch(clock, return_value=now)
    try:
        scene.refused(scene.apply(token=scene.token), *codes)
    finally:
        # The ledger remembers the highest time it saw, and would close for good.
        shutil.rmtree(state)
        shutil.copytree(tmp_path / "state", state)


def test_79_a_clock_set_back_a_day_closes_the_ledger(scene: Scene, mocker):
    for clock in CLOCKS:
        mocker.patch(clock, return_value=scene.request.created - 86400)
    done = scene.apply(token=scene.token)
    assert "the clock went back" in done.err
    scene.refused(done)


def test_61_an_older_trust_document_releases_nothing(scene: Scene):
    trust = scene.installed.installation.trust
    kept = trust.read_bytes()
    document = json.loads(kept)
    document["version"] -= 1
    trust.write_bytes(json.dumps(document).encode())
    try:
        done = scene.apply(token=scene.token)
    finally:
        trust.write_bytes(kept)
    assert "rolled back" in done.err
    scene.refused(done)


@pytest.mark.parametrize("how", ["writable", "folder", "link", "gone", "hard link"])
def test_85_a_trust_document_that_others_could_write_releases_nothing(
    how: str, scene: Scene, tmp_path: Path
):
    installation = scene.installed.installation
    trust, kept = installation.trust, tmp_path / "trust.json"
    shutil.copy2(trust, kept)
    match how:
        case "writable":
            trust.chmod(0o620)
        case "folder":
            installation.config.chmod(0o770)
        case "hard link":
            os.link(trust, tmp_path / "second")
        case _:
            trust.unlink()
            if how == "link":
                trust.symlink_to(kept)
    try:
        done = scene.apply(token=scene.token)
    finally:
        installation.config.chmod(0o700)
        trust.unlink(missing_ok=True)
        shutil.copy2(kept, trust)
    scene.refused(done)


@pytest.mark.parametrize("text", ["[trust]\nfile = 'x'\n", "profile = 'observe'\n", "\x00", "x = "])
def test_5_and_84_a_repository_file_that_loosens_stops_everything(
    text: str, scene: Scene, changed: Path
):
    (changed / "guardrail.toml").write_text(text)
    done = scene.apply(token=scene.token)
    assert done.code == 4
    scene.refused(done)


@pytest.mark.parametrize("name", ["production", "prod", "staging", "unknown", "all", "default"])
def test_84_a_repository_cannot_class_production_as_less(name: str, scene: Scene, changed: Path):
    (changed / "guardrail.toml").write_text(
        f'[environments.{name}]\nclass = "nonproduction"\ntags = ["*"]\nworkspaces = ["*"]\n'
        'directories = ["*"]\nmodules = ["*"]\n'
    )
    done = scene.apply()
    scene.refused(done)
    if done.out:
        assert "environment/rebuilt" in done.rules
        assert done.decision["environments"][0]["environment_class"] == "production"


@pytest.mark.parametrize(
    "body",
    [
        "report contains finding if {\n\tfinding := 1 / 0\n}\n",
        "report contains finding if {\n\tsome finding in {1, 2}\n}\n",
        'report := {"evaluated": [], "findings": []}\n',
        "report contains finding if {\n\tx := numbers.range(1, 100000000)\n\tfinding := x\n}\n",
        "report contains finding if {",
        "report contains finding if {\n\tfinding := http.send({})\n}\n",
        'report contains finding if {\n\tfinding := {"rule": "environment/rebuilt"}\n}\n',
    ],
)
def test_88_to_90_a_policy_that_fails_or_cheats_blocks(
    body: str, scene: Scene, tmp_path: Path, mocker
):
    mocker.patch("guardrail.policy.embedded.Bounds.cpu_seconds", 2, create=True)
    (tmp_path / "mine.rego").write_text(f"package guardrail.rules.mine.odd\n\n{body}")
    done = scene.apply("--policy", tmp_path, token=scene.token)
    assert done.code == 4
    scene.refused(done)


@pytest.mark.parametrize("how", ["fifo", "link", "directory", "read-only", "full", "ledger"])
def test_96_without_a_log_or_a_ledger_nothing_is_applied(how: str, scene: Scene, mocker, tmp_path):
    installation = scene.installed.installation
    log, kept = installation.audit_log, tmp_path / "log"
    shutil.copy2(log, kept)
    match how:
        case "fifo":
            log.unlink()
            os.mkfifo(log)
        case "link":
            log.unlink()
            log.symlink_to(kept)
        case "directory":
            log.unlink()
            log.mkdir()
        case "read-only":
            mocker.patch("guardrail.audit.log.os.open", side_effect=OSError(30, "Read-only"))
        case "full":
            mocker.patch("guardrail.audit.log.os.fsync", side_effect=OSError(28, "No space left"))
        case "ledger":
            mocker.patch("guardrail.ledger.database.write_private", side_effect=fail)
    try:
        done = scene.apply(token=scene.token)
    finally:
        mocker.stopall()
        if log.is_dir():
            log.rmdir()
        else:
            log.unlink()
        shutil.copy2(kept, log)
    assert done.code == 4
    scene.refused(done)


def fail(*_: object) -> None:
    from guardrail.errors import FileError  # noqa: PLC0415

    raise FileError("no room")


def test_99_no_entry_holds_what_a_terminal_obeys(scene: Scene):
    for line in scene.installed.installation.audit_log.read_text().splitlines():
        assert line.isprintable()


def test_the_good_token_applies_once_after_all_that(scene: Scene):
    done = scene.apply(token=scene.token, env={**AGENT, "TF_WORKSPACE": "evil"})
    assert done.code == 0, done.err
    assert len(scene.cloud.log()) > scene.built
    done_once = len(scene.cloud.log())
    again = scene.apply(token=scene.token)
    assert again.code == 4
    assert len(scene.cloud.log()) == done_once
    assert scene.installed.run("audit", "verify").code == 0
