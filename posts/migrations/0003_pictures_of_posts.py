from django.db import migrations, models


class Migration(migrations.Migration):
    """Remember which uploaded pictures a post's text shows."""

    dependencies = [("posts", "0002_search_index")]

    operations = [
        migrations.AddField(
            model_name="post",
            name="pictures",
            field=models.ManyToManyField(
                blank=True, editable=False, related_name="showing_posts", to="posts.image"
            ),
        ),
    ]
