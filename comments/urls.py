"""Addresses of the conversation; the root mounts them at the top of the site."""

from django.urls import path

from comments import feeds
from comments.views import likes, moderation, own, writing

app_name = "comments"
urlpatterns = [
    path("posts/<str:slug>/comments/", writing.create, name="create"),
    path("posts/<str:slug>/comments/new/", writing.new, name="new"),
    *feeds.paths(),
    path("posts/<str:slug>/like/", likes.like_post, name="like_post"),
    path("comments/<int:pk>/", writing.permalink, name="permalink"),
    path("comments/<int:pk>/like/", likes.like_comment, name="like"),
    path("comments/<int:pk>/edit/", own.edit, name="edit"),
    path("comments/<int:pk>/delete/", own.delete, name="delete"),
    path("comments/<int:pk>/restore/", own.restore, name="restore"),
    path("comments/<int:pk>/report/", moderation.report, name="report"),
    path("comments/<int:pk>/hide/", moderation.hide, name="hide"),
]
