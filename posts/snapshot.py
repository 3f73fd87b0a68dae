"""All that a post is at one moment, as plain values: what a revision keeps and a merge compares.

A snapshot is a dict that JSON can hold. `FIELDS` are what an editor changes, under the names of the
editor's form: texts and flags as they are, `cover` and `share_image` as keys of pictures or None,
`tags` as names, `series` as keys, each list in order. `STATE` is where the post stands: times in
ISO 8601, `authors` as usernames; it is kept to be shown and is never written back.
"""

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from posts.models import Post

Snapshot = dict[str, Any]

TEXTS = ("body", "summary")
LISTS = ("tags", "series")
PICTURES = ("cover", "share_image")
PLAIN = (
    *("title", "slug", "cover_alt", "cover_caption", "visibility", "comment_policy", "language"),
    *("has_math", "canonical_url", "meta_title", "meta_description"),
)
FIELDS = ("title", "body", "summary", *PLAIN[1:], *PICTURES, *LISTS)
TIMES = (
    *("published_at", "withdrawn_at", "submitted_at", "ends_at"),
    *("pinned_at", "pinned_until"),
)
STATE = (*TIMES, "authors")

# What each is called in a sentence such as "changed: text, tags".
LABELS: "dict[str, _StrPromise]" = {
    "title": _("title"),
    "body": _("text"),
    "summary": _("summary"),
    "slug": _("address"),
    "cover": _("cover picture"),
    "cover_alt": _("description of the cover"),
    "cover_caption": _("caption of the cover"),
    "visibility": _("who may read it"),
    "comment_policy": _("comments"),
    "language": _("language of the text"),
    "has_math": _("mathematics"),
    "canonical_url": _("first published at"),
    "meta_title": _("title for search engines and links"),
    "meta_description": _("description for search engines and links"),
    "share_image": _("picture for links"),
    "tags": _("tags"),
    "series": pgettext_lazy("several", "series"),
    "published_at": _("date of publication"),
    "withdrawn_at": _("withdrawn"),
    "submitted_at": _("sent for review"),
    "ends_at": _("withdrawn by itself"),
    "pinned_at": _("pinned"),
    "pinned_until": _("pinned until"),
    "authors": _("authors"),
}


def take(post: "Post") -> Snapshot:
    """Return the stored post as it is now; three queries, for tags, series and authors."""
    taken: Snapshot = {name: getattr(post, name) for name in (*TEXTS, *PLAIN)}
    taken |= {name: getattr(post, f"{name}_id") for name in PICTURES}
    taken["tags"] = list(post.tags.order_by("slug").values_list("name", flat=True))
    taken["series"] = list(post.series_entries.order_by("series").values_list("series", flat=True))
    for name in TIMES:
        time = getattr(post, name)
        taken[name] = time.isoformat() if time else None
    rows = post.authorships.order_by("position", "pk")
    taken["authors"] = list(rows.values_list("person__username", flat=True))
    return taken


def edited(snapshot: Snapshot) -> Snapshot:
    """Return only what an editor changes; a field that came later than the snapshot is left out."""
    return {name: snapshot[name] for name in FIELDS if name in snapshot}


def changed(before: Snapshot, after: Snapshot) -> list[str]:
    """Return the names of the fields that differ, in the order of the form, state last."""
    return [name for name in (*FIELDS, *STATE) if before.get(name) != after.get(name)]


def digest(snapshot: Snapshot) -> str:
    """Return a digest that is the same for equal snapshots only."""
    text = json.dumps(snapshot, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode(errors="surrogatepass")).hexdigest()
