import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

KINDS = [(0, "Site"), (1, "Tag"), (2, "Author"), (3, "Series")]


def key(name):
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name=name
    )


def swift_cleaning(apps, schema_editor):
    """Rows of counts live shortly: clean up long before a fifth of the table is dead."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE posts_monthcount SET"
            " (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500)"
        )


class Migration(migrations.Migration):
    """Places of posts in lists, and counts by month; filled, and kept, by posts.listing_index."""

    dependencies = [("posts", "0006_lists_by_change")]

    operations = [
        migrations.CreateModel(
            name="MonthCount",
            fields=[
                ("id", key("ID")),
                ("kind", models.PositiveSmallIntegerField(choices=KINDS)),
                ("key", models.BigIntegerField()),
                (
                    "month",
                    models.IntegerField(help_text="Twelve times the year, and 0 for January."),
                ),
                ("listed", models.IntegerField()),
                ("public", models.IntegerField()),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["kind", "key", "month"], name="month_count_of_list")
                ],
            },
        ),
        migrations.CreateModel(
            name="Listing",
            fields=[
                ("id", key("ID")),
                ("kind", models.PositiveSmallIntegerField(choices=KINDS)),
                ("key", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "is_public",
                    models.BooleanField(help_text="For everybody, not for members alone."),
                ),
                ("position", models.PositiveIntegerField(null=True, help_text="In a series.")),
                (
                    "post",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="listings",
                        to="posts.post",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        F("kind"),
                        F("key"),
                        F("at").desc(),
                        F("post").desc(),
                        condition=Q(is_public=True),
                        name="listing_for_strangers",
                    ),
                    models.Index(
                        F("kind"),
                        F("key"),
                        F("at").desc(),
                        F("post").desc(),
                        name="listing_for_members",
                    ),
                    models.Index(
                        fields=["key", "position", "post", "at", "is_public"],
                        condition=Q(position__isnull=False),
                        name="listing_in_series",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["post", "kind", "key"], name="post_once_in_each_list"
                    )
                ],
            },
        ),
        migrations.RunPython(swift_cleaning, migrations.RunPython.noop, elidable=False),
    ]
