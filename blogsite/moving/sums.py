"""Checksums of tables that come out the same whatever database holds the rows."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from django.db import models

BATCH = 100  # rows in memory at once
_MODULUS = 2**128

Row = Sequence[Any]


@dataclass(slots=True)
class Sum:
    """How many rows, and the sum of their hashes: databases return rows in different orders."""

    rows: int = 0
    total: int = 0

    def add(self, row: Row) -> None:
        """Count one row."""
        self.rows += 1
        digest = sha256(canonical(row)).digest()
        self.total = (self.total + int.from_bytes(digest[:16])) % _MODULUS

    def __str__(self) -> str:
        return f"{self.rows:>12,} rows  {self.total:032x}"


def canonical(row: Row) -> bytes:
    """Return the row as bytes that say its values and nothing of how they were stored."""
    text = json.dumps(list(row), default=_plain, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return f"{type(value).__name__} {value.astimezone(UTC).isoformat()}"
    if isinstance(value, date):
        return f"{type(value).__name__} {value.isoformat()}"
    if isinstance(value, memoryview | bytes):
        return f"bytes {bytes(value).hex()}"
    return f"{type(value).__name__} {value}"  # UUID, Decimal, timedelta


def columns(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """Return the fields that are stored, those made by the database from others left out."""
    return [field for field in model._meta.concrete_fields if not field.generated]


def rows(model: type[models.Model], alias: str, *order: str) -> Iterator[Row]:
    """Yield every row of the table, in that order or any."""
    names = [field.attname for field in columns(model)]
    found = model._base_manager.using(alias).order_by(*order).values_list(*names)
    yield from found.iterator(chunk_size=BATCH)


def of(model: type[models.Model], alias: str) -> Sum:
    """Return the sum of a table."""
    total = Sum()
    for row in rows(model, alias):
        total.add(row)
    return total
