#!/usr/bin/env python
"""Every command of the platform: `.venv/bin/python manage.py help`."""

import os
import select
import sys

from django.core.management import execute_from_command_line


def main():
    """Run the command. Where who reads what it prints has read enough, as `head` has, it ends
    there and says no more, the way that Python's documentation of SIGPIPE advises."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        try:
            execute_from_command_line(sys.argv)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        if is_read(sys.stdout):
            raise  # it was another pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def is_read(stream):
    asked = select.poll()
    asked.register(stream, 0)
    return not any(event & select.POLLERR for _, event in asked.poll(0))


if __name__ == "__main__":
    main()
