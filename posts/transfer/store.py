"""Puts entries into the site: people, pictures, links, posts and the addresses they had."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.db import transaction
from django.utils.text import slugify as ascii_slugify
from django.utils.timezone import now

from accounts.models import User
from accounts.roles import Role
from blogsite.lib.images import Refused
from blogsite.lib.text import slugify
from posts.models import Cause, FormerAddress, Image, ImportedPost, Post, Revision, Tag
from posts.transfer.entry import Entry, Outcome, Report, Unreadable
from posts.transfer.pictures import Pictures, pictures_of
from posts.transfer.rewriting import PICTURES, rewrite, template_names

USERNAME_LENGTH = 30


@dataclass(slots=True)
class Importer:
    """Stores entries of one source, one short transaction each.

    `source` names where they come from, `own_address(reference)` gives the key of the entry that
    a link inside the source means, None for other links. `report` collects what to look at.
    """

    source: str
    pictures: Pictures
    report: Report
    linked_key: Callable[[Entry, str], str | None]
    people: dict[str, User] = field(default_factory=dict)
    slugs: dict[str, str] = field(default_factory=dict)

    def outcome(self, entry: Entry) -> Outcome:
        """Return what storing the entry would come to, without storing it."""
        known = self._known(entry)
        if known is None:
            return Outcome.IMPORTED
        return Outcome.UNCHANGED if known.digest == entry.digest else Outcome.UPDATED

    def prepare(self, entry: Entry) -> None:
        """Begin work on the pictures of an entry that will be stored soon."""
        if self.outcome(entry) is not Outcome.UNCHANGED:
            self.pictures.begin(pictures_of(entry))

    def store(self, entry: Entry) -> Outcome:
        """Store one entry, new or changed.

        Raises markdown.TooComplex where the text cannot be rendered, Unreadable where somebody
        changed the post here; nothing is stored then.
        """
        known = self._known(entry)
        if known is not None and known.digest == entry.digest:
            return Outcome.UNCHANGED
        if known is not None and known.post.updated_at > known.imported_at:
            raise Unreadable("changed on the site since it was imported; left as it is")
        self._note_templates(entry)
        authors = [self._person(name) for name in entry.authors or ("Unknown author",)]
        post = known.post if known else Post()
        self._fill(post, entry, authors[0])
        with transaction.atomic():
            self._write(post, entry, authors, known)
        return Outcome.UPDATED if known else Outcome.IMPORTED

    def _known(self, entry: Entry) -> ImportedPost | None:
        return (
            ImportedPost.objects.filter(source=f"{self.source}:{entry.key}")
            .select_related("post")
            .first()
        )

    def _note_templates(self, entry: Entry) -> None:
        names = template_names(entry.body)
        if names:
            self.report.note(entry.key, f"template tags left as text: {', '.join(names)}")

    def _fill(self, post: Post, entry: Entry, owner: User) -> None:
        post.author = owner
        post.title = entry.title
        post.summary = entry.summary
        self._fill_presentation(post, entry, owner)
        post.body = rewrite(
            entry.body, lambda element, to: self._address(entry, owner, element, to)
        )
        post.published_at = None if entry.draft else entry.date or post.published_at or now()
        post.created_at = entry.date or post.created_at
        post.updated_at = entry.updated or entry.date or now()
        if entry.cover:
            post.cover = self._picture(entry, owner, entry.cover, required=True)
            post.cover_alt = entry.cover_alt
        post.slug = post.slug or self.slugs.get(entry.key) or self.free_slug(entry)
        post.render()

    def _fill_presentation(self, post: Post, entry: Entry, owner: User) -> None:
        post.language = entry.language or post.language
        post.canonical_url = entry.canonical or post.canonical_url
        post.has_math = entry.has_math
        post.meta_title = entry.meta_title or post.meta_title
        post.meta_description = entry.meta_description or post.meta_description
        if entry.share_image:
            post.share_image = self._picture(entry, owner, entry.share_image, required=True)

    def _write(
        self, post: Post, entry: Entry, authors: list[User], known: ImportedPost | None
    ) -> None:
        if known is None:
            self._write_post(post, entry, authors)
        else:  # what somebody may have changed here stays in the history
            with Revision.objects.recording(post, by=None, cause=Cause.IMPORTED):
                self._write_post(post, entry, authors)
        self._remember_addresses(post, entry)
        record = known or ImportedPost(post=post, source=f"{self.source}:{entry.key}")
        record.digest = entry.digest
        record.imported_at = now()
        record.save()

    def _write_post(self, post: Post, entry: Entry, authors: list[User]) -> None:
        post.save()
        post.set_authors(authors)
        post.tags.set([self._tag(name) for name in entry.tags])

    def _remember_addresses(self, post: Post, entry: Entry) -> None:
        for path in entry.addresses:
            row, created = FormerAddress.objects.get_or_create(path=path, defaults={"post": post})
            if not created and row.post_id != post.pk:
                self.report.note(entry.key, f"the address /{path} already leads to {row.post}")

    def _address(self, entry: Entry, owner: User, element: str, address: str) -> str | None:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path:
            return None
        if element == "a":
            key = self.linked_key(entry, parts.path)
            if key is not None and key in self.slugs:
                anchor = f"#{parts.fragment}" if parts.fragment else ""
                return f"/posts/{self.slugs[key]}/{anchor}"
            if not parts.path.lower().endswith(PICTURES):
                return None
        picture = self._picture(entry, owner, unquote(parts.path), required=element == "img")
        return picture.url if picture else None

    def _picture(self, entry: Entry, owner: User, path: str, *, required: bool) -> Image | None:
        data = entry.read_file(path)
        if data is None:
            if required:
                self.report.note(entry.key, f"no picture at {path}")
            return None
        try:
            name = path.rsplit("/", 1)[-1]
            return Image.store(owner, data, name=name, process=self.pictures.process)
        except Refused as refusal:
            self.report.note(entry.key, f"picture {path} left out: {refusal}")
            return None

    def free_slug(self, entry: Entry) -> str:
        """Return a slug that no post and no other entry has, kept for this entry."""
        taken = set(self.slugs.values())
        slug, number = entry.slug, 1
        while slug in taken or Post.objects.filter(slug=slug).exists():
            number += 1
            slug = f"{entry.slug[:110]}-{number}"
        self.slugs[entry.key] = slug
        return slug

    def _tag(self, name: str) -> Tag:
        name = name[:60]
        slug = slugify(name, fallback="tag")[:60]
        return Tag.objects.get_or_create(slug=slug, defaults={"name": name})[0]

    def _person(self, name: str) -> User:
        name = name[:80]
        if name not in self.people:
            known = User.objects.filter(display_name__iexact=name).order_by("pk").first()
            self.people[name] = known or self._new_person(name)
        return self.people[name]

    def _new_person(self, name: str) -> User:
        base = ascii_slugify(name)[:USERNAME_LENGTH].strip("-") or "writer"
        base = f"{base}-writer" if len(base) < 2 else base
        username, number = base, 1
        while not _is_free(username):
            number += 1
            username = f"{base[: USERNAME_LENGTH - 4].strip('-')}-{number}"
        with transaction.atomic():
            person = User.objects.create_user(username, display_name=name, is_active=False)
            person.assign_roles(Role.AUTHOR)
        return person


def _is_free(username: str) -> bool:
    from django.core.exceptions import ValidationError

    from accounts.names import validate_username

    try:
        validate_username(username)
    except ValidationError:
        return False
    return not User.objects.named(username).exists()
