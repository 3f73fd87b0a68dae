"""A post that is not published, as readers would see it: its draft, or one version of it.

What is returned is for showing only; it is never saved.
"""

from dataclasses import dataclass
from hashlib import sha256

from django.utils.html import linebreaks

from blogsite.lib.markdown import RENDERER_VERSION, TooComplex
from blogsite.lib.pagecache.store import Store
from posts import drafts
from posts.cards import with_cards
from posts.models import Post, Revision, Tag
from posts.models.post import SOURCES
from posts.paragraphs import Paragraph, paragraphs
from posts.pictures import with_pictures
from posts.rendering import render_post
from posts.snapshot import Snapshot

KEPT_BYTES = 2**21  # of texts rendered for being looked at


@dataclass(frozen=True, slots=True)
class _Rendered:
    html: str
    headings: list[dict[str, object]]
    words: int

    @property
    def size(self) -> int:
        """Return the bytes of memory it takes, roughly."""
        return 1000 + 2 * len(self.html) + 200 * len(self.headings)


_kept: Store[str, _Rendered] = Store(KEPT_BYTES)


def proof(post: Post, revision: Revision | None = None) -> Post:
    """Return the post as its draft or the revision has it, with its tags; three queries at most."""
    if revision is not None:
        return _of_snapshot(post, revision.snapshot)
    pending = drafts.pending_of(post)
    return _of_snapshot(post, pending.snapshot) if pending else post


def blocks(shown: Post) -> list[Paragraph]:
    """Return the paragraphs of a post that is shown, with their pictures and cards."""
    looks = with_cards(with_pictures(shown.html, has_cover=shown.cover is not None))
    return paragraphs(shown.html, looks)


def _of_snapshot(post: Post, snapshot: Snapshot) -> Post:
    drafts.fill(post, snapshot)
    tags = [Tag(name=name, slug="-") for name in snapshot.get("tags", [])]
    post.__dict__.setdefault("_prefetched_objects_cache", {})["tags"] = tags
    _render(post)
    return post


def _render(post: Post) -> None:
    """Fill in the HTML, as it was kept where the same text was rendered lately.

    What is beyond the renderer's limits is shown as the plain text it is.
    """
    source = [RENDERER_VERSION, *(getattr(post, name) for name in SOURCES)]
    key = sha256(repr(source).encode(errors="surrogatepass")).hexdigest()
    known = _kept.get(key)
    if known is None:
        try:
            render_post(post)
        except TooComplex:  # stored when more was allowed, or merged from two that were not
            post.html, post.headings = linebreaks(post.body, autoescape=True), []
            post.words = len(post.body.split())
        known = _Rendered(post.html, post.headings, post.words)
        _kept.keep(key, known)
    post.html, post.headings, post.words = known.html, known.headings, known.words
