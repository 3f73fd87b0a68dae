import django.db.models.deletion
from django.db import migrations, models

from blogsite.lib import languages
from blogsite.lib.columns import AddColumn


class Migration(migrations.Migration):
    """A post's language, its mathematics, and what machines are told in place of its own words."""

    dependencies = [("posts", "0007_lists_and_their_counts")]

    operations = [
        AddColumn(
            model_name="post",
            name="language",
            field=models.CharField(
                "language of the text",
                max_length=12,
                blank=True,
                default="",
                choices=[("", "As the whole site"), *languages.CHOICES],
            ),
        ),
        AddColumn(
            model_name="post",
            name="has_math",
            field=models.BooleanField(
                "write mathematics between dollar signs",
                default=False,
                help_text="$a^2 + b^2$ inside a line, $$…$$ as a block of its own.",
            ),
        ),
        AddColumn(
            model_name="post",
            name="canonical_url",
            field=models.URLField(
                "first published at",
                max_length=500,
                blank=True,
                default="",
                help_text="The address search engines should show, if the text is from another site.",
            ),
        ),
        AddColumn(
            model_name="post",
            name="meta_title",
            field=models.CharField(
                "title for search engines and links",
                max_length=200,
                blank=True,
                default="",
                help_text="The post's own title when left empty.",
            ),
        ),
        AddColumn(
            model_name="post",
            name="meta_description",
            field=models.CharField(
                "description for search engines and links",
                max_length=300,
                blank=True,
                default="",
                help_text="The summary, or the opening words, when left empty.",
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="share_image",
            field=models.ForeignKey(
                to="posts.image",
                verbose_name="picture for links",
                null=True,
                blank=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="sharing_posts",
            ),
        ),
    ]
