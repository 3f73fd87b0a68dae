"""Templates and snippets of one's own: what new posts begin with, and pieces for their text."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.testing import make_user
from posts.forms import snippet as snippet_form
from posts.models import Post, Snippet, SnippetKind
from posts.testing import count_queries, make_draft, make_post

LIST, NEW = reverse("posts:snippets"), reverse("posts:snippet_new")
HOSTILE = "<img src=x onerror=alert(1)>"
TYPED = {"name": "Recipe", "kind": "template", "title": "How to cook", "tags": "Food, Slow"}


def sent(client: Client, address: str, **fields: str) -> Any:
    return client.post(address, TYPED | {"body": "## You need\n"} | fields, follow=True)


def make_snippet(owner: User, **fields: Any) -> Snippet:
    return Snippet.objects.create(owner=owner, **{"name": "Greeting", "body": "Hello."} | fields)


def test_a_template_is_written_and_a_new_post_begins_with_it(desk: Client, alice: User) -> None:
    assert "Nothing to begin with yet" in desk.get(LIST).text
    assert "Recipe" in sent(desk, NEW).text
    template = Snippet.objects.get()
    assert template.tags == ["Food", "Slow"]
    page = desk.get(reverse("posts:new")).text
    address = f"{reverse('posts:new')}?template={template.pk}"
    assert address in page
    begun = desk.get(address).context["form"]
    assert begun["title"].value() == "How to cook"
    assert begun["body"].value() == "## You need\n"
    assert begun["tags"].value() == "Food, Slow"
    assert not Post.objects.exists()


@pytest.mark.parametrize("key", ["0", "x", "9" * 30, "", "-1", "٣"])
def test_a_template_that_is_not_there_is_an_empty_editor(desk: Client, key: str) -> None:
    page = desk.get(reverse("posts:new"), {"template": key})
    assert page.status_code == 200
    assert not page.context["form"]["body"].value()


def test_nobody_sees_the_texts_of_others(desk: Client, client: Client, alice: User) -> None:
    theirs = make_snippet(make_user("bob"), name="canaryname", body="canarybody")
    keys = [theirs.pk]
    for kind in SnippetKind:
        Snippet.objects.update(kind=kind)
        pages = [desk.get(LIST), desk.get(reverse("posts:new"), {"template": theirs.pk})]
        pages.append(desk.get(reverse("posts:edit", args=[make_draft(alice).pk])))
        for page in pages:
            assert "canary" not in page.text
        for name in ("snippet", "snippet_bin", "snippet_restoration"):
            assert desk.post(reverse(f"posts:{name}", args=keys)).status_code == 404


def test_a_changed_template_stays_one(desk: Client, alice: User) -> None:
    template = make_snippet(alice, kind="template")
    sent(desk, reverse("posts:snippet", args=[template.pk]), name="Other")
    assert Snippet.objects.get().name == "Other"


def test_a_snippet_without_text_is_refused_and_what_was_typed_stays(desk: Client) -> None:
    page = sent(desk, NEW, kind="snippet", body=" \n").text
    assert "A snippet needs a text" in page
    assert "How to cook" in page
    assert not Snippet.objects.exists()


def test_the_bin_is_undone(desk: Client, alice: User) -> None:
    snippet = make_snippet(alice)
    gone = desk.post(reverse("posts:snippet_bin", args=[snippet.pk]), follow=True)
    assert "is in the bin" in gone.text
    assert desk.get(reverse("posts:snippet", args=[snippet.pk])).status_code == 404
    back = desk.post(reverse("posts:snippet_restoration", args=[snippet.pk]), follow=True)
    assert "is back" in back.text
    assert list(Snippet.objects.of(alice).not_deleted()) == [snippet]


def test_what_was_binned_long_ago_goes_with_the_next(alice: User) -> None:
    long_ago = timezone.now() - timedelta(days=31)
    make_snippet(alice, deleted_at=long_ago)
    others = make_snippet(make_user("bob"), deleted_at=long_ago)
    last = make_snippet(alice)
    last.bin()
    assert set(Snippet.objects.all()) == {last, others}


def test_there_are_only_so_many(desk: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snippet_form, "MOST", 1)
    kept = make_snippet(alice)
    assert "as many as one person can have" in sent(desk, NEW).text
    post = make_draft(alice)
    answer = desk.post(reverse("posts:save_as_template", args=[post.pk]), follow=True)
    assert "as many as one person can have" in answer.text
    sent(desk, reverse("posts:snippet", args=[kept.pk]), name="Changed")
    assert Snippet.objects.get().name == "Changed"


def test_a_post_is_saved_as_a_template_once(desk: Client, alice: User) -> None:
    post = make_post(alice, title="Beans", body="Sown.", tags=["Gardens"], has_math=True)
    for _press in range(2):
        page = desk.post(reverse("posts:save_as_template", args=[post.pk]), follow=True)
    assert "Kept as a template" in page.text
    template = Snippet.objects.get()
    kept = (template.kind, template.name, template.title, template.body, template.tags)
    assert kept == ("template", "Beans", "Beans", "Sown.", ["Gardens"])
    assert template.has_math


def test_the_editor_lists_snippets_to_copy_as_text(desk: Client, alice: User) -> None:
    make_snippet(alice, kind="snippet", name=HOSTILE, body=f"</textarea>{HOSTILE}")
    make_snippet(alice, kind="template", name=HOSTILE, title=HOSTILE)
    page = desk.get(reverse("posts:new")).text
    assert "&lt;/textarea&gt;&lt;img" in page
    assert "js/snippets.js" in page
    for shown in (page, desk.get(LIST).text):
        assert HOSTILE not in shown
        assert "&lt;img src=x" in shown


def test_the_pages_take_as_many_queries_whatever_the_number(desk: Client, alice: User) -> None:
    pages = (LIST, reverse("posts:new"))
    for kind in SnippetKind:
        make_snippet(alice, kind=kind)
    first = [count_queries(desk, page) for page in pages]
    for kind in (*SnippetKind, *SnippetKind):
        make_snippet(alice, kind=kind)
    assert [count_queries(desk, page) for page in pages] == first


def test_what_was_stored_in_another_window_is_not_replaced_unseen(
    desk: Client, alice: User
) -> None:
    snippet = make_snippet(alice, tags=["Roses"])
    address = reverse("posts:snippet", args=[snippet.pk])
    form = desk.get(address).context["form"]
    begun = {name: form[name].value() for name in form.fields} | {"tags": "Roses"}
    assert desk.post(address, begun | {"tags": "Bees"}).status_code == 302
    answer = desk.post(address, begun | {"title": "Other"})
    assert answer.status_code == 409
    assert "Bees" in answer.text
    snippet.refresh_from_db()
    assert snippet.tags == ["Bees"]
