import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A picture may get other bytes; its former addresses lead to what it has now."""

    dependencies = [
        ("posts", "0020_bin_for_pictures_and_series"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="image",
            name="replaced_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="replaced"
            ),
        ),
        migrations.RemoveConstraint(model_name="image", name="image_once_for_each_owner"),
        migrations.AddConstraint(
            model_name="image",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaced_at__isnull", True)),
                fields=("owner", "sha256"),
                name="image_once_for_each_owner",
            ),
        ),
        migrations.CreateModel(
            name="FormerPicture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("folder", models.CharField(db_index=True, max_length=200)),
                ("kept", models.CharField(blank=True, default="", max_length=200)),
                ("was", models.JSONField(default=dict)),
                ("replaced_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former",
                        to="posts.image",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("image", "folder"), name="former_folder_once")
                ],
            },
        ),
    ]
