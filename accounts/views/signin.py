"""Signing in and out."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.forms.signin import SignInForm
from accounts.limits import remember_browser
from accounts.views.throttled import Throttled
from blogsite.lib import site


class SignIn(Throttled, LoginView):
    """Django's view with the site's limits and page."""

    form_class = SignInForm
    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the frame its own `site`, over the one of Django's view."""
        return super().get_context_data(**kwargs) | {"site": site.current()}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in, know the browser from now on, and say if the person is suspended."""
        response = super().form_valid(form)
        person = form.get_user()
        remember_browser(response, person)
        if person.is_suspended:
            messages.warning(
                self.request,
                _("You cannot write, comment or like at present; your settings say why."),
            )
        return response


class SignOut(LogoutView):
    """Django's view; the browser forgets the texts that it keeps until the site has them."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out, and have the browser clear what the site's scripts keep there."""
        response = super().dispatch(request, *args, **kwargs)
        if request.method == "POST":
            response.headers["Clear-Site-Data"] = '"storage"'
        return response
