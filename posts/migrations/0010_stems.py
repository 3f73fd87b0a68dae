from django.db import migrations, models

from blogsite.lib.columns import AddColumn


class Migration(migrations.Migration):
    """What the search index takes from a post beside its words; `manage.py reindex` fills it."""

    dependencies = [("posts", "0009_former_addresses_of_all_kinds")]

    operations = [
        AddColumn(
            model_name="post", name="stems", field=models.TextField(editable=False, null=True)
        ),
    ]
