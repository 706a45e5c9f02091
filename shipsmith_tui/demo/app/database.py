"""The connection to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from pgvector.psycopg import register_vector

from app.settings import settings


@contextmanager
def connect() -> Iterator[psycopg.Connection]:
    """A connection that knows vectors; committed at the end, rolled back on error."""
    with psycopg.connect(settings.database_url, connect_timeout=5) as connection:
        register_vector(connection)
        yield connection
