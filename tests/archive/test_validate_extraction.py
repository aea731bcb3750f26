import pytest
from django.core.management import CommandError, call_command

from tests.archive.breaking import LOG

pytestmark = pytest.mark.django_db  # else no test database is made, and the real one is used


def test_validate_extraction_says_what_it_read(good, noark5_schemas, capsys):
    call_command("validate_extraction", str(good), schemas=noark5_schemas)

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("2 mappe, 5 registrering, ")
    assert said.err.endswith(" tests made, 0 breaches found.\n")


def test_validate_extraction_exits_with_1_where_there_is_a_breach(extraction, capsys):
    (extraction.folder / LOG).unlink()

    with pytest.raises(SystemExit) as stopped:
        call_command("validate_extraction", str(extraction.folder))

    said = capsys.readouterr()
    assert stopped.value.code == 1
    assert said.out.splitlines()[0] == f"N5.01 {LOG}: the file is missing."
    assert " 2 breaches found." in said.err


def test_validate_extraction_counts_one_breach_in_the_singular(extraction, capsys):
    text = extraction.folder / extraction.document("txt")
    text.write_bytes(text.read_bytes().swapcase())

    with pytest.raises(SystemExit):
        call_command("validate_extraction", str(extraction.folder))

    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 1
    assert said.err.endswith(", 1 breach found.\n")


def test_validate_extraction_refuses_what_is_no_folder(tmp_path):
    with pytest.raises(CommandError, match="no folder"):
        call_command("validate_extraction", str(tmp_path / "borte"))
