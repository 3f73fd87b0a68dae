from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0014_names_and_introductions")]

    operations = [
        migrations.CreateModel(
            name="FeedTopic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Site"), (1, "Tag"), (2, "Author"), (3, "Series")]
                    ),
                ),
                ("key", models.BigIntegerField()),
                ("changed_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("next_attempt_at", models.DateTimeField(null=True)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("error", models.CharField(default="", max_length=300)),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_attempt_at__isnull", False)),
                        fields=["next_attempt_at"],
                        name="topic_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "key"), name="one_topic_a_list")
                ],
            },
        ),
    ]
