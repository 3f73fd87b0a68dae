"""Storing what the editor's form holds: as the post, or as the draft over a published one."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Attempt, User
from blogsite.lib import markdown
from posts import drafts, merging, snapshot
from posts.forms.fields import MAX_BODY, MAX_SUMMARY, MAX_TAGS, is_key
from posts.models import Autosave, Cause, FormerAddress, PendingChange, Post, Revision, Series, Tag
from posts.snapshot import Snapshot

A_DAY = 86400
LIMITS = {"body": MAX_BODY, "summary": MAX_SUMMARY, "tags": MAX_TAGS}
TO_DRAFT = frozenset({"draft", "publication"})  # ways on that leave a published post as it is


class NotSaved(Exception):
    """The form was good, the moment was not; the form says why and keeps what was typed."""


@dataclass(slots=True)
class Clash:
    """Somebody else's changes that contradict what was typed: the version they made, the merge.

    What the writer decides is sent with these: from which version it goes on, and which `live` one
    it is published over, where that is what stood against it.
    """

    theirs: Revision
    merged: merging.Merged
    started_from: Revision
    live: Revision | None = None


@dataclass(slots=True)
class Saved:
    """What became of what was typed."""

    is_draft: bool = False  # of a published post, whose readers see nothing of it
    from_theirs: list[str] = field(default_factory=list)  # fields that somebody else changed
    theirs: Revision | None = None


class Saving(forms.BaseModelForm[Post]):
    """Stores what was typed, merged with what others stored since the form was opened."""

    person: User
    owner: User
    typed: QueryDict
    clash: Clash | None = None

    def full_clean(self) -> None:
        """Put what was chosen of two versions in its place first."""
        self.saved = Saved()
        if self.is_bound:
            self._take_picks()
        super().full_clean()

    def save(self, commit: bool = True) -> Post:
        """Store the post. Raises NotSaved where that is for the writer to decide; the form says so.

        `clash` is set then where others' changes contradict; else an error says what stands against
        it.
        """
        try:
            with transaction.atomic():
                post = self._save_now()
        except IntegrityError:
            if not is_taken(self.instance.slug, self.instance):
                raise
            self.add_error("slug", _("Somebody just took that address. Please choose another."))
            raise NotSaved from None
        except markdown.TooComplex as error:  # what others wrote and what was typed, together
            self.add_error("body", str(error))
            raise NotSaved from None
        if post is None:  # after the transaction: what a question is about stays recorded
            raise NotSaved
        return post

    def _save_now(self) -> Post | None:
        post = self.instance
        if not post.pk:
            if not self._is_first_time():
                return None
            post.save()
            post.tags.set(Tag.named(self.cleaned_data["tags"]))
            drafts.put_in_series(post, self._series())
            self._save_pin(post)
            Revision.objects.record(post, by=self.person)
            if key := self.cleaned_data["key"]:
                Autosave.objects.update_or_create(
                    person=self.person, key=key, defaults={"post": post}
                )
            return post
        stored = Post.objects.select_for_update(no_key=True).filter(pk=post.pk).first()
        # Asked again: it may have been published, put in the bin or given away since.
        if stored is None or stored.deleted_at or not stored.editable_by(self.person):
            self.add_error(None, _("You can change this post no more. Your text is still here."))
            return None
        stored.take_rendering(post)
        return stored if self._store(stored) else None

    def _store(self, post: Post) -> bool:
        """Bring together what was typed and what is stored, and store that if it goes together."""
        live = Revision.objects.begin(post)
        pending = drafts.pending_of(post)
        head = (Revision.objects.head(post, is_draft=True) if pending else live) or live
        theirs = snapshot.edited(pending.snapshot) if pending else live.fields
        mine = self._values()
        merged = merging.merge(base=self._base(post, head), mine=mine, theirs=theirs)
        refuse_too_long(merged, mine, theirs)
        if not merged.is_clean:
            self.clash = Clash(head, merged, started_from=head)
            return False
        self.saved.from_theirs = merged.from_theirs
        self.saved.theirs = head if merged.from_theirs else None
        self._save_pin(post)
        if post.is_published and self.typed.get("then") in TO_DRAFT:
            self._store_draft(post, merged.values, pending, live)
        elif pending:
            return self._publish(post, merged.values, head, live)
        else:
            cause = Cause.MERGED if merged.from_theirs else Cause.SAVED
            drafts.write(post, merged.values, by=self.person, cause=cause, live=live)
        return True

    def _base(self, post: Post, head: Revision) -> Snapshot:
        """Return what the form was opened with; empty where nobody knows any more."""
        started_from: str = self.cleaned_data["started_from"]
        if is_key(started_from):
            begun = Revision.objects.filter(post=post, pk=int(started_from)).first()
            return begun.fields if begun else {}
        # Opened before the post had any revision: what it was then is the first one.
        first = Revision.objects.filter(post=post).order_by("number").first() or head
        digests = {snapshot.digest(one.fields): one.fields for one in (first, head)}
        return digests.get(started_from, {})

    def _values(self) -> Snapshot:
        """Return what was typed, as a snapshot has it."""
        cleaned: dict[str, Any] = self.cleaned_data
        values: Snapshot = {name: cleaned[name] for name in (*snapshot.TEXTS, *snapshot.PLAIN)}
        for name in snapshot.PICTURES:
            values[name] = cleaned[name].pk if cleaned[name] else None
        values["tags"] = Tag.known_names(cleaned["tags"])
        values["series"] = self._series()
        return values

    def _store_draft(
        self, post: Post, values: Snapshot, pending: PendingChange | None, live: Revision
    ) -> None:
        self.saved.is_draft = True
        if pending is None and values == live.fields:
            return
        drafts.write_draft(post, values, by=self.person, live=live)

    def _publish(self, post: Post, values: Snapshot, head: Revision, live: Revision) -> bool:
        """Show readers what was typed over the draft; what the post became meanwhile counts."""
        if self.typed.get("live") == str(live.pk):
            drafts.write(post, values, by=self.person, cause=Cause.MERGED, live=live)
            return True
        merged = drafts.publish_change(post, by=self.person, values=values, live=live)
        if merged is not None and not merged.is_clean:
            self.clash = Clash(live, merged, started_from=head, live=live)
            return False
        return True

    def _take_picks(self) -> None:
        """Put one side into what was typed, where the page of a conflict was answered so."""
        picks = {name: self.typed.get(f"pick-{name}") for name in snapshot.FIELDS}
        mine = [name for name in snapshot.TEXTS if picks[name] == "mine"]
        for name in mine:
            self.typed[name] = self.typed.get(f"mine-{name}", self.typed.get(name, ""))
        key = self.typed.get("theirs", "")
        if "theirs" not in picks.values() or not is_key(key):
            return
        theirs = Revision.objects.filter(post=self.instance.pk, pk=int(key)).first()
        for name, value in (theirs.fields if theirs else {}).items():
            if picks[name] == "theirs":
                self.typed.setlist(name, as_typed(name, value))

    def _is_first_time(self) -> bool:
        """Tell whether this new post's form was not saved yet, by a second press of the button."""
        key = self.cleaned_data["key"]
        return not key or Attempt.objects.allow(
            "new-post", f"{self.person.pk}:{key}", limit=1, per=A_DAY
        )

    def _series(self) -> list[int]:
        """Return the series that were chosen, with those that the form does not offer."""
        offered: Any = self.fields["series"]
        entries = self.instance.series_entries if self.instance.pk else None
        others = entries.exclude(series__in=offered.queryset) if entries else ()
        kept = others.values_list("series", flat=True) if others else ()
        chosen = {series.pk for series in self.cleaned_data["series"]}
        if title := self.cleaned_data["new_series"]:
            chosen.add(Series.begin(self.owner, title).pk)
        return sorted({*kept, *chosen})

    def _save_pin(self, post: Post) -> None:
        """Pin or unpin it if that was asked for; a form that is older than a pin undoes none."""
        wanted = self.cleaned_data.get("pinned")
        if wanted in {None, self.cleaned_data["was_pinned"], post.is_pinned}:
            return
        if wanted:
            post.pin()
        else:
            post.unpin()


def as_typed(name: str, value: Any) -> list[str]:
    """Return a snapshot's value as the form's field of that name sends it."""
    if name == "tags":
        return [", ".join(value)]
    if isinstance(value, list):
        return [str(one) for one in value]
    if isinstance(value, bool):
        return ["on"] if value else []
    return ["" if value is None else str(value)]


def refuse_too_long(merged: merging.Merged, mine: Snapshot, theirs: Snapshot) -> None:
    """Make a question of what goes together but is more than one post may have."""
    for name, limit in LIMITS.items():
        value = merged.values.get(name, "")
        if len(value) > limit and name not in merged.conflicts:
            merged.conflicts[name] = merging.contradiction(name, mine[name], theirs[name])


def is_taken(slug: str, post: Post) -> bool:
    """Tell whether another post has the address, or is found by it."""
    if Post.objects.filter(slug=slug).exclude(pk=post.pk).exists():
        return True
    # Links that lead to another post, or elsewhere, by that address go on doing so.
    return FormerAddress.objects.leads_elsewhere("posts", slug, post=post.pk)
