from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class PostsConfig(AppConfig):
    name = "posts"
    verbose_name = _("Posts")

    def ready(self) -> None:
        """Keep triggers out of the way of migrations."""
        from posts import listing_index, relating_index, search_index

        for index in (search_index, listing_index, relating_index):
            pre_migrate.connect(index.before_migrations, sender=self)
            post_migrate.connect(index.after_migrations, sender=self)
