"""The archivist's list of what is in no archive format yet."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.roles import Role
from archive.actions import (
    PartOfDocument,
    claim_conversion,
    fail_conversion,
    hold_file,
)
from archive.files import store_file
from archive.models import ArchivedDocument, Conversion, ConversionFault, ConversionStatus
from tests import factories
from tests.archive import offices, records

pytestmark = pytest.mark.django_db


@pytest.fixture
def case_file():
    return records.case_file()


@pytest.fixture
def archivist(client, case_file):
    user = factories.official(case_file.authority, Role.ARCHIVIST, name="Arne Arkivar")
    client.force_login(user)
    return user


def attached(case_file, content=offices.WORD):
    stored = store_file(content, "docx")
    parts = [
        PartOfDocument("Høringssvar", "Høringsuttalelse", page=records.page()),
        PartOfDocument("Vedlegg 1", "Vedlegg", stored=stored, format="docx"),
    ]
    entry = records.entry(case_file, parts=parts)
    return Conversion.objects.select_related("document").get(document__entry=entry)


def failed(case_file):
    conversion = attached(case_file)
    fail_conversion(claim_conversion(conversion), ConversionFault.BROKEN)
    return Conversion.objects.get(pk=conversion.pk)


def listed(case_file, query=""):
    return reverse("archive:conversion-list", args=[case_file.authority.slug]) + query


def test_list_says_what_waits_and_why(client, archivist, case_file, english):
    held, broken = attached(case_file, offices.odt()), failed(case_file)
    hold_file(held.document.sha256)

    text = client.get(listed(case_file)).content.decode()

    assert "The virus scanner has not looked at it yet." in text
    assert "It is damaged" in text
    assert reverse("archive:conversion-retry", args=[broken.pk]) in text
    assert "Vedlegg 1 (DOCX" in text


def test_list_shows_the_failed_alone(client, archivist, case_file):
    attached(case_file)
    broken = failed(case_file)

    page = client.get(listed(case_file, "?status=failed"))

    assert page.context["conversions"] == [broken]
    assert [count for _value, _label, count in page.context["choices"]] == [
        (2, False),
        (1, False),
        (1, False),
    ]


def test_list_is_paged_by_key(client, archivist, case_file):
    conversions = [attached(case_file) for _ in range(2)]

    page = client.get(listed(case_file, f"?etter={conversions[0].pk}"))

    assert page.context["conversions"] == conversions[1:]
    assert client.get(reverse("archive:conversion-list")).url == listed(case_file)


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_database_as_often_however_many(
    client, archivist, case_file, number, django_assert_num_queries
):
    for _ in range(number):
        attached(case_file)
    client.get(listed(case_file))

    with django_assert_num_queries(9):
        client.get(listed(case_file))


def test_retry_asks_for_another_attempt(client, archivist, case_file):
    conversion = failed(case_file)

    page = client.post(reverse("archive:conversion-retry", args=[conversion.pk]), follow=True)

    assert page.redirect_chain[-1][0] == listed(case_file)
    assert Conversion.objects.get().status == ConversionStatus.WAITING


def settle(client, conversion, *, copy=None, note="Skrevet ut for hånd."):
    fields = {"note": note} | ({"copy": copy} if copy else {})
    return client.post(reverse("archive:conversion-settle", args=[conversion.pk]), fields)


def test_copy_that_is_uploaded_is_kept(client, archivist, case_file):
    conversion = failed(case_file)

    settle(client, conversion, copy=SimpleUploadedFile("kopi.pdf", offices.pdf_a()))

    copy = ArchivedDocument.objects.get(converted_from=conversion.document)
    assert (copy.format, copy.format_details) == ("pdf", "PDF/A-2a (PRONOM fmt/476)")
    assert (copy.created_by, copy.conversion_comment) == ("Arne Arkivar", "Skrevet ut for hånd.")
    assert Conversion.objects.get().settled_by == archivist


def test_original_may_be_settled_as_it_is(client, archivist, case_file):
    conversion = attached(case_file)

    page = settle(client, conversion)

    assert page.url == listed(case_file)
    assert Conversion.objects.get().status == ConversionStatus.SETTLED


@pytest.mark.parametrize(
    ("copy", "note", "said"),
    [
        (("kopi.pdf", offices.PLAIN_PDF), "Laget.", "the font Helvetica is not embedded"),
        (("kopi.docx", offices.WORD), "Laget.", "in no archive format"),
        (("kopi.txt", b"MZ\0"), "Laget.", "in no archive format"),
        (None, "", "This field is required"),
    ],
)
@pytest.mark.usefixtures("archivist", "english")
def test_what_is_no_copy_is_refused_in_words(client, case_file, copy, note, said):
    conversion = failed(case_file)

    page = settle(client, conversion, copy=copy and SimpleUploadedFile(*copy), note=note)

    assert page.status_code == 422
    assert said in page.content.decode()
    assert note in page.content.decode()
    assert Conversion.objects.get().status == ConversionStatus.FAILED


@pytest.mark.parametrize("name", ["conversion-retry", "conversion-settle"])
def test_conversions_of_another_authority_are_not_found(client, case_file, name):
    conversion = failed(case_file)
    elsewhere = factories.authority()
    client.force_login(factories.official(elsewhere, Role.ARCHIVIST))

    assert client.post(reverse(f"archive:{name}", args=[conversion.pk])).status_code == 404
    assert client.get(listed(case_file)).status_code == 404
    client.force_login(factories.official(case_file.authority, Role.EDITOR))
    assert client.get(listed(case_file)).status_code == 403
    assert Conversion.objects.get().status == ConversionStatus.FAILED
