import django.utils.timezone
from django.db import migrations, models

from blogsite.lib.columns import AddColumn


class Migration(migrations.Migration):
    """The sizes of a picture are made by the background worker; its row is the work."""

    dependencies = [("posts", "0010_stems")]

    operations = [
        AddColumn(
            model_name="image",
            name="tone",
            field=models.CharField(max_length=7, default="", editable=False),
        ),
        AddColumn(
            model_name="image",
            name="recipe",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        AddColumn(
            model_name="image",
            name="next_attempt_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        AddColumn(
            model_name="image",
            name="claimed_until",
            field=models.DateTimeField(null=True, editable=False),
        ),
        AddColumn(
            model_name="image",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        AddColumn(
            model_name="image",
            name="given_up_at",
            field=models.DateTimeField(null=True, editable=False),
        ),
        AddColumn(
            model_name="image",
            name="error",
            field=models.CharField(max_length=300, default="", editable=False),
        ),
        # Those there are have the smaller sizes in WebP: new ones come before them.
        migrations.RunSQL("UPDATE posts_image SET recipe = 1", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="image",
            index=models.Index(
                fields=["recipe", "next_attempt_at"],
                name="image_due",
                condition=models.Q(given_up_at__isnull=True),
            ),
        ),
    ]
