from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0017_reviews")]

    operations = [
        migrations.AddField(
            model_name="post",
            name="ends_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="withdrawn by itself at"
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="pinned_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="pinned until"),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("ends_at__isnull", False), ("withdrawn_at__isnull", True)),
                fields=["ends_at"],
                name="post_ending",
            ),
        ),
    ]
