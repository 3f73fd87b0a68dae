"""Settings: one file, read from the environment; every default works on a laptop.

docs/operating.md lists the variables.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from django.urls import reverse_lazy

from blogsite.lib import environment, logs, storage
from blogsite.lib.processes import usable_cores
from blogsite.lib.sqlite import use_safe_sqlite

use_safe_sqlite()
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environment.reader()

# What the site writes lives in one folder.
DATA_DIR = environment.data_folder(Path(env.text("BLOGSITE_DATA") or BASE_DIR / "var").absolute())
SHARED_KEY = env.text("BLOGSITE_SECRET_KEY")
SECRET_KEY = SHARED_KEY or environment.secret_key(DATA_DIR / "secret_key")
DEBUG = env.flag("BLOGSITE_DEBUG")

# Web workers, the threads of each, and how many connections each holds open at once.
WEB_WORKERS = env.integer("BLOGSITE_WORKERS", min(usable_cores(), 16), least=1, most=256)
WEB_THREADS = env.integer("BLOGSITE_THREADS", 4, least=1, most=256)
WEB_CONNECTIONS = env.integer("BLOGSITE_CONNECTIONS", 1024, least=1, most=65535)
# A web worker of more megabytes of its own, or more hours, is replaced by a new one.
WORKER_MEMORY = env.integer("BLOGSITE_WORKER_MEMORY", 512, least=128, most=65536)
WORKER_HOURS = env.integer("BLOGSITE_WORKER_HOURS", 24, least=1, most=8760)

# Where the site is: SITE_URL decides hosts, cookies, redirects to HTTPS and HSTS.
HOST = env.text("HOST", "127.0.0.1")
PORT = env.integer("PORT", 8000, least=1, most=65535)
SITE_URL = env.origin("SITE_URL", f"http://127.0.0.1:{PORT}")
HTTPS = urlsplit(SITE_URL).scheme == "https"
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = [urlsplit(SITE_URL).hostname or "", *LOOPBACK, *env.items("BLOGSITE_EXTRA_HOSTS")]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# How many reverse proxies stand in front and set X-Forwarded-For and X-Forwarded-Proto.
TRUSTED_PROXIES = env.integer("BLOGSITE_TRUSTED_PROXIES", int(HTTPS), least=0, most=10)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_ENGINE = "accounts.sessions"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("BLOGSITE_HSTS_SUBDOMAINS")
SECURE_HSTS_PRELOAD = SECURE_HSTS_INCLUDE_SUBDOMAINS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "blogsite.views.csrf_failure"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "accounts",
    "posts",
    "comments",
    "blogsite",  # last: it knows every app, and gives roles their permissions after migrating
]

MIDDLEWARE = [
    "blogsite.middleware.headers",
    "django.middleware.security.SecurityMiddleware",
    "blogsite.staticfiles.StaticFiles",
    "blogsite.middleware.fresh_site",
    "blogsite.middleware.language",
    "blogsite.middleware.body_limit",
    "blogsite.middleware.due_acts",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "blogsite.holding.writes_held",
    "blogsite.middleware.desk_questions",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "blogsite.middleware.former_addresses",
    "blogsite.shared_pages.SharedPages",
]

ROOT_URLCONF = "blogsite.urls"
WSGI_APPLICATION = "blogsite.wsgi.application"

TEMPLATE_PLACES = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("blogsite.loading.Loader", TEMPLATE_PLACES)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "blogsite.context.site",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# SQLite by default, made safe and patient: see docs/operating.md.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8000; PRAGMA journal_size_limit=16777216;"
    ),
}
DATABASE_URL = env.text("DATABASE_URL")
DATABASES = {"default": environment.database(DATABASE_URL, DATA_DIR / "site.sqlite3")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Opening the file takes 1.4 ms, forty times as long as a small query: threads keep it open.
    DATABASES["default"] |= {"OPTIONS": SQLITE_OPTIONS, "CONN_MAX_AGE": None}
# Seconds after which PostgreSQL ends a statement of a web process; 0 for never.
STATEMENT_TIMEOUT = env.integer("BLOGSITE_STATEMENT_TIMEOUT", 30, least=0, most=3600)

# A streaming standby of PostgreSQL's that pages may be read from, and how many seconds it may lag.
if REPLICA_URL := env.text("DATABASE_REPLICA_URL"):
    DATABASES["replica"] = environment.replica(REPLICA_URL, DATABASES["default"])
    DATABASE_ROUTERS = ["blogsite.lib.replica.Router"]
    MIDDLEWARE.insert(1, "blogsite.replicas.ReadReplica")
REPLICA_LAG = env.integer("BLOGSITE_REPLICA_LAG", 1, least=1, most=60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": environment.cache(env.url("CACHE_URL", "", ("redis", "rediss", "unix")))}

# Finished pages for readers who are not signed in, in the memory of each web process; megabytes.
PAGE_CACHE = env.flag("BLOGSITE_PAGE_CACHE", not DEBUG)
PAGE_CACHE_MEMORY = env.integer("BLOGSITE_PAGE_CACHE_MEMORY", 32, least=1, most=4096)
# What signed-in people's pages are put together from: pages for all of them, and pieces; bytes.
KEPT_PIECES = env.flag("BLOGSITE_KEPT_PIECES", not DEBUG)
KEPT_PIECES_MEMORY = 2**20 * env.integer("BLOGSITE_KEPT_PIECES_MEMORY", 16, least=1, most=4096)

# Pictures: a folder of this machine, or a bucket that all nodes share.
STORAGE_URL = env.text("STORAGE_URL")
STORAGES = {
    "default": storage.media(STORAGE_URL),
    "staticfiles": {"BACKEND": "blogsite.staticfiles.JoinedStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
# The author's guide shows its pictures inside the site.
STATICFILES_DIRS = [BASE_DIR / "static", ("guide", BASE_DIR / "docs" / "screenshots" / "guide")]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o640

# Addresses that readers ask for in vain are counted for the desk.
MISSING_ADDRESSES = env.flag("BLOGSITE_MISSING_ADDRESSES", default=True)

# Where WebSub is told of new posts; "" for nowhere.
WEBSUB_HUB = env.url("BLOGSITE_WEBSUB_HUB", "", ("http", "https")) and env.text(
    "BLOGSITE_WEBSUB_HUB"
)

# Limits on what is sent, in bytes: a form, a request with uploads, a single field count.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
BODY_LIMIT = 25 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
# More than are taken at once: what is left out gets a sentence with its name.
DATA_UPLOAD_MAX_NUMBER_FILES = 500

# Letters are rows, written with what they tell of; the worker delivers them through DELIVERY.
EMAIL_BACKEND = "accounts.outbox.EmailBackend"
EMAIL_URL = env.url("EMAIL_URL", "", ("smtp", "smtps", "smtp+tls", "smtp+ssl", "console", "file"))
EMAIL_DELIVERY = environment.email(EMAIL_URL, DATA_DIR / "mail")
DEFAULT_FROM_EMAIL = env.text("BLOGSITE_FROM_EMAIL", f"blog@{urlsplit(SITE_URL).hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

AUTH_USER_MODEL = "accounts.User"
# W004: usernames are unique by username_key, which holds more than equality does.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["accounts.backends.MemberBackend"]
LOGIN_URL = reverse_lazy("accounts:login")
LOGIN_REDIRECT_URL = reverse_lazy("posts:list")
LOGOUT_REDIRECT_URL = reverse_lazy("posts:list")
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {
            "user_attributes": ("username", "email", "display_name")
        },
        "MinimumLengthValidator": {"min_length": 10},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]

# Which one a site speaks is a setting of its own; this is what it has to begin with.
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LANGUAGE_CODE = env.choice("BLOGSITE_LANGUAGE", "en", tuple(code for code, _name in LANGUAGES))
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "blogsite" / "locale"]
TIME_ZONE = environment.time_zone(env.text("BLOGSITE_TIME_ZONE", "UTC"))
FORMAT_MODULE_PATH = "blogsite.formats"
USE_I18N = True
USE_TZ = True

# Lines of the log, and from how many milliseconds on a question to the database is one; 0 for none.
LOG_LEVEL = env.choice("BLOGSITE_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = logs.settings(LOG_LEVEL, env.choice("BLOGSITE_LOG_FORMAT", "plain", ("plain", "json")))
SLOW_QUERY_MS = env.integer("BLOGSITE_SLOW_QUERY_MS", 200, least=0, most=600_000)
