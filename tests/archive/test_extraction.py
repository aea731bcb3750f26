import subprocess
import tarfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pgtrigger
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.roles import Role
from accounts.rules import ActionRefused
from archive.actions import close_case_file, start_extraction
from archive.models import Extraction, ExtractionStatus, Series
from archive.moment import one_moment
from archive.noark5.extraction import folder_of, run_extraction
from archive.noark5.markup import branch, leaf
from archive.noark5.progress import ClaimLost, Progress
from archive.tasks import run_outstanding
from archive.vocabulary import SeriesStatus
from tests import factories
from tests.archive import records
from tests.presses import refused


@pytest.fixture(autouse=True)
def schemas(settings, noark5_schemas):
    settings.NOARK5_SCHEMAS = str(noark5_schemas)


@pytest.fixture
def authority():
    """One whose only case file is closed, with two entries."""
    case_file = records.case_file()
    records.written_off(case_file)
    records.written_off(case_file)
    close_case_file(case_file, by=None)
    return case_file.authority


@pytest.fixture
def waiting(authority):
    """An extraction that nobody has begun on: the nudge was lost."""
    close_periods(authority)
    return Extraction.objects.create(authority=authority)


def close_periods(authority):
    start_extraction(authority, by=None, folder="none")
    Extraction.objects.all().delete()


def left_in(folder):
    return sorted(path.name for path in Path(folder).iterdir()) if Path(folder).exists() else []


# --- Asking for one -----------------------------------------------------------------------


@pytest.mark.django_db
def test_start_extraction_closes_the_periods_and_records_who(authority):
    archivist = factories.official(authority, Role.ARCHIVIST)

    extraction = start_extraction(authority, by=archivist)

    assert extraction.requested_by == archivist
    assert extraction.status == ExtractionStatus.WAITING
    assert Series.objects.get().status == SeriesStatus.CLOSED


@pytest.mark.django_db
def test_start_extraction_leaves_periods_without_a_closed_case_file_open(authority):
    with pgtrigger.ignore("archive.Series:identity_is_fixed"):
        Series.objects.update(year=2001)
    records.case_file(authority)

    start_extraction(authority, by=None)

    assert list(Series.objects.order_by("year").values_list("status", flat=True)) == [
        SeriesStatus.CLOSED,
        SeriesStatus.ACTIVE,
    ]


@pytest.mark.django_db
def test_start_extraction_is_refused_where_no_case_file_is_closed():
    opened = records.case_file()

    with pytest.raises(ActionRefused):
        start_extraction(opened.authority, by=None)

    assert not Extraction.objects.exists()
    assert Series.objects.get().status == SeriesStatus.ACTIVE


@pytest.mark.django_db
@pytest.mark.parametrize("folder", [None, "package"])
@pytest.mark.parametrize("lacks", ["folder", "schemas"])
def test_start_extraction_that_could_not_be_written_closes_nothing(
    authority, settings, tmp_path, lacks, folder
):
    if lacks == "folder":
        settings.EXTRACTIONS_DIR.write_text("a file where the folder should be")
    else:
        settings.NOARK5_SCHEMAS = str(tmp_path)

    with refused("addml.xsd" if lacks == "schemas" else "File exists"):
        start_extraction(authority, by=None, folder=folder)

    assert Series.objects.get().status == SeriesStatus.ACTIVE


@pytest.mark.django_db
def test_start_extraction_is_for_the_archivist_of_the_authority(authority):
    others = [
        factories.official(factories.authority(), Role.ARCHIVIST),
        factories.official(authority, Role.EDITOR, Role.MODERATOR, Role.CASE_HANDLER),
    ]

    for stranger in others:
        with pytest.raises(PermissionDenied):
            start_extraction(authority, by=stranger)

    assert not Extraction.objects.exists()
    assert Series.objects.get().status == SeriesStatus.ACTIVE


@pytest.mark.django_db
def test_start_extraction_nudges_the_worker_after_the_commit(
    authority, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        extraction = start_extraction(authority, by=None)
        assert not folder_of(extraction).exists() or extraction.folder == ""

    extraction.refresh_from_db()
    assert extraction.status == ExtractionStatus.DONE
    assert (folder_of(extraction) / "arkivuttrekk.xml").is_file()


# --- Making it ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_run_extraction_counts_what_it_made(waiting, settings):
    run_extraction(waiting)

    made = Extraction.objects.get()
    assert (made.status, made.error) == (ExtractionStatus.DONE, "")
    assert (made.case_files, made.entries_total, made.entries_done) == (1, 2, 2)
    assert made.documents == 2
    assert made.finished_at
    name = folder_of(made).name
    assert left_in(settings.EXTRACTIONS_DIR) == [name, f"{name}.tar", f"{name}.tar.sha256"]


@pytest.mark.django_db
def test_all_is_sharp_where_all_case_files_of_the_period_are_closed(waiting):
    run_extraction(waiting)

    manifest = (folder_of(Extraction.objects.get()) / "arkivuttrekk.xml").read_text()
    assert manifest.count("skarpt") == 2
    assert "<value>false</value>" in manifest.partition("inneholderSkjermetInformasjon")[2][:60]


@pytest.mark.django_db
def test_two_extractions_of_the_same_have_the_same_identifiers(authority):
    structures = []
    for _ in range(2):
        start_extraction(authority, by=None)
        run_outstanding()
        made = Extraction.objects.latest("pk")
        structures.append((folder_of(made) / "arkivstruktur.xml").read_bytes())

    assert structures[0] == structures[1]


@pytest.mark.django_db
def test_fault_in_the_program_fails_the_extraction_and_is_not_hidden(waiting, settings):
    settings.NOARK5_SCHEMAS = 5  # what no environment can set

    with pytest.raises(TypeError):
        run_extraction(waiting)

    made = Extraction.objects.get()
    assert made.status == ExtractionStatus.FAILED
    assert "TypeError" in made.error
    assert left_in(settings.EXTRACTIONS_DIR) == [f"{made.folder}.part"]


@pytest.mark.django_db
def test_extraction_where_no_period_is_closed_fails(authority):
    run_extraction(Extraction.objects.create(authority=authority))

    assert Extraction.objects.get().status == ExtractionStatus.FAILED


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "seconds"),
    [
        (ExtractionStatus.DONE, 3600),
        (ExtractionStatus.FAILED, 3600),
        (ExtractionStatus.RUNNING, 30),
    ],
)
def test_run_extraction_leaves_alone_what_is_not_waiting(waiting, settings, status, seconds):
    seen_at = timezone.now() - timedelta(seconds=seconds)
    Extraction.objects.update(status=status, seen_at=seen_at)

    run_extraction(waiting)
    run_outstanding()

    assert Extraction.objects.get().status == status
    assert left_in(settings.EXTRACTIONS_DIR) == []


@pytest.mark.django_db
def test_extraction_whose_process_died_is_made_anew(waiting, settings):
    waiting.folder = "pakke"
    waiting.status, waiting.seen_at = (
        ExtractionStatus.RUNNING,
        timezone.now() - timedelta(minutes=11),
    )
    waiting.save()
    remains = settings.EXTRACTIONS_DIR / "pakke.part"
    remains.mkdir(parents=True)
    (remains / "arkivstruktur.xml").write_text("<arkiv>")

    run_outstanding()

    assert Extraction.objects.get().status == ExtractionStatus.DONE
    assert left_in(settings.EXTRACTIONS_DIR) == ["pakke", "pakke.tar", "pakke.tar.sha256"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_package(waiting, settings):
    def run(_):
        try:
            run_extraction(waiting)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(run, range(2)))

    made = Extraction.objects.get()
    assert (made.status, made.entries_done) == (ExtractionStatus.DONE, 2)
    assert made.folder in left_in(settings.EXTRACTIONS_DIR)
    assert not list(settings.EXTRACTIONS_DIR.glob("*.part"))


@pytest.mark.django_db(transaction=True)
def test_progress_is_written_while_the_package_grows(waiting):
    Extraction.objects.update(status=ExtractionStatus.RUNNING, seen_at=timezone.now())
    waiting.refresh_from_db()

    with one_moment(), Progress(waiting, every=0.01) as progress:
        progress.total = 9
        progress.advance()
        wait_until(lambda: seen_elsewhere("entries_done") == 1)

    seen = Extraction.objects.get()
    assert (seen.entries_done, seen.entries_total) == (1, 9)
    assert seen.seen_at > waiting.seen_at


@pytest.mark.django_db(transaction=True)
def test_process_whose_extraction_was_taken_over_stops(waiting):
    Extraction.objects.update(status=ExtractionStatus.RUNNING, seen_at=timezone.now())
    waiting.refresh_from_db()
    progress = Progress(waiting, every=0.01)
    taken_over = timezone.now() + timedelta(minutes=11)

    def write_until_stopped():
        with progress:
            Extraction.objects.update(seen_at=taken_over)
            wait_until(progress.advance)

    with pytest.raises(ClaimLost):
        write_until_stopped()
    assert Extraction.objects.get().seen_at == taken_over


@pytest.mark.django_db(transaction=True)
def test_one_moment_does_not_see_what_comes_later():
    opened = records.case_file()
    records.entry(opened)

    with one_moment():
        before = opened.entries.count()
        in_a_thread(lambda: records.entry(opened))
        after = opened.entries.count()

    assert (before, after, opened.entries.count()) == (1, 1, 2)


def wait_until(is_so):
    for _ in range(1000):
        if is_so():
            return
        time.sleep(0.01)
    pytest.fail("It did not happen within ten seconds.")


def in_a_thread(work):
    """Do it on a connection of its own. Returns what it returns."""
    answers = []

    def run():
        try:
            answers.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return answers[0]


def seen_elsewhere(name):
    return in_a_thread(lambda: Extraction.objects.values_list(name, flat=True).get())


# --- The command --------------------------------------------------------------------------


@pytest.mark.django_db
def test_export_extraction_makes_the_package_at_once(authority, tmp_path, settings, capsys):
    folder = tmp_path / "uttrekk"

    call_command("export_extraction", "--authority", authority.slug, "--out", str(folder))

    said = capsys.readouterr()
    assert said.out == f"{folder}: 1 case files, 2 journal entries, 2 documents.\n"
    assert said.err == ""
    assert (folder / "arkivuttrekk.xml").is_file()
    assert left_in(settings.EXTRACTIONS_DIR) == []
    assert Extraction.objects.get().status == ExtractionStatus.DONE


@pytest.mark.django_db
def test_export_extraction_takes_an_empty_folder_and_says_what_is_left_out(
    authority, tmp_path, capsys, english
):
    opened = records.case_file(authority)
    (tmp_path / "tom").mkdir()

    call_command("export_extraction", authority=authority.slug, out=tmp_path / "tom")

    assert (tmp_path / "tom" / "arkivuttrekk.xml").is_file()
    assert capsys.readouterr().err.startswith(
        f"Left out: {opened.identifier} {opened.title}. It is open. "
    )
    assert [each["case_file"] for each in Extraction.objects.get().left_out] == [opened.identifier]


@pytest.mark.django_db
def test_export_extraction_is_refused_without_the_schemas(authority, tmp_path, settings):
    settings.NOARK5_SCHEMAS = ""

    with pytest.raises(CommandError, match="NOARK5_SCHEMAS"):
        call_command("export_extraction", authority=authority.slug, out=tmp_path / "ny")

    assert left_in(tmp_path / "ny") == []
    assert Series.objects.get().status == SeriesStatus.ACTIVE


@pytest.mark.django_db
def test_export_extraction_with_tar_makes_what_sha256sum_accepts(authority, tmp_path, capsys):
    folder = tmp_path / "uttrekk"

    call_command("export_extraction", authority=authority.slug, out=folder, tar=True)

    subprocess.run(["sha256sum", "--check", "uttrekk.tar.sha256"], cwd=tmp_path, check=True)
    with tarfile.open(tmp_path / "uttrekk.tar") as tar:
        tar.extractall(tmp_path / "ut", filter="data")
    packed = {
        path.relative_to(tmp_path / "ut" / "uttrekk"): path.read_bytes()
        for path in (tmp_path / "ut").rglob("*")
        if path.is_file()
    }
    assert packed == {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    assert Extraction.objects.get().archive_sha256 in capsys.readouterr().out
    with pytest.raises(CommandError, match="exists"):
        call_command("export_extraction", authority=authority.slug, out=folder, tar=True)


@pytest.mark.django_db
def test_export_extraction_refuses_a_folder_that_is_not_empty(authority, tmp_path):
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / "brev.txt").write_text("viktig")

    with pytest.raises(CommandError, match="not an empty folder"):
        call_command("export_extraction", authority=authority.slug, out=folder)

    assert left_in(folder) == ["brev.txt"]
    assert not Extraction.objects.exists()
    assert Series.objects.get().status == SeriesStatus.ACTIVE


@pytest.mark.django_db
def test_export_extraction_refuses_where_nothing_is_closed(tmp_path):
    opened = records.case_file()

    with pytest.raises(CommandError):
        call_command("export_extraction", authority=opened.authority.slug, out=tmp_path / "ny")

    assert not (tmp_path / "ny").exists()


@pytest.mark.django_db
def test_export_extraction_refuses_an_unknown_authority(tmp_path):
    with pytest.raises(CommandError, match="nobody"):
        call_command("export_extraction", authority="nobody", out=tmp_path / "ny")


@pytest.mark.django_db
def test_export_extraction_says_why_it_failed(authority, tmp_path):
    document = authority.entries.first().documents.get()
    default_storage.delete(document.path)

    with pytest.raises(CommandError, match=document.path):
        call_command("export_extraction", authority=authority.slug, out=tmp_path / "ny")

    assert not (tmp_path / "ny").exists()


# --- The markup ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a < b & c > d", "<tittel>a &lt; b &amp; c &gt; d</tittel>\n"),
        ("én\r\nto", "<tittel>én&#13;\nto</tittel>\n"),
        ("nul\x00 \x1f \ufffe 😀", "<tittel>nul\ufffd \ufffd \ufffd 😀</tittel>\n"),
        (0, "<tittel>0</tittel>\n"),
        (False, "<tittel>false</tittel>\n"),
        (records.A_MOMENT, "<tittel>2025-05-05T12:00:00+02:00</tittel>\n"),
        (records.A_MOMENT.date(), "<tittel>2025-05-05</tittel>\n"),
        (None, ""),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_leaf_is_well_formed_and_never_empty(value, written):
    assert leaf("tittel", value) == written


def test_branch_is_never_empty():
    assert branch("avskrivning", leaf("avskrivningsdato", None)) == ""
    assert branch('mappe xsi:type="saksmappe"', "x") == '<mappe xsi:type="saksmappe">\nx</mappe>\n'
