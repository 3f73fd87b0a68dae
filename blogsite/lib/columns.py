"""Migrations for large tables: a new column that costs nothing, on SQLite too."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState


class AddColumn(migrations.AddField):
    """Add a field with a constant default; SQLite's table is not written anew, as Django does."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Add the column with its default standing in the table."""
        if schema_editor.connection.vendor != "sqlite":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model: Any = to_state.apps.get_model(app_label, self.model_name)
        field = model._meta.get_field(self.name)  # noqa: SLF001 - the documented way
        table, column = map(schema_editor.quote_name, (model._meta.db_table, field.column))  # noqa: SLF001
        default = schema_editor.quote_value(schema_editor.effective_default(field))
        kind = field.db_type(schema_editor.connection)
        null = "" if field.null else " NOT NULL"
        schema_editor.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} {kind}{null} DEFAULT {default}", params=None
        )
