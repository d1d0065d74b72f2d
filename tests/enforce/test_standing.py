"""The mode is the strongest word that is true, and never more."""

from pathlib import Path

import psutil
import pytest
from installed import Installed

from guardrail.decision import Standing
from guardrail.enforce import standing as module
from guardrail.errors import FileError
from guardrail.system.files import Trusted


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path / "guardrail")


def test_an_installation_of_ones_own_is_advisory(installed: Installed):
    assert module.standing(installed.installation) is Standing.ADVISORY


@pytest.mark.parametrize(
    ("root_owned", "another_user", "word"),
    [
        (True, True, Standing.PROTECTED),
        (True, False, Standing.ADVISORY),
        (False, True, Standing.ADVISORY),
    ],
)
def test_protected_needs_roots_files_and_another_user(
    root_owned: bool, another_user: bool, word: Standing, installed: Installed, mocker
):
    installed.settings("")
    installed.installation.trust.write_text("{}")
    mocker.patch.object(
        module, "trusted_file", return_value=Trusted(data=b"", root_owned=root_owned)
    )
    mocker.patch.object(module, "_invoked_by_another_user", return_value=another_user)
    assert module.standing(installed.installation) is word


def test_a_file_that_may_not_be_believed_is_advisory(installed: Installed, mocker):
    installed.settings("")
    installed.installation.trust.write_text("{}")
    mocker.patch.object(module, "trusted_file", side_effect=FileError("others can write"))
    assert module.standing(installed.installation) is Standing.ADVISORY


def test_ancestors_of_the_same_user_or_unseen_ones_protect_nothing(mocker):
    mocker.patch.object(psutil.Process, "parents", return_value=[psutil.Process()])
    assert module._invoked_by_another_user() is False
    mocker.patch.object(psutil.Process, "parents", side_effect=psutil.AccessDenied)
    assert module._invoked_by_another_user() is False
