"""The stylesheet of the site's own look: a file whose name says what is in it."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from blogsite.lib import look
from blogsite.lib.pagecache import encoding
from blogsite.models import SiteSettings

TYPE = "text/css; charset=utf-8"


@require_safe
def sheet(request: HttpRequest, digest: str) -> HttpResponse:
    """Serve the sheet, to be kept for good; from a former name lead to the present one."""
    sheets = {look.digest(text): text for text in reversed(SiteSettings.read().sheets) if text}
    if not sheets:
        raise Http404
    if digest not in sheets:
        whole = list(sheets)[-1]
        return HttpResponseRedirect(reverse("site_sheet", args=[whole]))
    text = sheets[digest]
    chosen = encoding.choose(request.headers.get("Accept-Encoding", ""))
    body, compressed = text.encode(), b""
    if chosen != encoding.IDENTITY and encoding.is_compressible(TYPE, body):
        compressed = encoding.compress(body, chosen)
    response = HttpResponse(compressed or body, content_type=TYPE)
    if compressed:
        response["Content-Encoding"] = chosen
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
