"""The command that keeps nb and nn complete finds each way in which they can fall short."""

import pytest
from django.core.management import CommandError, call_command

PAGE = """{% load i18n %}
{% translate "Translated" %} {% translate "Missing" %} {% translate "Doubtful" %}
{% blocktranslate count number=n %}One reply{% plural %}{{ number }} replies{% endblocktranslate %}
"""
CATALOGUE = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Translated"
msgstr "Oversatt"

#, fuzzy
msgid "Doubtful"
msgstr "Tvilsom"

#, python-format
msgid "One reply"
msgid_plural "%(number)s replies"
msgstr[0] "Ett svar"
msgstr[1] "%(tall)s svar"

msgid "Obsolete"
msgstr "Foreldet"
"""


@pytest.fixture
def checkout(tmp_path, settings):
    """A little project with one page, translated to Bokmål only."""
    settings.BASE_DIR = tmp_path / "checkout"
    settings.LANGUAGES = [("nb", "Norsk"), ("en", "English")]
    (settings.BASE_DIR / "templates").mkdir(parents=True)
    (settings.BASE_DIR / "templates/page.html").write_text(PAGE)
    (settings.BASE_DIR / "locale/nb/LC_MESSAGES").mkdir(parents=True)
    (settings.BASE_DIR / "locale/nb/LC_MESSAGES/django.po").write_text(CATALOGUE)
    return settings.BASE_DIR


def test_each_fault_is_a_line_with_its_place(checkout, capsys):
    with pytest.raises(CommandError, match="4 faults"):
        call_command("check_catalogues")

    lines = capsys.readouterr().out.splitlines()
    assert "nb: missing: 'Missing' templates/page.html:2" in lines
    assert "nb: doubtful: 'Doubtful' templates/page.html:2" in lines
    assert any("One reply" in line and "page.html:3" in line for line in lines)
    assert "nb: no longer in the code: 'Obsolete'" in lines


def test_language_without_a_catalogue_lacks_everything(checkout, settings, capsys):
    settings.LANGUAGES = [("nn", "Nynorsk"), ("en", "English")]

    with pytest.raises(CommandError, match="4 faults"):
        call_command("check_catalogues")

    assert "nn: missing: 'Translated'" in capsys.readouterr().out


def test_complete_catalogues_pass_and_are_not_touched(checkout, capsys):
    (checkout / "templates/page.html").write_text('{% load i18n %}{% translate "Translated" %}')
    catalogue = checkout / "locale/nb/LC_MESSAGES/django.po"
    catalogue.write_text(CATALOGUE.split("#, fuzzy", maxsplit=1)[0])
    before = catalogue.read_bytes()

    call_command("check_catalogues")

    assert catalogue.read_bytes() == before
    assert "complete" in capsys.readouterr().out
