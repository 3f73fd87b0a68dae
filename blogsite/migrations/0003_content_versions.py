"""The table of content versions, for the page cache; its triggers come after every migration."""

from django.db import migrations

from blogsite import content_versions


def forwards(apps, schema_editor):
    content_versions.create(schema_editor.connection)


def backwards(apps, schema_editor):
    content_versions.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("blogsite", "0002_site_settings_row")]
    operations = [migrations.RunPython(forwards, backwards, elidable=False)]
