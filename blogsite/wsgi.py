"""The WSGI application that granian serves: Django's handler behind the page cache."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blogsite.settings")
site = get_wsgi_application()

from django.conf import settings  # noqa: E402 - what follows needs the apps to be loaded

from blogsite import pagecache  # noqa: E402
from blogsite.lib import postgres  # noqa: E402

web = postgres.Role("blogsite web", settings.STATEMENT_TIMEOUT, pool=settings.WEB_THREADS)
postgres.take(web, settings.DATABASES)
application = pagecache.before(site)
