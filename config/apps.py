"""Makes every process know every task, so that a nudge can be sent by its task's name."""

from django.apps import AppConfig

from config.celery import app


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self):
        app.autodiscover_tasks(force=True)
