"""The search index: an FTS5 table on SQLite, a tsvector column on PostgreSQL; see search_index."""

from typing import Any

from django.db import migrations

from posts import search_index


def forwards(apps: Any, schema_editor: Any) -> None:
    search_index.create(schema_editor.connection)


def backwards(apps: Any, schema_editor: Any) -> None:
    search_index.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("posts", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards, elidable=False)]
