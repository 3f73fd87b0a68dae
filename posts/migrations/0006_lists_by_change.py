from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """Read a page of a writer's many posts from an index, without sorting them all."""

    dependencies = [("posts", "0005_who_withdrew_and_why")]

    operations = [
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                F("updated_at").desc(),
                F("id").desc(),
                F("deleted_at"),
                F("withdrawn_at"),
                F("published_at"),
                F("submitted_at"),
                name="post_by_change",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                F("deleted_at").desc(),
                F("id").desc(),
                condition=Q(deleted_at__isnull=False),
                name="post_binned",
            ),
        ),
    ]
