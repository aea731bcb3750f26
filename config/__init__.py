"""What sees all: settings, addresses, background work, and the commands across apps."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
