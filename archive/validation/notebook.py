"""What has to be remembered of one file until another is read, on disk and not in memory.

A million registrations have five million identifiers. They are noted in a nameless SQLite
database, which the system removes by itself, and compared there, so that a large package
needs no more memory than a small one.
"""

import json
import sqlite3

TABLES = """
CREATE TABLE unit (id TEXT, kind TEXT, place TEXT);
CREATE TABLE reference (name TEXT, target TEXT, place TEXT);
CREATE TABLE number (name TEXT, value TEXT, place TEXT);
CREATE TABLE object (path TEXT, sha256 TEXT, size INTEGER, place TEXT);
CREATE TABLE file (path TEXT PRIMARY KEY, sha256 TEXT, size INTEGER) WITHOUT ROWID;
CREATE TABLE entry (id TEXT, day TEXT, facts TEXT, screened TEXT, place TEXT);
CREATE TABLE journaled (file TEXT, id TEXT);
"""
CACHE = 64  # MiB


class Notebook:
    """Tables without a life of their own: what one part of the validator leaves to another."""

    def __init__(self):
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            f"PRAGMA temp_store = FILE; PRAGMA cache_size = -{CACHE * 1024}; {TABLES} BEGIN;"
        )

    def note(self, table, *values):
        """Remember one row. What is noted twice under one key is noted once."""
        places = ", ".join("?" * len(values))
        self._database.execute(f"INSERT OR IGNORE INTO {table} VALUES ({places})", values)  # noqa: S608

    def sort(self, table, column):
        """Make a filled table quick to look things up in, which is quicker than to keep it so."""
        self._database.execute(f"CREATE INDEX {table}_{column} ON {table} ({column})")

    def ask(self, question, *values):
        """The rows that answer a question in SQL, as they come."""
        return self._database.execute(question, values)

    def note_entry(self, identifier, *, day, facts, screened, place):
        """A journalpost of the structure, for the journals to be held against."""
        written = (json.dumps(each, ensure_ascii=False) for each in (facts, sorted(screened)))
        self.note("entry", identifier, day, *written, place)

    def entry(self, identifier):
        """The facts and the screening of a journalpost of the structure, or None."""
        row = self.ask("SELECT facts, screened FROM entry WHERE id = ?", identifier).fetchone()
        return row and tuple(map(json.loads, row))

    def close(self):
        self._database.close()
