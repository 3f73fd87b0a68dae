from django.db import migrations, models

import blogsite.models


class Migration(migrations.Migration):
    """Let staff choose the language of the site's own words."""

    dependencies = [("blogsite", "0004_writes_held")]

    operations = [
        migrations.AddField(
            model_name="sitesettings",
            name="language",
            field=models.CharField(
                choices=[("en", "English"), ("de", "Deutsch")],
                default=blogsite.models.default_language,
                help_text="Of the site's own words and letters; readers can choose another one.",
                max_length=10,
                verbose_name="language",
            ),
        ),
    ]
