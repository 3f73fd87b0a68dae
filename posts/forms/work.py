"""What a page of one's own posts is asked for: words, state, tag and the like, an order."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from blogsite.lib.text import slugify
from posts.forms.fields import LineField
from posts.models import Post, Series, Tag
from posts.models.post import Visibility
from posts.querysets.post import PostQuerySet
from posts.search.finding import matching
from posts.search.query import LONGEST, parse

if TYPE_CHECKING:
    from django.http import QueryDict

STATES = {
    "draft": _("Drafts"),
    "review": _("In review"),
    "scheduled": _("Scheduled"),
    "published": _("Published"),
    "withdrawn": _("Withdrawn"),
}
SORTS = {
    "": _("Last change"),
    "published": _("Published"),
    "title": _("Title"),
    "words": _("Words"),
    "comments": _("Comments"),
}
ORDERS: dict[str, tuple[Any, ...]] = {
    "": ("-updated_at", "-pk"),
    "published": (F("published_at").desc(nulls_last=True), "-pk"),
    "title": (Lower("title"), "pk"),
    "words": ("-words", "-pk"),
    "comments": ("-comment_count", "-pk"),
}
INDEXED = ("", "published")
NARROWING = ("tag", "series", "visibility", "by")
OFFERED = 200  # series, and tags


class WorkForm(forms.Form):
    """What an address asks for; whatever makes no sense there is left out."""

    q = LineField(
        label=_("Search in titles and texts"),
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )
    sort = forms.ChoiceField(label=_("Sorted by"), choices=list(SORTS.items()), required=False)
    state = forms.ChoiceField(
        choices=[("", ""), *STATES.items()], required=False, widget=forms.HiddenInput
    )
    tag = LineField(
        label=_("Tag"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "used-tags", "dir": "auto"}),
    )
    series = forms.ModelChoiceField(
        label=_("Series"), queryset=Series.objects.none(), required=False, empty_label=_("Any")
    )
    visibility = forms.ChoiceField(
        label=_("Readers"), choices=[("", _("Any")), *Visibility.choices], required=False
    )
    by = LineField(
        label=_("Author, by username"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, asked: "QueryDict", person: User, *, everybody: bool) -> None:
        super().__init__(asked, auto_id="work_%s")
        self.person, self.everybody = person, everybody
        self.reachable = Post.objects.all() if everybody else Post.objects.by(person)
        self.are_many = self.reachable.are_too_many_to_count()
        series: Any = self.fields["series"]
        if everybody and self.are_many:  # of a whole site's posts only what an index has in order
            sort: Any = self.fields["sort"]
            sort.choices = [(name, SORTS[name]) for name in INDEXED]
        reach = Series.objects.not_deleted()
        own = reach if everybody else reach.editable_by(person)
        series.queryset = own.order_by("title", "pk")
        self.is_valid()
        self.asked = {
            name: str(getattr(value, "pk", value))
            for name, value in self.cleaned_data.items()
            if value
        }
        series.queryset = own.filter(pk__in=self._offered(own)).order_by("title", "pk")

    @property
    def narrowing(self) -> dict[str, str]:
        """Return by what else than words and state the posts are chosen, as a person reads it."""
        labels = {name: self.asked[name] for name in NARROWING if name in self.asked}
        if "series" in labels:
            labels["series"] = str(self.cleaned_data["series"])
        if "visibility" in labels:
            labels["visibility"] = str(Visibility(labels["visibility"]).label).partition(":")[0]
        return labels

    def posts(self) -> PostQuerySet:
        """Return the posts asked for, of every state outside the bin, in no order."""
        rows = self.reachable.not_deleted()
        asked = self.cleaned_data
        if asked.get("q"):
            rows = rows.filter(self._holds(asked["q"]))
        if asked.get("tag"):
            tagged = Post.tags.through.objects.filter(tag__slug=slugify(asked["tag"]))
            rows = rows.filter(pk__in=tagged.values("post_id"))
        if asked.get("series"):
            rows = rows.filter(pk__in=asked["series"].entries.order_by().values("post_id"))
        if asked.get("visibility"):
            rows = rows.filter(visibility=asked["visibility"])
        if asked.get("by"):
            rows = rows.by(User.objects.named(asked["by"]).first() or User.unnamed())
        return rows

    def in_order(self, rows: PostQuerySet) -> PostQuerySet:
        """Return those of the chosen state, in the chosen order."""
        state = self.asked.get("state", "")
        rows = rows.in_state(state) if state else rows
        return rows.order_by(*ORDERS[self.asked.get("sort", "")])

    def used_tags(self) -> list[str]:
        """Return the names to offer."""
        return list(Tag.objects.most_used(self.reachable).values_list("name", flat=True)[:OFFERED])

    def _holds(self, typed: str) -> Q:
        """Return what keeps the posts with the words; of few posts a part of a title is enough."""
        terms = parse(typed)
        found = Q(pk__in=matching(terms, None if self.everybody else self.person))
        return found if self.are_many else found | Q(title__icontains=typed)

    def _offered(self, own: Any) -> list[int]:
        keys = list(own.order_by("title", "pk").values_list("pk", flat=True)[:OFFERED])
        chosen = self.cleaned_data.get("series")
        return [*keys, chosen.pk] if chosen else keys
