from django.db import migrations, models

KINDS = [(0, "Site"), (1, "Tag"), (2, "Author"), (3, "Series")]


def swift_cleaning(apps, schema_editor):
    """Rows of counts live shortly: clean up long before a fifth of the table is dead."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE posts_daycount SET"
            " (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500)"
        )


class Migration(migrations.Migration):
    """Counts of the site's posts by day; filled, and kept, by posts.listing_index."""

    dependencies = [("posts", "0011_sizes_of_pictures")]

    operations = [
        migrations.CreateModel(
            name="DayCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.PositiveSmallIntegerField(choices=KINDS)),
                ("key", models.BigIntegerField()),
                ("day", models.IntegerField(help_text="31 times the month, and 0 for its first.")),
                ("listed", models.IntegerField()),
                ("public", models.IntegerField()),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["kind", "key", "day"], name="day_count_of_list")],
            },
        ),
        migrations.RunPython(swift_cleaning, migrations.RunPython.noop, elidable=False),
    ]
