"""SQL that keeps posts.MonthCount and posts.DayCount true to posts.Listing.

On PostgreSQL nobody waits to count: who changes a number takes what rows of it nobody else is
taking, and adds one with their sum; so a list has as many rows for a month as were written at
once, and all add up.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from django.db.backends.base.base import BaseDatabaseWrapper

from blogsite.lib import triggers

PLACES = "posts_listing"
_COUNTED = ("kind", "key", "at", "is_public")


@dataclass(frozen=True, slots=True)
class Counts:
    """A table of counts, its column that numbers spans of time, and which lists it holds."""

    table: str
    span: str
    kinds: tuple[int, ...]

    @property
    def columns(self) -> str:
        """Return the names of its columns, as `true_counts` gives them."""
        return f"kind, key, {self.span}, listed, public"

    def holds(self, row: str) -> str:
        """Return SQL that tells whether it counts the row."""
        return f"{row}.kind IN ({', '.join(map(str, self.kinds))})"

    def span_of(self, vendor: str, at: str) -> str:
        """Return SQL for the number of the time's month, or day."""
        return (_month_of if self.span == "month" else _day_of)(vendor, at)


MONTHS = Counts("posts_monthcount", "month", (0, 1, 2, 3))
DAYS = Counts("posts_daycount", "day", (0,))
BOTH = (MONTHS, DAYS)


def _month_of(vendor: str, at: str) -> str:
    if vendor == "sqlite":
        return f"(CAST(substr({at}, 1, 4) AS integer) * 12 + substr({at}, 6, 2) - 1)"
    utc = f"{at} AT TIME ZONE 'UTC'"
    return f"(extract(year FROM {utc}) * 12 + extract(month FROM {utc}) - 1)::integer"


def _day_of(vendor: str, at: str) -> str:
    month = _month_of(vendor, at)
    if vendor == "sqlite":
        return f"({month} * 31 + substr({at}, 9, 2) - 1)"
    return f"({month} * 31 + extract(day FROM {at} AT TIME ZONE 'UTC') - 1)::integer"


def true_counts(vendor: str, counts: Counts, places: str = PLACES) -> str:
    """Return SQL for the counts that the places have."""
    public = "sum(is_public)" if vendor == "sqlite" else "count(*) FILTER (WHERE is_public)"
    return f"""SELECT kind, key, {counts.span_of(vendor, "at")} AS {counts.span},
  count(*) AS listed, {public} AS public FROM {places} place
  WHERE {counts.holds("place")} GROUP BY 1, 2, 3"""  # noqa: S608


def refill(connection: BaseDatabaseWrapper, counts: Counts) -> None:
    """Count all places anew; nobody may write them meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {counts.table}")  # noqa: S608
        cursor.execute(
            f"INSERT INTO {counts.table} ({counts.columns})"
            f" {true_counts(connection.vendor, counts)}"
        )


def present(connection: BaseDatabaseWrapper) -> list[Counts]:
    """Return those whose tables are there: not all, before and behind their migrations."""
    tables = triggers.tables(connection)
    return [counts for counts in BOTH if counts.table in tables]


def functions(counts: Sequence[Counts]) -> str:
    """Return SQL for what the triggers of PostgreSQL call."""
    branches = "".join(
        _postgres_branch(operation, [_postgres_counting(one, operation) for one in counts])
        for operation in ("INSERT", "DELETE", "UPDATE")
    )
    return f"""
CREATE OR REPLACE FUNCTION listing_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{branches}
  RETURN NULL;
END $$;
"""


def count_triggers(vendor: str, counts: Iterable[Counts] = BOTH) -> dict[triggers.Trigger, str]:
    """Return, by name and table, what keeps the counts true to the places."""
    if vendor == "sqlite":
        return dict(chain.from_iterable(map(_sqlite_triggers, counts)))
    each = "FOR EACH STATEMENT EXECUTE FUNCTION"
    both = "REFERENCING OLD TABLE AS gone NEW TABLE AS come"
    return {
        ("listing_counted", PLACES): (
            f"AFTER INSERT ON REFERENCING NEW TABLE AS come {each} listing_counts()"
        ),
        ("listing_recounted", PLACES): f"AFTER UPDATE ON {both} {each} listing_counts()",
        ("listing_uncounted", PLACES): (
            f"AFTER DELETE ON REFERENCING OLD TABLE AS gone {each} listing_counts()"
        ),
    }


def _sqlite_triggers(counts: Counts) -> Iterator[tuple[triggers.Trigger, str]]:
    comes, goes = _sqlite_count(counts, "new", "+"), _sqlite_count(counts, "old", "-")
    of = "" if counts is MONTHS else f"_by_{counts.span}"
    moved = " OR ".join(f"old.{name} IS DISTINCT FROM new.{name}" for name in _COUNTED)
    held = f"{counts.holds('old')} OR {counts.holds('new')}"
    yield (
        ("listing_counted" + of, PLACES),
        f"AFTER INSERT ON WHEN {counts.holds('new')} BEGIN {comes} END",
    )
    yield (
        ("listing_recounted" + of, PLACES),
        f"AFTER UPDATE ON WHEN ({moved}) AND ({held}) BEGIN {goes} {comes} END",
    )
    yield (
        ("listing_uncounted" + of, PLACES),
        f"AFTER DELETE ON WHEN {counts.holds('old')} BEGIN {goes} END",
    )


def _sqlite_count(counts: Counts, row: str, sign: str) -> str:
    table, span = counts.table, counts.span_of("sqlite", f"{row}.at")
    here = f"kind = {row}.kind AND key = {row}.key AND {counts.span} = {span}"
    changes = f"""UPDATE {table} SET listed = listed {sign} 1,
        public = public {sign} {row}.is_public WHERE {here};"""  # noqa: S608
    if sign == "-":
        return f"{changes} DELETE FROM {table} WHERE {here} AND listed = 0;"  # noqa: S608
    return f"""INSERT INTO {table} ({counts.columns})
        SELECT {row}.kind, {row}.key, {span}, 0, 0 WHERE {counts.holds(row)}
        AND NOT EXISTS (SELECT 1 FROM {table} WHERE {here}); {changes}"""  # noqa: S608


def _postgres_branch(operation: str, statements: list[str]) -> str:
    rows = "come" if operation == "INSERT" else "gone"
    return f"""
  IF TG_OP = '{operation}' THEN
    IF NOT EXISTS (SELECT 1 FROM {rows}) THEN RETURN NULL; END IF;{"".join(statements)}
  END IF;"""  # noqa: S608


def _postgres_counting(counts: Counts, operation: str) -> str:
    """Return what changes the counts by what an operation did, with what can be taken of each."""
    table, span, columns = counts.table, counts.span, counts.columns
    return f"""
    WITH change AS ({_change(counts, operation)}), taken AS (
      DELETE FROM {table} WHERE id IN (
        SELECT held.id FROM {table} held JOIN change USING (kind, key, {span})
        FOR UPDATE OF held SKIP LOCKED)
      RETURNING {columns})
    INSERT INTO {table} ({columns})
      SELECT kind, key, {span}, sum(listed), sum(public)
      FROM (SELECT * FROM change UNION ALL SELECT * FROM taken) AS known
      GROUP BY kind, key, {span} HAVING sum(listed) <> 0 OR sum(public) <> 0;"""  # noqa: S608


def _change(counts: Counts, operation: str) -> str:
    come = true_counts("postgresql", counts, "come")
    gone = f"""SELECT kind, key, {counts.span}, -listed AS listed, -public AS public
      FROM ({true_counts("postgresql", counts, "gone")}) AS lost"""  # noqa: S608
    both = f"""SELECT kind, key, {counts.span}, sum(listed) AS listed, sum(public) AS public
      FROM (({come}) UNION ALL ({gone})) AS moved
      GROUP BY 1, 2, 3 HAVING sum(listed) <> 0 OR sum(public) <> 0"""  # noqa: S608
    return {"INSERT": come, "DELETE": gone, "UPDATE": both}[operation]
