import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Let a conversation go with its post; a comment with replies alone still stays."""

    dependencies = [("comments", "0002_path_and_batches")]

    operations = [
        migrations.AlterField(
            model_name="comment",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="replies",
                to="comments.comment",
            ),
        ),
        migrations.AlterField(
            model_name="comment",
            name="root",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="thread",
                to="comments.comment",
            ),
        ),
    ]
