"""A broker that is gone, frozen or back again, as those who send nudges meet it."""

import logging
import signal
import socket
import subprocess
import time

import pytest

from config.celery import NudgingCelery

REQUEST_MAY_WAIT = 1.0  # seconds


class Broker:
    """A Redis of the test's own, to stop and start."""

    def __init__(self, folder, program):
        self.folder = folder
        self.program = program
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.process = None

    def start(self):
        options = ["--port", str(self.port), "--dir", str(self.folder), "--save", ""]
        self.process = subprocess.Popen([self.program, *options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        pytest.fail("redis-server did not start")

    def stop(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def broker(tmp_path, redis_server):
    broker = Broker(tmp_path, redis_server)
    broker.start()
    yield broker

    broker.process.send_signal(signal.SIGCONT)
    broker.stop()


@pytest.fixture
def nudge(broker):
    """A task of an app that is set as in production."""
    app = NudgingCelery("test", broker=f"redis://127.0.0.1:{broker.port}/0", set_as_current=False)
    app.conf.update(
        task_publish_retry=False,
        task_ignore_result=True,
        broker_transport_options={"socket_connect_timeout": 1, "socket_timeout": 5},
    )

    @app.task(name="consultations.tasks.nudge")
    def nudge(reference):
        raise AssertionError("Nothing here runs a task.")

    yield nudge

    app.close()


def seconds(send):
    started = time.monotonic()
    send()
    return time.monotonic() - started


@pytest.mark.redis
def test_nudge_is_sent(nudge):
    assert nudge.delay("hemmelig-1").id


@pytest.mark.redis
@pytest.mark.parametrize("was_used_before", [True, False])
def test_nudge_to_a_stopped_broker_is_logged_and_forgotten(nudge, broker, caplog, was_used_before):
    if was_used_before:
        nudge.delay("hemmelig-1")
    broker.stop()

    with caplog.at_level(logging.WARNING):
        waited = seconds(lambda: nudge.delay("hemmelig-2"))

    assert waited < REQUEST_MAY_WAIT
    assert "consultations.tasks.nudge was not sent" in caplog.text
    assert "hemmelig" not in caplog.text


@pytest.mark.redis
@pytest.mark.parametrize("was_used_before", [True, False])
def test_nudge_to_a_frozen_broker_costs_less_than_a_second(nudge, broker, was_used_before):
    if was_used_before:
        nudge.delay("hemmelig-1")
    broker.process.send_signal(signal.SIGSTOP)

    waited = seconds(lambda: nudge.delay("hemmelig-2"))

    assert waited < REQUEST_MAY_WAIT


@pytest.mark.redis
def test_nudge_is_sent_again_when_the_broker_is_back(nudge, broker):
    nudge.delay("hemmelig-1")
    broker.stop()
    nudge.delay("hemmelig-2")
    broker.start()

    assert nudge.delay("hemmelig-3").id


def test_nudge_over_files_that_cannot_be_written_is_forgotten(tmp_path, caplog):
    in_the_way = tmp_path / "broker"
    in_the_way.write_text("a file where a folder should be")
    app = NudgingCelery("test", broker="filesystem://", set_as_current=False)
    app.conf.broker_transport_options = {
        "data_folder_in": str(in_the_way),
        "data_folder_out": str(in_the_way),
        "control_folder": str(in_the_way),
    }

    @app.task(name="consultations.tasks.nudge")
    def nudge():
        raise AssertionError("Nothing here runs a task.")

    nudge.delay()

    assert "consultations.tasks.nudge was not sent" in caplog.text
