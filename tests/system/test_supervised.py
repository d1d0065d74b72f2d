"""A child that is followed from a thread of a server."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from guardrail.system.supervised import supervise


def test_a_child_is_followed_to_its_end_from_another_thread_too(tmp_path: Path):
    lines: list[bytes] = []
    argv = [sys.executable, "-c", "print('first'); print('last')"]
    with ThreadPoolExecutor(1) as pool:
        code = pool.submit(supervise, argv, env={}, cwd=tmp_path, on_line=lines.append).result()
    assert code == 0
    assert lines == [b"first", b"last"]
