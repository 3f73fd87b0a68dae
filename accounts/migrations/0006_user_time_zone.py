from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_former_usernames")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="time_zone",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=64, verbose_name="time zone"
            ),
        ),
    ]
