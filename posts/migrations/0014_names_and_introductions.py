from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from blogsite.lib import markdown


def introduce(apps: Any, schema_editor: Any) -> None:
    """Render the descriptions there are."""
    for name in ("Tag", "Series"):
        for thing in apps.get_model("posts", name).objects.exclude(description=""):
            rendered = markdown.render(thing.description, markdown.Kind.BIOGRAPHY)
            thing.description_html = rendered.html
            thing.save(update_fields=["description_html"])


class Migration(migrations.Migration):
    """Other names of tags, and the descriptions of tags and series as introductions."""

    dependencies = [("posts", "0013_what_is_like_what")]

    operations = [
        migrations.AddField(
            model_name="series",
            name="description_html",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        migrations.AddField(
            model_name="tag",
            name="description_html",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        migrations.AlterField(
            model_name="series",
            name="description",
            field=models.TextField(
                blank=True,
                help_text="An introduction, in Markdown, above the parts.",
                max_length=2000,
                verbose_name="description",
            ),
        ),
        migrations.AlterField(
            model_name="tag",
            name="description",
            field=models.TextField(
                blank=True,
                help_text="An introduction, in Markdown, above the posts.",
                max_length=2000,
                verbose_name="description",
            ),
        ),
        migrations.CreateModel(
            name="TagSynonym",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="other name")),
                ("slug", models.SlugField(allow_unicode=True, editable=False, max_length=60)),
                (
                    "tag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="synonyms",
                        to="posts.tag",
                    ),
                ),
            ],
            options={
                "verbose_name": "other name",
                "verbose_name_plural": "other names",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("slug",),
                        name="synonym_slug_is_unique",
                        violation_error_message="Another tag has that name.",
                    )
                ],
            },
        ),
        migrations.RunPython(introduce, migrations.RunPython.noop, elidable=True),
    ]
