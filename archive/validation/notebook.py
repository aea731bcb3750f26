"""What has to be remembered of one file until another is read, on disk and not in memory.

A million registrations have five million identifiers. They are noted in a nameless SQLite
database, which the system removes by itself, and compared there, so that a large package
needs no more memory than a small one.
"""

import sqlite3
from collections import defaultdict

import orjson

TABLES = """
CREATE TABLE unit (id TEXT, kind TEXT, place TEXT);
CREATE TABLE reference (name TEXT, target TEXT, place TEXT);
CREATE TABLE number (name TEXT, value TEXT, place TEXT);
CREATE TABLE object (path TEXT, sha256 TEXT, size INTEGER, place TEXT);
CREATE TABLE file (path TEXT PRIMARY KEY, sha256 TEXT, size INTEGER) WITHOUT ROWID;
CREATE TABLE entry (id TEXT, day TEXT, facts BLOB, screened BLOB, place TEXT);
CREATE TABLE journaled (file TEXT, id TEXT);
"""
CACHE = 64  # MiB
BATCH = 1000  # rows


class Notebook:
    """Tables without a life of their own: what one part of the validator leaves to another."""

    def __init__(self):
        self._database = sqlite3.connect("", isolation_level=None)
        self._waiting = defaultdict(list)  # table → rows that are written together
        self._latest = None, None
        self._database.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            f"PRAGMA temp_store = FILE; PRAGMA cache_size = -{CACHE * 1024}; {TABLES} BEGIN;"
        )

    def note(self, table, *values):
        """Remember one row. What is noted twice under one key is noted once."""
        waiting = self._waiting[table]
        waiting.append(values)
        if len(waiting) >= BATCH:
            self._write(table)

    def _write(self, table):
        waiting = self._waiting.pop(table, None)
        if waiting:
            places = ", ".join("?" * len(waiting[0]))
            statement = f"INSERT OR IGNORE INTO {table} VALUES ({places})"  # noqa: S608
            self._database.executemany(statement, waiting)

    def sort(self, table, column):
        """Make a filled table quick to look things up in, which is quicker than to keep it so."""
        self._write(table)
        self._database.execute(f"CREATE INDEX {table}_{column} ON {table} ({column})")

    def ask(self, question, *values):
        """The rows that answer a question in SQL, as they come."""
        for table in list(self._waiting):
            self._write(table)
        return self._database.execute(question, values)

    def note_entry(self, identifier, *, day, facts, screened, place):
        """A journalpost of the structure, for the journals to be held against."""
        written = (orjson.dumps(each) for each in (facts, sorted(screened)))
        self.note("entry", identifier, day, *written, place)

    def entry(self, identifier):
        """The facts and the screening of a journalpost of the structure, or None."""
        if self._latest[0] != identifier:  # both journals ask for it, one after the other
            question = "SELECT facts, screened FROM entry WHERE id = ?"
            row = self._database.execute(question, (identifier,)).fetchone()
            self._latest = identifier, row and tuple(map(orjson.loads, row))
        return self._latest[1]

    def close(self):
        self._database.close()
