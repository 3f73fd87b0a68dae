import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from comments.models import Comment, Report
from comments.testing import make_comment
from posts.testing import make_post

pytestmark = pytest.mark.django_db
LIST = "/admin/comments/report/"
CANARY = "<img src=x onerror=alert(1)>"


@pytest.fixture
def comment() -> Comment:
    return make_comment(make_post(make_user("alice")), make_user("bob"))


@pytest.fixture
def charlie(client: Client) -> User:
    charlie = make_user("charlie")
    client.force_login(charlie)
    return charlie


def moderator() -> Client:
    client = Client()
    client.force_login(make_user("dawn", role=Role.MODERATOR))
    return client


def test_a_member_reports_once_however_often(
    client: Client, comment: Comment, charlie: User
) -> None:
    assert client.get(f"/comments/{comment.pk}/report/").status_code == 200
    for reason in ("It is rude.", "It is very rude."):
        client.post(f"/comments/{comment.pk}/report/", {"reason": reason})
    report = Report.objects.get()
    assert (report.reporter, report.reason) == (charlie, "It is very rude.")


def test_a_report_without_a_reason_is_asked_for_one(
    client: Client, comment: Comment, charlie: User
) -> None:
    html = client.post(f"/comments/{comment.pk}/report/", {"reason": " "}).content.decode()
    assert "invalid-feedback" in html
    assert not Report.objects.exists()


def test_ones_own_and_invisible_comments_are_not_reported(
    client: Client, comment: Comment, charlie: User
) -> None:
    own = make_comment(comment.post, charlie)
    comment.hide(by=comment.post.author)
    for target in (own, comment):
        assert client.post(f"/comments/{target.pk}/report/", {"reason": "x"}).status_code == 404


def test_a_stranger_is_sent_to_sign_in(client: Client, comment: Comment) -> None:
    answer = client.post(f"/comments/{comment.pk}/report/", {"reason": "x"})
    assert answer["Location"].startswith("/accounts/login/")


def test_the_desk_lists_open_reports_first(comment: Comment) -> None:
    Report.objects.create(comment=comment, reporter=comment.post.author, reason="Open one")
    desk = moderator()
    assert "Open one" in desk.get(LIST).content.decode()
    desk.post(LIST, {"action": "settle", "_selected_action": [Report.objects.get().pk]})
    assert Report.objects.get().settled_at is not None
    assert "Open one" not in desk.get(LIST).content.decode()
    assert "Open one" in desk.get(f"{LIST}?settled=yes").content.decode()


def test_a_decision_settles_and_its_undoing_opens_again(comment: Comment) -> None:
    Report.objects.create(comment=comment, reporter=comment.post.author, reason="Rude")
    decision = comment.hide(by=comment.post.author)
    assert Report.objects.get().settled_by == decision
    decision.undo(by=comment.post.author)
    assert Report.objects.open().count() == 1


def test_reasons_are_never_markup(comment: Comment) -> None:
    Report.objects.create(comment=comment, reporter=comment.post.author, reason=CANARY)
    desk = moderator()
    for address in (LIST, f"/admin/comments/comment/{comment.pk}/change/"):
        html = desk.get(address).content.decode()
        assert "<img src=x" not in html
        assert "&lt;img src=x" in html
