"""The WSGI application that granian serves: Django's handler behind the page cache."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blogsite.settings")
site = get_wsgi_application()

from blogsite import pagecache  # noqa: E402 - needs the apps to be loaded

application = pagecache.before(site)
