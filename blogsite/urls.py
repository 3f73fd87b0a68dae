"""The site map."""

from django.contrib import admin
from django.urls import include, path

from blogsite import views

urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("setup/", views.setup, name="setup"),
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
    path("robots.txt", views.robots, name="robots"),
    path("media/<path:path>", views.media, name="media"),
    path("", include("comments.urls")),
    path("", include("posts.urls")),
]
handler403 = "blogsite.views.missing"
handler404 = "blogsite.views.missing"
handler500 = "blogsite.views.broken"
