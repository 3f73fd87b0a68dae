from django.core.validators import URLValidator
from django.db import migrations, models

from accounts.names import validate_address


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_user_sessions_ended_at")]

    operations = [
        migrations.AlterField(
            model_name="invitation",
            name="email",
            field=models.EmailField(
                max_length=254, validators=[validate_address], verbose_name="e-mail address"
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="email",
            field=models.EmailField(
                blank=True,
                max_length=254,
                validators=[validate_address],
                verbose_name="e-mail address",
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="website",
            field=models.URLField(
                blank=True,
                max_length=300,
                validators=[URLValidator(["http", "https"])],
                verbose_name="website",
            ),
        ),
    ]
