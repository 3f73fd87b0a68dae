from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blogsite", "0006_look")]

    operations = [
        migrations.AddField(
            model_name="sitesettings",
            name="llms_txt",
            field=models.BooleanField(
                default=False,
                help_text="For programs that answer questions from texts: it leads them to the posts.",
                verbose_name="list the newest posts in /llms.txt",
            ),
        ),
    ]
