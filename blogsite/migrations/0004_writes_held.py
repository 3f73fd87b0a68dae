from django.db import migrations, models


class Migration(migrations.Migration):
    """Let the operator hold all writes for a while, on every node at once."""

    dependencies = [("blogsite", "0003_content_versions")]

    operations = [
        migrations.AddField(
            model_name="sitesettings",
            name="writes_held_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
