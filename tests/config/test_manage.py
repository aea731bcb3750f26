"""What all commands have in common."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import manage

ROOT = Path(manage.__file__).parent


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_command_ends_quietly_when_nobody_reads_on(unbuffered):
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(
        [sys.executable, "manage.py", "help"],
        cwd=ROOT,
        env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)

    assert done.stderr == ""
    assert done.returncode == 1


def test_another_broken_pipe_is_a_fault_as_any(monkeypatch):
    def lost(arguments):
        raise BrokenPipeError("the mail server is gone")

    monkeypatch.setattr(manage, "execute_from_command_line", lost)

    with pytest.raises(BrokenPipeError, match="mail server"):
        manage.main()
