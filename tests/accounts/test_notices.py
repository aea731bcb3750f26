"""Mails that are owed: delivered once by a real SMTP server, and kept while there is none."""

import socketserver
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes
from email.policy import default as current

import pytest
from django.db import connection
from django.utils import timezone

from accounts.delivery import LONGEST_DELAY, send_notices
from accounts.models import Notice
from accounts.models.notice import MAX_ATTEMPTS
from accounts.notices import owe_notice
from accounts.tasks import send_notice, send_outstanding


class Conversation(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as it takes to be handed a mail."""

    def handle(self):
        self.server.connections += 1
        self.say("220 sink")
        for line in self.rfile:
            verb = line.strip().upper()
            if verb == b"DATA":
                self.say("354 go on")
                self.server.take(self.read_mail())
                self.say("250 taken")
            elif verb.startswith(b"RCPT") and b"UNKNOWN@" in verb:
                self.say("550 no such mailbox")
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def read_mail(self):
        lines = iter(self.rfile.readline, b".\r\n")
        return b"".join(line[1:] if line.startswith(b"..") else line for line in lines)

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


class Sink(socketserver.ThreadingTCPServer):
    """An SMTP server on a port of its own, that keeps what it is handed."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mails = []
        self.connections = 0

    @property
    def port(self):
        return self.server_address[1]

    def take(self, raw):
        self.mails.append(message_from_bytes(raw, policy=current))


@pytest.fixture
def sink(settings):
    with Sink() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        use(settings, server.port)
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def nobody_listens(settings):
    """A port where a mail server was, and is no more."""
    with Sink() as server:
        port = server.port
    use(settings, port)
    return port


def use(settings, port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5


def owed(subject="Kvittering", email="ola@prove.example", **fields):
    owe_notice(email=email, subject=subject, body="Vi har mottatt svaret.\nTakk.", **fields)
    return Notice.objects.latest("pk")


@pytest.mark.django_db
def test_notice_is_delivered_by_smtp_after_the_commit(
    sink, settings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as callbacks:
        notice = owed("Svaret er mottatt – blåbær")
    assert sink.mails == []

    for callback in callbacks:
        callback()

    [mail] = sink.mails
    assert mail["Subject"] == "Svaret er mottatt – blåbær"
    assert mail["To"] == "ola@prove.example"
    assert mail["From"] == settings.DEFAULT_FROM_EMAIL
    assert mail["Message-ID"] == f"<notice-{notice.pk}@127.0.0.1>"
    assert mail.get_content().split() == ["Vi", "har", "mottatt", "svaret.", "Takk."]
    notice.refresh_from_db()
    assert notice.sent_at
    assert notice.attempts == 1


@pytest.mark.django_db
def test_notice_is_owed_once_by_its_key():
    owed(key="receipt-1")
    owed("Noe annet", key="receipt-1")

    assert Notice.objects.get().subject == "Kvittering"


@pytest.mark.django_db
def test_notice_is_not_sent_again(sink):
    notice = owed()

    send_notice(notice.key)
    send_notice(notice.key)
    send_outstanding()

    assert len(sink.mails) == 1


@pytest.mark.django_db(transaction=True)
def test_notice_is_sent_once_by_two_workers(sink):
    notice = Notice.objects.create(key="twice", email="ola@prove.example", subject="Én gang")

    def work(_worker):
        send_notice(notice.key)
        connection.close()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))

    assert len(sink.mails) == 1


@pytest.mark.django_db
def test_notice_waits_longer_and_longer_while_the_server_is_down(nobody_listens):
    notice = owed()
    delays = []

    for _attempt in range(MAX_ATTEMPTS):
        send_notice(notice.key)
        notice.refresh_from_db()
        delays.append(notice.due_at - timezone.now())

    assert notice.sent_at is None
    assert notice.attempts == MAX_ATTEMPTS
    minutes = [round(delay.total_seconds() / 60) for delay in delays]
    assert minutes[:5] == [1, 2, 4, 8, 16]
    assert max(delays) <= LONGEST_DELAY
    assert sum(delays, timedelta()) > timedelta(days=3)
    assert Notice.objects.outstanding().count() == 0


@pytest.mark.django_db
def test_notice_goes_out_once_when_the_server_is_back(settings, nobody_listens, request):
    notice = owed()
    send_outstanding()
    send_outstanding()  # not due yet: no second attempt
    notice.refresh_from_db()
    assert notice.attempts == 1

    sink = request.getfixturevalue("sink")
    Notice.objects.update(due_at=timezone.now())
    send_outstanding()
    send_outstanding()

    assert len(sink.mails) == 1
    notice.refresh_from_db()
    assert notice.sent_at


@pytest.mark.django_db
def test_notices_go_over_one_connection_until_it_breaks(sink):
    for subject in ("Først", "Så", "Ukjent", "Etter", "Til slutt"):
        owed(subject, email="unknown@prove.example" if subject == "Ukjent" else "ola@prove.example")

    send_outstanding()

    assert [mail["Subject"] for mail in sink.mails] == ["Først", "Så", "Etter", "Til slutt"]
    assert sink.connections == 2


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_notices_are_sent_with_as_many_queries_as_one(sink, number, django_assert_num_queries):
    keys = [owed().key for _each in range(number)]

    with django_assert_num_queries(4):  # the savepoint, the lock, what was sent
        send_notices(keys)

    assert len(sink.mails) == number
    assert not Notice.objects.exclude(attempts=1).exists()


@pytest.mark.django_db
def test_notice_with_a_line_break_in_its_subject_adds_no_header(sink):
    notice = owed("Hei\r\nBcc: alle@prove.example\n\nOg mer")

    send_notice(notice.key)

    [mail] = sink.mails
    assert mail["Subject"] == "Hei Bcc: alle@prove.example Og mer"
    assert mail["Bcc"] is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["unknown@prove.example", "ola@prove.example\nBcc: alle@prove.example", "å@ .."]
)
def test_notice_that_cannot_go_does_not_stop_the_others(sink, address):
    bad = owed(email=address)
    good = owed()

    send_outstanding()

    assert [mail["To"] for mail in sink.mails] == [good.email]
    bad.refresh_from_db()
    assert bad.sent_at is None
    assert bad.attempts == 1


@pytest.mark.django_db
def test_notice_that_one_may_end_tells_the_mail_program_where(sink):
    address = f"https://netthoring.prove.example/nb/folg/avslutt/{'x' * 43}/"
    owe_notice(email="ola@prove.example", subject="Hei", body="Nytt", unsubscribe_url=address)
    owed("Noe annet")

    send_outstanding()

    [followed, other] = sink.mails
    assert followed["List-Unsubscribe"].strip() == f"<{address}>"
    assert followed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert other["List-Unsubscribe"] is None
