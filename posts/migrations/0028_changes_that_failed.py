from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0027_notes")]

    operations = [
        migrations.AddField(
            model_name="pendingchange",
            name="failed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
