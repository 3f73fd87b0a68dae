"""The author's guide: docs/writing.md, inside the site."""

import re
from functools import cache

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import translation
from django.views.decorators.http import require_safe
from PIL import Image

from accounts.access import MemberRequest
from blogsite.lib import markdown
from posts.access import writer_required

DOCS = settings.BASE_DIR / "docs"
PICTURE = re.compile(r"\]\(screenshots/(guide/[\w.-]+)")
LANGUAGE = "en"


@require_safe
@writer_required
def guide(request: MemberRequest) -> HttpResponse:
    """Show how writing works here."""
    title, text = rendered()
    sections = [heading for heading in text.headings if heading.level == 2]
    context = {"title": title, "html": text.html, "sections": sections, "language": LANGUAGE}
    return render(request, "posts/write/guide.html", context)


@cache
def rendered() -> tuple[str, markdown.Rendered]:
    """Return the title and the rest of the guide, with the addresses its pictures are served at."""
    source = (DOCS / "writing.md").read_text()
    heading, _newline, body = source.partition("\n")
    pictures = {
        static(name): markdown.ImageInfo(static(name), *_size(name))
        for name in PICTURE.findall(body)
    }
    body = PICTURE.sub(lambda found: f"]({static(found[1])}", body)
    with translation.override(LANGUAGE):
        text = markdown.render(body, markdown.Kind.POST, images=pictures.get)
    return heading.removeprefix("# "), text


def _size(name: str) -> tuple[int, int]:
    with Image.open(DOCS / "screenshots" / name) as picture:
        return picture.size
