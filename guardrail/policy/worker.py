"""
The child process in which Rego runs. A script, not a module: it imports nothing of ours.

It is started as ``python -I -S worker.py DIRECTORY CPU_SECONDS MEMORY_BYTES`` with an
empty environment; ``DIRECTORY`` holds the ``regorus`` package. Both ways, a message is
eight bytes of length, big end first, and that many bytes.

1. Limit what this process may use, before any policy is read.
2. Read the modules, up to an empty name, and say ``R`` with the packages they make up.
3. Answer one question after the other until the input ends: ``A`` and the answer.

``E`` and the error's text stands for whatever goes wrong, and is the last word.
"""

import resource
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    # Importing typing would take longer than everything else that happens here.
    from typing import BinaryIO

ENTRY_POINT = "data.guardrail.decision.answer"
LENGTH = 8
_ERROR_BYTES = 4096


def main(directory: str, cpu_seconds: int, memory_bytes: int) -> None:
    """Serve standard input until it ends."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    # 1. Limits: no core dump that holds a plan's facts, no file, so much memory.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    _grant(cpu_seconds)
    sys.path.append(directory)
    try:
        from regorus import Engine  # noqa: PLC0415 (only found, and only limited, from here on)

        # 2. Modules.
        engine = Engine()
        while name := _receive(source):
            engine.add_policy(name.decode(), _receive(source).decode())
        _send(sink, b"R" + "\n".join(engine.get_packages()).encode())
        # 3. Questions.
        while question := _receive(source):
            _grant(cpu_seconds)
            engine.set_input_json(question.decode())
            _send(sink, b"A" + engine.eval_rule_as_json(ENTRY_POINT).encode())
    # A panic of the engine is no Exception.
    except BaseException as error:  # noqa: BLE001
        _send(sink, b"E" + str(error).encode(errors="replace")[:_ERROR_BYTES])


def _grant(cpu_seconds: int) -> None:
    # The limit counts from the start of the process; every question gets its own share.
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _receive(source: "BinaryIO") -> bytes:
    return source.read(int.from_bytes(source.read(LENGTH), "big"))


def _send(sink: "BinaryIO", message: bytes) -> None:
    sink.write(len(message).to_bytes(LENGTH, "big") + message)
    sink.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
