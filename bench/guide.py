"""Pictures of the author's guide, in docs/screenshots/guide: a part of `make screenshots`.

The state they show is made over the demo site of bench/demo_site.py, after its own pictures.
"""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize

from accounts.models import User
from posts.models import Autosave, CoAuthorInvitation, Note, PendingChange, Post, Revision
from posts.proofs import blocks
from posts.snapshot import take
from posts.testing import make_draft, make_post

FOLDER = Path("docs/screenshots/guide")
SIZE = ViewportSize(width=1080, height=720)
QUALITY = 80
DRAFT = "What to do with too many courgettes"
BODY = """\
In the second week of August the plants stop asking and start telling. Four a day, then six.

## The first dozen

Grate them, salt them, and leave them in a sieve for as long as the coffee takes. What drips away is
what made every courgette cake you ever had so sad.

TODO: how much salt?

## The rest

Leave them on doorsteps, and be quick about it.
"""
Step = Callable[[Page, str, int], None]


def build() -> int:
    """Make what the pictures show; return the key of the draft that most of them are of."""
    alice, bob = User.objects.get(username="alice"), User.objects.get(username="bob")
    now = timezone.now().replace(minute=0, second=0)
    draft = Post.objects.get(title=DRAFT)
    for body, person in ((BODY[:400], alice), (BODY.replace("Four a day, then six.", ""), bob)):
        _save(draft, body, person)
    _save(draft, BODY, alice)
    Autosave.objects.keep(
        alice, draft, {"title": [DRAFT], "body": [BODY + "\nOr pickle them."]}, key="guide"
    )
    make_post(alice, title="Seed swap on Saturday", published_at=now + timedelta(days=2, hours=3))
    make_post(alice, title="The first frost", published_at=now + timedelta(days=5, hours=1))
    make_draft(alice, title="A pond in a washing-up bowl", submitted_at=now)
    live = Post.objects.get(slug="1-winter")
    changed = take(live) | {"title": "What the garden knows in winter, and tells"}
    later = now + timedelta(days=3, hours=2)
    PendingChange.objects.create(post=live, snapshot=changed, by=bob, publish_at=later)
    CoAuthorInvitation.objects.create(post=draft, person=bob, invited_by=alice, asked_as="bob")
    first = blocks(draft)[0]
    anchor = {"number": first.number, "digest": first.digest, "excerpt": first.excerpt}
    said = "Ours do this in July. Say where you are?"
    Note.objects.create(post=draft, body=said, by=bob, **anchor)
    return draft.pk


def _save(post: Post, body: str, person: User) -> None:
    post.body, post.updated_at = body, timezone.now()
    post.save()
    Revision.objects.record(post, by=person)
    Revision.objects.filter(post=post).update(began_at=timezone.now() - timedelta(hours=1))


def picture(page: Page, name: str) -> None:
    """Keep what the window shows."""
    page.wait_for_load_state("networkidle")
    taken = Image.open(BytesIO(page.screenshot()))
    taken.convert("RGB").save(FOLDER / f"{name}.webp", quality=QUALITY, method=6)


def opened(name: str, path: str, top: str = "") -> Step:
    """Return the step that opens a page, scrolled to an element of it."""

    def step(page: Page, address: str, pk: int) -> None:
        page.goto(address + path.format(pk=pk))
        if top:
            page.locator(top).first.evaluate(
                "one => window.scrollTo(0, one.getBoundingClientRect().top + scrollY - 24)"
            )
        picture(page, name)

    return step


def several(page: Page, address: str, pk: int) -> None:
    """Choose two posts, and ask for what would become of them."""
    page.goto(f"{address}/write/?state=published")
    for number in (0, 1):
        page.locator(".choice").nth(number).click()
    page.get_by_role("button", name="Withdraw…").click()
    picture(page, "several")


def conflict(page: Page, address: str, pk: int) -> None:
    """Save the same passage from two windows."""
    other = page.context.new_page()
    windows = ((other, "Five a day, then nine."), (page, "Three a day. Then ten."))
    for window, _words in windows:
        window.goto(f"{address}/write/{pk}/")
    for window, words in windows:
        text = BODY.replace("Four a day, then six.", words)
        window.locator("textarea[name=body]").fill(text)
        window.get_by_role("button", name="Save draft").click()
        window.wait_for_load_state()
    other.close()
    picture(page, "conflict")


STEPS: tuple[Step, ...] = (
    opened("posts", "/write/"),
    several,
    opened("calendar", "/write/calendar/", ".month-head"),
    opened("editor", "/write/{pk}/"),
    opened("history", "/write/{pk}/history/"),
    opened("version", "/write/{pk}/history/3/", "#changes"),
    opened("publication", "/write/{pk}/publication/", ".checklist"),
    opened("sharing", "/write/{pk}/sharing/"),
    opened("authors", "/write/{pk}/authors/"),
    opened("pictures", "/write/images/", ".upload"),
    opened("notes", "/write/{pk}/notes/"),
    conflict,
)


def visit(browser: Browser, address: str, sign_in: Callable[[Page, str], None], pk: int) -> None:
    """Make all of them anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.webp"):
        old.unlink()
    context = browser.new_context(viewport=SIZE, color_scheme="light")
    page = context.new_page()
    sign_in(page, address)
    for step in STEPS:
        step(page, address, pk)
    context.close()
