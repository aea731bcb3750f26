import pytest
from lxml import etree

from archive.actions import start_extraction
from archive.models import Extraction
from archive.noark5.extraction import folder_of
from tests.archive import records

pytestmark = pytest.mark.django_db(transaction=True)
FILES = ("arkivuttrekk", "arkivstruktur", "endringslogg", "loependeJournal", "offentligJournal")


@pytest.fixture
def package(settings, noark5_schemas):
    settings.NOARK5_SCHEMAS = str(noark5_schemas)
    settings.CELERY_TASK_ALWAYS_EAGER = True
    authority = records.everything()
    extraction = start_extraction(authority, by=None)
    extraction = Extraction.objects.get(pk=extraction.pk)
    return folder_of(extraction), extraction


def test_package_is_valid_against_the_official_schemas(package, noark5_schemas):
    folder, extraction = package

    assert extraction.error == ""
    for name in FILES:
        schema_name = "addml" if name == "arkivuttrekk" else name
        schema = etree.XMLSchema(etree.parse(noark5_schemas / f"{schema_name}.xsd"))
        schema.assertValid(etree.parse(folder / f"{name}.xml"))
