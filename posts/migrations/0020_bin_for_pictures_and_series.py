from django.db import migrations, models


class Migration(migrations.Migration):
    """Pictures and series go into the bin before they go for good."""

    dependencies = [("posts", "0019_unsaved_texts")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="deleted_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="put in the bin"
            ),
        )
        for name in ("image", "series")
    ]
