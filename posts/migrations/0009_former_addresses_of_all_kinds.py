from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def forget_other_kinds(apps: Any, schema_editor: Any) -> None:
    """Delete what the former constraint does not allow."""
    apps.get_model("posts", "FormerAddress").objects.filter(
        post=None, tag=None, series=None
    ).delete()


class Migration(migrations.Migration):
    """Former addresses of people, of what is gone, and by hand; and those that are missing."""

    dependencies = [
        ("posts", "0008_how_posts_are_presented"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MissingAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(max_length=300, unique=True, verbose_name="path")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="asked")),
                (
                    "first_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="first"),
                ),
                (
                    "last_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="last"),
                ),
                (
                    "referrer",
                    models.CharField(blank=True, max_length=100, verbose_name="linked from"),
                ),
                (
                    "ignored_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="ignored"
                    ),
                ),
            ],
            options={
                "verbose_name": "missing address",
                "verbose_name_plural": "missing addresses",
            },
        ),
        migrations.RemoveConstraint(
            model_name="formeraddress",
            name="former_address_leads_to_one_thing",
        ),
        migrations.AddField(
            model_name="formeraddress",
            name="gone_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="gone"),
        ),
        migrations.AddField(
            model_name="formeraddress",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="former_addresses",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AddField(
            model_name="formeraddress",
            name="target",
            field=models.CharField(blank=True, default="", max_length=500, verbose_name="address"),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_other_kinds, elidable=True),
        migrations.AddConstraint(
            model_name="formeraddress",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("gone_at__isnull", True),
                        ("person__isnull", True),
                        ("post__isnull", False),
                        ("series__isnull", True),
                        ("tag__isnull", True),
                        ("target", ""),
                    ),
                    models.Q(
                        ("gone_at__isnull", True),
                        ("person__isnull", True),
                        ("post__isnull", True),
                        ("series__isnull", True),
                        ("tag__isnull", False),
                        ("target", ""),
                    ),
                    models.Q(
                        ("gone_at__isnull", True),
                        ("person__isnull", True),
                        ("post__isnull", True),
                        ("series__isnull", False),
                        ("tag__isnull", True),
                        ("target", ""),
                    ),
                    models.Q(
                        ("gone_at__isnull", True),
                        ("person__isnull", False),
                        ("post__isnull", True),
                        ("series__isnull", True),
                        ("tag__isnull", True),
                        ("target", ""),
                    ),
                    models.Q(
                        ("gone_at__isnull", True),
                        ("person__isnull", True),
                        ("post__isnull", True),
                        ("series__isnull", True),
                        ("tag__isnull", True),
                        models.Q(("target", ""), _negated=True),
                    ),
                    models.Q(
                        ("gone_at__isnull", False),
                        ("person__isnull", True),
                        ("post__isnull", True),
                        ("series__isnull", True),
                        ("tag__isnull", True),
                        ("target", ""),
                    ),
                    _connector="OR",
                ),
                name="former_address_leads_to_one_thing",
            ),
        ),
        migrations.AddIndex(
            model_name="missingaddress",
            index=models.Index(fields=["count", "last_at"], name="missing_least_asked"),
        ),
    ]
