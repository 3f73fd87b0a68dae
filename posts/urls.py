from django.urls import path, register_converter

from posts import feeds, sitemaps
from posts.converters import Month, Slug, Year
from posts.views import (
    archive,
    authors,
    autosave,
    binned,
    calendar,
    dashboard,
    guide,
    history,
    images,
    invitations,
    lists,
    machines,
    notes,
    preview,
    publication,
    reading,
    restoration,
    reviews,
    search,
    series,
    series_authors,
    several,
    share_links,
    shared,
    sharing,
    snippets,
    unsaved,
    writing,
)
from posts.views import feeds as about_feeds

register_converter(Slug, "slug_")
register_converter(Year, "yyyy")
register_converter(Month, "mm")

app_name = "posts"

# Reading: stable addresses, for everybody.
reading_urls = [
    path("", lists.home, name="list"),
    path("posts/<slug_:slug>/", reading.detail, name="detail"),
    path("posts/<slug_:slug>.md", machines.markdown, name="markdown"),
    path("tags/<slug_:slug>/", lists.tag, name="tag"),
    path("authors/<slug:username>/", lists.author, name="author"),
    path("series/<slug_:slug>/", lists.series, name="series"),
    path("archive/", archive.years, name="archive"),
    path("archive/<yyyy:year>/", archive.months, name="archive"),
    path("archive/<yyyy:year>/<mm:month>/", archive.posts, name="archive_month"),
    path("search/", search.search, name="search"),
    path("share/<slug_:slug>/<slug:digest>.png", sharing.picture, name="share_picture"),
    path("share/<slug:digest>.png", sharing.site_picture, name="site_picture"),
    path("shared/<str:token>/", shared.post, name="shared"),
    path("shared/<str:token>/notes/", shared.notes, name="shared_notes"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.page, name="sitemap_page"),
    path("oembed", machines.oembed, name="oembed"),
    path("llms.txt", machines.llms, name="llms"),
    *feeds.paths(),
    path("feeds/", about_feeds.whole, name="feeds"),
    path("tags/<slug_:slug>/feeds/", about_feeds.tag, name="tag_feeds"),
    path("authors/<slug:username>/feeds/", about_feeds.author, name="author_feeds"),
    path("series/<slug_:slug>/feeds/", about_feeds.series, name="series_feeds"),
]

# Writing: for members who write.
writing_urls = [
    path("write/", dashboard.posts, name="write"),
    path("write/autosave/", autosave.autosave, name="new_autosave"),
    path("write/unsaved/<int:pk>/", unsaved.unsaved, name="unsaved"),
    path("write/unsaved/<int:pk>/deletion/", unsaved.deletion, name="unsaved_deletion"),
    path("write/unsaved/<int:pk>/restoration/", unsaved.restoration, name="unsaved_restoration"),
    path("write/several/", several.several, name="several"),
    path("write/several/undoing/", several.undoing, name="several_undoing"),
    path("write/new/", writing.new, name="new"),
    path("write/new/preview/", preview.preview, name="new_preview"),
    path("write/new/preview/live/", preview.live, name="new_preview_live"),
    path("write/new/preview/widths/", preview.widths, name="new_preview_widths"),
    path("write/<int:pk>/", writing.edit, name="edit"),
    path("write/<int:pk>/autosave/", autosave.autosave, name="autosave"),
    path("write/<int:pk>/preview/", preview.preview, name="preview"),
    path("write/<int:pk>/preview/live/", preview.live, name="preview_live"),
    path("write/<int:pk>/preview/widths/", preview.widths, name="preview_widths"),
    path("write/<int:pk>/publication/", publication.publication, name="publication"),
    path("write/<int:pk>/authors/", authors.authors, name="authors"),
    path("write/<int:pk>/authors/restoration/", authors.restoration, name="author_restoration"),
    path("write/<int:pk>/authors/<int:authorship>/", authors.place, name="author_place"),
    path(
        "write/<int:pk>/authors/<int:authorship>/removal/", authors.removal, name="author_removal"
    ),
    path(
        "write/<int:pk>/authors/invitations/<int:invitation>/revocation/",
        authors.revocation,
        name="author_revocation",
    ),
    path("write/invitations/<int:pk>/", invitations.of_post, name="author_invitation"),
    path("write/<int:pk>/share.png", sharing.preview, name="share_preview"),
    path("write/<int:pk>/history/", history.versions, name="history"),
    path("write/<int:pk>/history/<int:number>/", history.version, name="version"),
    path("write/<int:pk>/history/<int:number>/name/", history.naming, name="version_name"),
    path(
        "write/<int:pk>/history/<int:number>/restoration/",
        restoration.restoration,
        name="version_restoration",
    ),
    path("write/<int:pk>/bin/", binned.put_in_bin, name="put_in_bin"),
    path("write/<int:pk>/restoration/", binned.restoration, name="restoration"),
    path("write/<int:pk>/deletion/", binned.deletion, name="deletion"),
    path("write/<int:pk>/notes/", notes.notes, name="notes"),
    path("write/<int:pk>/notes/<int:note>/resolution/", notes.resolution, name="note_resolution"),
    path("write/<int:pk>/notes/<int:note>/reopening/", notes.reopening, name="note_reopening"),
    path("write/<int:pk>/notes/<int:note>/deletion/", notes.deletion, name="note_deletion"),
    path("write/<int:pk>/sharing/", share_links.links, name="share_links"),
    path(
        "write/<int:pk>/sharing/<int:link>/revocation/",
        share_links.revocation,
        name="share_link_revocation",
    ),
    path("write/review/", reviews.queue, name="reviews"),
    path("write/guide/", guide.guide, name="guide"),
    path("write/calendar/", calendar.calendar, name="calendar"),
    path("write/bin/", binned.posts, name="bin"),
    path("write/bin/emptying/", binned.emptying, name="emptying"),
    path("write/series/", series.series_list, name="series_list"),
    path("write/series/new/", series.new, name="series_new"),
    path("write/series/<int:pk>/", series.edit, name="series_edit"),
    path("write/series/<int:pk>/deletion/", series.deletion, name="series_deletion"),
    path("write/series/<int:pk>/places/", series.place_new, name="series_places"),
    path("write/series/<int:pk>/places/<int:entry>/", series.place, name="series_place"),
    path(
        "write/series/<int:pk>/places/<int:entry>/removal/", series.removal, name="series_removal"
    ),
    path("write/series/<int:pk>/authors/", series_authors.authors, name="series_authors"),
    path("write/series/<int:pk>/opening/", series_authors.opening, name="series_opening"),
    path(
        "write/series/<int:pk>/authors/<int:sharing>/removal/",
        series_authors.removal,
        name="series_author_removal",
    ),
    path(
        "write/series/<int:pk>/authors/invitations/<int:invitation>/revocation/",
        series_authors.revocation,
        name="series_author_revocation",
    ),
    path("write/series/invitations/<int:pk>/", invitations.of_series, name="series_invitation"),
    path("write/templates/", snippets.snippets, name="snippets"),
    path("write/templates/new/", snippets.new, name="snippet_new"),
    path("write/templates/<int:pk>/", snippets.edit, name="snippet"),
    path("write/templates/<int:pk>/bin/", snippets.put_in_bin, name="snippet_bin"),
    path("write/templates/<int:pk>/restoration/", snippets.restoration, name="snippet_restoration"),
    path("write/<int:pk>/template/", snippets.from_post, name="save_as_template"),
    path("write/<int:pk>/duplicate/", snippets.duplicate, name="duplicate"),
    path("write/images/", images.library, name="images"),
    path("write/images/<int:pk>/", images.description, name="image"),
    path("write/images/<int:pk>/deletion/", images.deletion, name="image_deletion"),
    path("write/images/<int:pk>/sizes/", images.sizes, name="image_sizes"),
]

urlpatterns = [*reading_urls, *writing_urls]
