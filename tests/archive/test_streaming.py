"""Rows by the million: the interpreter is set for them, and set back."""

import gc
import sys

import pytest

from archive.streaming import HANDED_OVER, YOUNG, quick_streams


def settings_of_the_interpreter():
    return sys.getswitchinterval(), gc.get_threshold()


def fail():
    assert sys.getswitchinterval() == pytest.approx(HANDED_OVER)
    assert gc.get_threshold()[0] == YOUNG
    raise ValueError("of the work")


def test_the_interpreter_is_set_back_after_a_fault_too():
    before = settings_of_the_interpreter()

    with pytest.raises(ValueError, match="of the work"), quick_streams():
        fail()

    assert settings_of_the_interpreter() == before
