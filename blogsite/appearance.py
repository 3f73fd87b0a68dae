"""What readers choose for themselves, without an account: theme and language, in two cookies.

The form stands under every page, and pages are kept for everybody: it has no token. A browser says
itself where a form was sent from; where it does not, the token is asked for, and `/appearance/`
shows the form with one.
"""

from urllib.parse import urldefrag

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from blogsite.lib import site
from blogsite.lib.pagecache.variants import Choice

YEAR = 60 * 60 * 24 * 365  # seconds
# "" follows the system's settings, and needs no cookie.
THEMES = (
    ("", pgettext_lazy("theme", "Automatic")),
    ("light", pgettext_lazy("theme", "Light")),
    ("dark", pgettext_lazy("theme", "Dark")),
    ("contrast", pgettext_lazy("theme", "High contrast")),
)
THEME = Choice("theme", frozenset(value for value, _label in THEMES if value))
LANGUAGE = Choice(settings.LANGUAGE_COOKIE_NAME, frozenset(dict(settings.LANGUAGES)))
PLACE = "appearance"  # of the form in a page


class AppearanceForm(forms.Form):
    """One choice, or both, and where to go back to."""

    theme = forms.ChoiceField(label=_("Theme"), choices=THEMES, required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", ""), *settings.LANGUAGES], required=False
    )
    next = forms.CharField(required=False)

    def apply(self, request: HttpRequest) -> HttpResponse:
        """Return the way back, with the cookies of what was chosen; "" takes one away."""
        response = HttpResponseRedirect(self._way_back(request))
        for choice, name in ((THEME, "theme"), (LANGUAGE, "language")):
            if name not in self.data or name not in self.cleaned_data:
                continue
            if value := self.cleaned_data[name]:
                response.set_cookie(
                    choice.cookie,
                    value,
                    max_age=YEAR,
                    secure=settings.HTTPS,
                    httponly=True,
                    samesite="Lax",
                )
            else:
                response.delete_cookie(choice.cookie, samesite="Lax")
        return response

    def _way_back(self, request: HttpRequest) -> str:
        wanted = urldefrag(self.cleaned_data.get("next", "")).url
        is_own = url_has_allowed_host_and_scheme(
            wanted, {request.get_host()}, require_https=request.is_secure()
        )
        return f"{wanted if is_own else reverse('posts:list')}#{PLACE}"


def theme_of(request: HttpRequest) -> str:
    """Return the theme that the reader chose, "" for the system's."""
    value = request.COOKIES.get(THEME.cookie, "")
    return value if value in THEME.values else ""


def language_of(request: HttpRequest) -> str:
    """Return the language that the reader chose, or else the site's."""
    value = request.COOKIES.get(LANGUAGE.cookie, "")
    return value if value in LANGUAGE.values else site.current().language


@csrf_exempt
@require_http_methods(["GET", "POST"])
def appearance(request: HttpRequest) -> HttpResponse:
    """Take what a reader chose; show the form, with a token, to whoever asks for it."""
    proved = request.method == "POST" and is_from_here(request)
    return _appearance(request) if proved else _appearance_by_token(request)


def is_from_here(request: HttpRequest) -> bool:
    """Tell whether the browser says that a page of this very site sent the request."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin in {f"{request.scheme}://{request.get_host()}", settings.SITE_URL}
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def _appearance(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        form = AppearanceForm(request.POST)
        form.is_valid()  # a choice that there is not chooses nothing
        return form.apply(request)
    return render(request, "blogsite/appearance.html")


_appearance_by_token = csrf_protect(_appearance)
