import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What is like what; filled by the worker, whose work posts.relating_index writes down."""

    dependencies = [("posts", "0012_counts_by_day")]

    operations = [
        migrations.CreateModel(
            name="RelatingWork",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.PositiveSmallIntegerField()),
                ("key", models.BigIntegerField()),
                ("is_taken", models.BooleanField(default=False)),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["kind", "key"], name="relating_work_of")],
            },
        ),
        migrations.CreateModel(
            name="PostTerm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("term", models.BigIntegerField()),
                ("weight", models.FloatField()),
                (
                    "post",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="terms",
                        to="posts.post",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        models.F("term"),
                        models.OrderBy(models.F("weight"), descending=True),
                        name="term_most_telling",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("post", "term"), name="term_once_in_each_post")
                ],
            },
        ),
        migrations.CreateModel(
            name="RelatedPost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("score", models.FloatField(verbose_name="likeness")),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="related_to",
                        to="posts.post",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="related_rows",
                        to="posts.post",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("post", "other"), name="post_related_once"),
                    models.CheckConstraint(
                        condition=models.Q(("post", models.F("other")), _negated=True),
                        name="post_related_to_others",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RelatedTag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="related_to",
                        to="posts.tag",
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="related_rows",
                        to="posts.tag",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("tag", "other"), name="tag_related_once"),
                    models.CheckConstraint(
                        condition=models.Q(("tag", models.F("other")), _negated=True),
                        name="tag_related_to_others",
                    ),
                ],
            },
        ),
    ]
