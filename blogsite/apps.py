from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class BlogsiteConfig(AppConfig):
    name = "blogsite"
    verbose_name = _("Site")

    def ready(self) -> None:
        """Connect what the apps below read but may not import."""
        import blogsite.checks  # noqa: F401 - registers the system checks
        from accounts.roles import sync_roles
        from blogsite import content_versions, pagecache
        from blogsite.lib import kept, queries, site, sqlite, writers
        from blogsite.models import read_site

        queries.install(settings.SLOW_QUERY_MS, repeats=settings.DEBUG)
        sqlite.follow_files()
        writers.queue()
        site.provide(read_site)
        kept.provide(pagecache.versions)
        # Last of all apps, so that every permission exists when roles are given theirs.
        post_migrate.connect(sync_roles, sender=self)
        pre_migrate.connect(content_versions.before_migrations, sender=self)
        post_migrate.connect(content_versions.after_migrations, sender=self)
