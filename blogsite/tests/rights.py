"""Every route of the site, and something behind each for people to want: for the rights table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.models import FormerUsername, Invitation, OutgoingEmail, User
from accounts.roles import Role
from accounts.testing import make_user
from blogsite.lib import look
from blogsite.models import SiteSettings
from comments.models import Report, Sanction
from comments.testing import make_comment
from posts.models import (
    Autosave,
    FormerAddress,
    Image,
    MissingAddress,
    Note,
    Post,
    Revision,
    Series,
    ShareLink,
)
from posts.testing import make_cover, make_draft, make_post, make_series

TABLE = Path(__file__).with_name("rights.txt")
CAST = (
    *("stranger", "reader", "contributor", "author", "other", "editor", "moderator", "owner"),
    "suspended",
)
BIN_VERBS = ("restoration", "deletion")
# What the signs of the table say about an answer.
PAGE, SIGN_IN, DONE, MISSING, REFUSED, NO_METHOD = ".?>-!x"
# Routes whose address is known by their beginning alone.
BINNED = tuple(
    f"write/{room}<int:pk>/{verb}/" for room in ("", "series/", "images/") for verb in BIN_VERBS
)
WHOLE = ("admin/^", "admin/r/", "media/", *BINNED)
DOORS = ("/accounts/login/?next=", "/admin/login/?next=")
Grid = dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Scene:
    """Who is there, and the address of each route."""

    people: dict[str, User]
    fill: dict[str, str]

    def address(self, route: str) -> str:
        """Return the route with something of the author's in each place."""
        for start in WHOLE:
            if route.startswith(start):
                return f"/{self.fill[start]}"
        return filled(route, self.fill)


def filled(route: str, values: dict[str, str]) -> str:
    """Return the route's address; raises KeyError for a place nothing is known for."""
    best = max((key for key in values if route.startswith(key)), key=len, default="")
    start, rest = (values[best], route.removeprefix(best)) if best else ("", route)
    while "<" in rest:
        before, _open, after = rest.partition("<")
        place, _close, rest = after.partition(">")
        start += before + values[f"<{place}>"]
    return f"/{(start + rest).lstrip('/')}"


def routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Yield every route as the site map spells it, but for Django's own catch-alls."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        elif isinstance(entry, URLPattern) and entry.name and "(?P<url>" not in route:
            yield route


def read_table() -> Grid:
    """Return the signs, one for each of the cast, by method and route."""
    grid: Grid = {}
    for line in TABLE.read_text().splitlines():
        if line and not line.startswith("#"):
            get, post, route = line.split(maxsplit=2)
            grid["GET", route] = get
            grid["POST", route] = post
    return grid


def sign_of(client: Client, method: str, address: str) -> str:
    """Return what the table says of such an answer."""
    ask: Callable[..., object] = client.get if method == "GET" else client.post
    answer = ask(address)
    status, target = answer.status_code, answer.headers.get("Location", "")  # type: ignore[attr-defined]
    if 300 <= status < 400:
        return SIGN_IN if target.startswith(DOORS) else DONE
    signs = {200: PAGE, 404: MISSING, 403: REFUSED, 405: NO_METHOD}
    return signs.get(status, str(status))


def set_up() -> Scene:
    """Make the people, and what Alice has: a draft, a post, a picture, a comment under it."""
    people = {role.value: make_user(f"alice-{role.value}", role=role) for role in Role}
    people["other"], people["suspended"] = make_user("bob"), make_user("charlie")
    people["suspended"].suspend(until=timezone.now() + timedelta(days=1))
    author = people["author"]
    post, draft = make_post(author, slug="public", tags=["Gardens"]), make_draft(author)
    binned = make_draft(author, deleted_at=timezone.now())
    fill = {"<slug_:slug>": "public", "<str:slug>": "public"}
    fill |= {"tags/<slug_:slug>/": "tags/gardens/", "write/<int:pk>/": f"write/{draft.pk}/"}
    gone, picture = make_series(author, title="Gone"), make_cover(author)
    gone.bin()
    picture.bin()
    for room, thing in (("", binned), ("series/", gone), ("images/", picture)):
        for verb in BIN_VERBS:
            fill[f"write/{room}<int:pk>/{verb}/"] = f"write/{room}{thing.pk}/{verb}/"
    fill |= {"<slug:username>": author.username, "<slug:section>": "posts"}
    fill |= {"<yyyy:year>": f"{post.published_at:%Y}", "<mm:month>": f"{post.published_at:%m}"}
    unsaved = Autosave.objects.create(person=author, key="opened")
    fill |= {"write/unsaved/<int:pk>/": f"write/unsaved/{unsaved.pk}/"}
    link, token = ShareLink.objects.make(draft, author, lasts=timedelta(days=1), allows_notes=True)
    note = Note.objects.create(post=draft, number=1, digest="0" * 16, body="Why?", by=author)
    fill |= {"shared/<str:token>/": f"shared/{token}/"}
    fill |= {"<int:link>": str(link.pk), "<int:note>": str(note.pk)}
    series = make_series(author, post)
    fill |= {"series/<slug_:slug>/": f"series/{series.slug}/"}
    fill |= {"write/series/<int:pk>/": f"write/series/{series.pk}/"}
    fill |= {"<int:entry>": str(series.entries.get().pk)}
    fill |= {"<int:number>": str(Revision.objects.record(draft, by=author).number)}
    fill |= _written_together(people, draft, series)
    SiteSettings.objects.update_or_create(pk=1, defaults={"custom_css": "a {}"})
    fill |= {"media/": "media/none.png", "<slug:digest>": look.digest("a {}")}
    fill |= _of_the_conversation(author, post, people) | _of_the_desk(people, post, draft)
    return Scene(people, fill)


def _written_together(people: dict[str, User], draft: Post, series: Series) -> dict[str, str]:
    """Return what stands behind the pages of authors; who is asked is the author, by another."""
    author, other, owner = people["author"], people["other"], people["owner"]
    asks = {"person": author, "invited_by": other, "asked_as": author.username}
    of_post = make_draft(other).invitations.create(**asks)
    of_series = make_series(other, title="By Bob").invitations.create(**asks)
    asked = {"person": owner, "invited_by": author, "asked_as": owner.username}
    draft.add_author(owner)
    series.add_author(owner)
    place = draft.authorships.get(person=author)
    fill = {"write/invitations/<int:pk>/": f"write/invitations/{of_post.pk}/"}
    fill |= {"write/series/invitations/<int:pk>/": f"write/series/invitations/{of_series.pk}/"}
    fill |= {"<int:authorship>": str(place.pk), "<int:sharing>": str(series.sharings.get().pk)}
    kept, binned = (
        author.snippets.create(name="Notes", deleted_at=at) for at in (None, timezone.now())
    )
    fill |= {"write/templates/<int:pk>/": f"write/templates/{kept.pk}/"}
    undo = "write/templates/{}/restoration/"
    fill |= {undo.format("<int:pk>"): undo.format(binned.pk)}
    for start, thing in (("write", draft), ("write/series", series)):
        asked_now = thing.invitations.create(**asked)
        fill[f"{start}/<int:pk>/authors/invitations/<int:invitation>/"] = (
            f"{start}/{thing.pk}/authors/invitations/{asked_now.pk}/"
        )
    return fill


def _of_the_conversation(author: User, post: Post, people: dict[str, User]) -> dict[str, str]:
    comment, image = make_comment(post, author), make_cover(author)
    Report.objects.create(comment=comment, reporter=people["reader"], reason="Rude.")
    return {
        "comments/<int:pk>/": f"comments/{comment.pk}/",
        "write/images/<int:pk>/": f"write/images/{image.pk}/",
        "accounts/signup/<str:token>/": "accounts/signup/forged/",
        "accounts/settings/email/<str:token>/": "accounts/settings/email/forged/",
        "accounts/password/reset/<uidb64>/<token>/": "accounts/password/reset/MQ/set-password/",
    }


def _of_the_desk(people: dict[str, User], post: Post, draft: Post) -> dict[str, str]:
    """Return where the desk's pages about one thing are: about an owner, where about people."""
    owner, author = people["owner"], people["author"]
    comment = post.comments.get()
    decision = comment.approve(by=owner)
    until = timezone.now() + timedelta(days=1)
    sanction = Sanction.impose(people["reader"], by=owner, because="Rude.", until=until)
    people["reader"].reinstate()
    things = {
        "auth/group": Group.objects.get(name=Role.MODERATOR),
        "accounts/user": owner,
        "accounts/formerusername": FormerUsername.objects.create(username="once", person=owner),
        "accounts/invitation": Invitation.objects.create(email="bob@example.net", invited_by=owner),
        "accounts/outgoingemail": OutgoingEmail.objects.create(
            subject="Hello", recipients=["bob@example.net"], message={}
        ),
        "posts/post": draft,
        "posts/tag": post.tags.get(),
        "posts/series": post.series.get(),
        "posts/image": Image.objects.not_deleted().get(owner=author),
        "posts/formeraddress": FormerAddress.objects.create(path="posts/before", post=post),
        "posts/missingaddress": MissingAddress.objects.create(path="before", count=1),
        "comments/comment": comment,
        "comments/report": comment.reports.get(),
        "comments/decision": decision,
        "comments/sanction": sanction,
        "blogsite/sitesettings": None,
    }
    fill: dict[str, str] = {}
    for model, thing in things.items():
        pk = thing.pk if thing is not None else 1
        fill[f"admin/{model}/<path:object_id>/"] = f"admin/{model}/{pk}/"
        fill[f"admin/{model}/<int:pk>/"] = f"admin/{model}/{pk}/"
        fill[f"admin/{model}/<id>/"] = f"admin/{model}/{pk}/"
    undo = "admin/comments/decision/undo/"
    fill[f"{undo}<uuid:batch>/"] = f"{undo}{decision.batch}/"
    fill["admin/^"] = "admin/posts/"
    fill["admin/r/"] = f"admin/r/{ContentType.objects.get_for_model(Post).pk}/{draft.pk}/"
    return fill
