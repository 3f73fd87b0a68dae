import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0028_changes_that_failed")]

    operations = [
        migrations.AlterField(
            model_name="autosave",
            name="post",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="autosaves",
                to="posts.post",
            ),
        ),
    ]
