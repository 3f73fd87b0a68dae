"""Changing and resetting a password: Django's views in the site's frame."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from accounts.forms.password import ChangeForm, ResetAskForm, ResetForm
from accounts.limits import remember_browser
from accounts.views.throttled import Throttled


class ResetAsk(Throttled, views.PasswordResetView):
    """Asks for an address and writes to it; the answer is the same for every address."""

    form_class = ResetAskForm
    template_name = "accounts/password_reset.html"
    success_url = reverse_lazy("accounts:password_reset_done")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Let the form count the visitor's letters."""
        return super().get_form_kwargs() | {"request": self.request}


class Reset(views.PasswordResetConfirmView):
    """Sets a password by the link of a letter, and signs in."""

    form_class = ResetForm
    template_name = "accounts/password_reset_confirm.html"
    success_url = settings.LOGIN_REDIRECT_URL
    post_reset_login = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Set the password and know the browser from now on."""
        response = super().form_valid(form)
        messages.success(self.request, _("Your password is changed, and you are signed in."))
        remember_browser(response, form.user)
        return response


class Change(Throttled, views.PasswordChangeView):
    """Changes one's own password; other browsers are signed out."""

    form_class = ChangeForm
    template_name = "accounts/settings_password.html"
    success_url = reverse_lazy("accounts:password_change")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Set the password and know the browser under the new one."""
        response = super().form_valid(form)
        messages.success(
            self.request, _("Your password is changed. Every other browser is signed out.")
        )
        remember_browser(response, form.user)
        return response
