import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0001_initial"),
        ("posts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="comment",
            name="comment_thread",
        ),
        migrations.AddField(
            model_name="comment",
            name="held_because",
            field=models.CharField(blank=True, max_length=200, verbose_name="why it waits"),
        ),
        migrations.AddField(
            model_name="comment",
            name="path",
            field=models.CharField(default="", editable=False, max_length=40),
        ),
        migrations.AddField(
            model_name="decision",
            name="batch",
            field=models.UUIDField(db_index=True, default=uuid.uuid4, editable=False),
        ),
        migrations.AddField(
            model_name="report",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="reports_settled",
                to="comments.decision",
                verbose_name="settled by",
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="comment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="decisions",
                to="comments.comment",
                verbose_name="comment",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="comment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reports",
                to="comments.comment",
                verbose_name="comment",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="reporter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reports",
                to=settings.AUTH_USER_MODEL,
                verbose_name="reported by",
            ),
        ),
        migrations.AlterField(
            model_name="sanction",
            name="reason",
            field=models.CharField(
                help_text="The person reads this where they try to write.",
                max_length=500,
                verbose_name="reason",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["post", "path"], name="comment_in_thread"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", True)),
                fields=["comment"],
                name="report_open",
            ),
        ),
    ]
