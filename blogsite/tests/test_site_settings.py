"""The site's settings on the desk: one row, read by every page at once."""

import pytest
from django.test import Client

from accounts.roles import Role
from accounts.testing import make_user
from blogsite.lib import site
from blogsite.models import SiteSettings

pytestmark = pytest.mark.django_db

TYPED = {
    "title": "The Garden Post",
    "tagline": "Leaves and letters",
    "footer": "",
    "language": "en",
    "signup_policy": "nobody",
    "default_role": "reader",
    "comment_policy": "review",
}


def test_the_list_leads_to_the_one_row(client: Client) -> None:
    client.force_login(make_user("alice", role=Role.OWNER))
    response = client.get("/admin/blogsite/sitesettings/")
    assert response["Location"] == "/admin/blogsite/sitesettings/1/change/"
    assert client.get(response["Location"]).status_code == 200


def test_a_change_shows_on_the_next_page(client: Client) -> None:
    client.force_login(make_user("alice", role=Role.OWNER))
    response = client.post("/admin/blogsite/sitesettings/1/change/", TYPED)
    assert response.status_code == 302
    assert "The Garden Post" in Client().get("/").content.decode()
    site.forget()
    assert site.current().signup_policy == "nobody"


def test_there_is_never_a_second_row_nor_none(client: Client) -> None:
    client.force_login(make_user("alice", role=Role.OWNER))
    assert client.get("/admin/blogsite/sitesettings/add/").status_code == 404
    assert client.post("/admin/blogsite/sitesettings/1/delete/").status_code == 404
    SiteSettings(title="Another").save()
    assert SiteSettings.objects.count() == 1


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.EDITOR, Role.MODERATOR])
def test_only_the_owner_decides(client: Client, role: Role) -> None:
    client.force_login(make_user("bob", role=role))
    response = client.post("/admin/blogsite/sitesettings/1/change/", TYPED)
    assert response.status_code in {302, 404}
    assert SiteSettings.load().title == "Blogsite"


def test_a_site_without_the_row_has_its_defaults() -> None:
    SiteSettings.objects.all().delete()
    site.forget()
    assert site.current() == site.Site()


def test_a_page_asks_for_the_settings_once(
    client: Client, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    asked = [query for query in queries.captured_queries if "sitesettings" in query["sql"]]
    assert len(asked) == 1
