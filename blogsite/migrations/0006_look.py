from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils.html import escape


def keep_footers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Show the footer there is as it was: words alone."""
    rows: Any = apps.get_model("blogsite", "SiteSettings")
    for row in rows.objects.using(schema_editor.connection.alias).exclude(footer=""):
        row.footer_html = f"<p>{escape(row.footer)}</p>"
        row.save(update_fields=["footer_html"])


class Migration(migrations.Migration):
    """Give the site a look of its own: logo, accent, links, rules."""

    dependencies = [("blogsite", "0005_language")]

    operations = [
        migrations.AlterField(
            model_name="sitesettings",
            name="footer",
            field=models.CharField(
                blank=True,
                help_text="Stands under every page; Markdown makes links: [words](https://address).",
                max_length=300,
                verbose_name="footer",
            ),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="footer_html",
            field=models.TextField(blank=True, default="", editable=False),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="logo",
            field=models.FileField(
                blank=True, default="", editable=False, upload_to="site/", verbose_name="logo"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="logo_width",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="logo_height",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="accent",
            field=models.CharField(
                blank=True, default="", max_length=7, verbose_name="accent colour"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="navigation",
            field=models.JSONField(blank=True, default=list, verbose_name="links"),
        ),
        migrations.AddField(
            model_name="sitesettings",
            name="custom_css",
            field=models.TextField(blank=True, default="", verbose_name="custom CSS"),
            preserve_default=False,
        ),
        migrations.RunPython(keep_footers, migrations.RunPython.noop),
    ]
