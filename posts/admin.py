"""The desk's pages for posts and what belongs to them; each lives in posts/desk."""

from django.contrib import admin

from posts.desk.addresses import FormerAddressAdmin
from posts.desk.images import ImageAdmin
from posts.desk.missing import MissingAddressAdmin
from posts.desk.posts import PostAdmin
from posts.desk.series import SeriesAdmin
from posts.desk.tags import TagAdmin
from posts.models import FormerAddress, Image, MissingAddress, Post, Series, Tag

admin.site.register(Post, PostAdmin)
admin.site.register(Tag, TagAdmin)
admin.site.register(Series, SeriesAdmin)
admin.site.register(Image, ImageAdmin)
admin.site.register(FormerAddress, FormerAddressAdmin)
admin.site.register(MissingAddress, MissingAddressAdmin)
