import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0024_shared_series"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Snippet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="put in the bin"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("template", "Template: what a new post begins with"),
                            ("snippet", "Snippet: a piece to put into a text"),
                        ],
                        default="template",
                        max_length=10,
                        verbose_name="what it is",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="title")),
                ("summary", models.TextField(blank=True, max_length=500, verbose_name="summary")),
                ("body", models.TextField(blank=True, verbose_name="text")),
                ("tags", models.JSONField(blank=True, default=list, verbose_name="tags")),
                (
                    "language",
                    models.CharField(
                        blank=True, max_length=12, verbose_name="language of the text"
                    ),
                ),
                (
                    "has_math",
                    models.BooleanField(
                        default=False, verbose_name="write mathematics between dollar signs"
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="last change"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="snippets",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "template or snippet",
                "verbose_name_plural": "templates and snippets",
                "ordering": ["name", "pk"],
                "default_permissions": (),
            },
        ),
    ]
