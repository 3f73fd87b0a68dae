import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What versions of posts show, and pictures that need no description."""

    dependencies = [("posts", "0021_pictures_replaced")]

    operations = [
        migrations.AddField(
            model_name="image",
            name="is_decorative",
            field=models.BooleanField(
                db_default=False,
                default=False,
                verbose_name="decorative: needs no description",
            ),
        ),
        migrations.CreateModel(
            name="PictureMention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="posts.image",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="posts.post",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("image", "post"), name="picture_mentioned_once")
                ],
            },
        ),
    ]
