"""The site map."""

from django.contrib import admin
from django.urls import include, path

from blogsite import health, look, views
from blogsite.appearance import appearance

urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("appearance/", appearance, name="appearance"),
    path("site-<slug:digest>.css", look.sheet, name="site_sheet"),
    path("setup/", views.setup, name="setup"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("robots.txt", views.robots, name="robots"),
    path("media/<path:path>", views.media, name="media"),
    path("", include("comments.urls")),
    path("", include("posts.urls")),
]
handler400 = "blogsite.views.refused"
handler403 = "blogsite.views.missing"
handler404 = "blogsite.views.missing"
handler500 = "blogsite.views.broken"
