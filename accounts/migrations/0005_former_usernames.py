import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Names that people had, which lead to their pages and are nobody else's."""

    dependencies = [("accounts", "0004_stricter_addresses")]

    operations = [
        migrations.CreateModel(
            name="FormerUsername",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("username", models.CharField(max_length=30, verbose_name="username")),
                (
                    "username_key",
                    models.CharField(db_index=True, editable=False, max_length=60),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="given up"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="former_usernames",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "former username",
                "verbose_name_plural": "former usernames",
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("username"),
                        name="former_username_is_unique",
                    )
                ],
            },
        ),
    ]
