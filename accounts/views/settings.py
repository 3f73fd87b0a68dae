"""A member's own settings: profile, address, sessions."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import tokens
from accounts.access import MemberRequest, member_required, sign_in_required
from accounts.forms.settings import AddressChangeForm, AddressConfirmForm, ProfileForm
from accounts.limits import remember_browser, status_of
from accounts.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def profile(request: MemberRequest) -> HttpResponse:
    """Show and change how the person appears."""
    form = ProfileForm(request.POST or None, request.FILES or None, instance=_fresh(request))
    if form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:settings")
    return render(request, "accounts/settings.html", {"form": form})


@require_POST
@member_required
def preview(request: MemberRequest) -> HttpResponse:
    """Show the biography as readers would see it; nothing is saved."""
    form = ProfileForm(request.POST, instance=_fresh(request))
    shown = form.preview() if form.is_valid() else ""
    return render(request, "accounts/settings.html", {"form": form, "preview": shown})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def address(request: MemberRequest) -> HttpResponse:
    """Ask for another address; a letter to it must be answered first."""
    form = AddressChangeForm(request.POST or None, person=request.user)
    if form.is_valid():
        form.save()
        messages.success(
            request, _("A letter is on its way to the new address. Its link makes the change.")
        )
        return redirect("accounts:address")
    return render(request, "accounts/settings_email.html", {"form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def address_confirm(request: MemberRequest, token: str) -> HttpResponse:
    """Make the address of a letter the person's own, after they press a button."""
    email = tokens.new_address(request.user, token)
    if not email:
        return render(request, "accounts/link_dead.html", status=404)
    posted = request.POST if request.method == "POST" else None
    form = AddressConfirmForm(posted, person=_fresh(request), email=email)
    if form.is_valid() and form.save():
        messages.success(request, _("Your address is changed."))
        return redirect("accounts:address")
    return render(request, "accounts/address_confirm.html", {"form": form, "email": email})


@require_POST
@sign_in_required
def sessions(request: MemberRequest) -> HttpResponse:
    """Sign the person out everywhere but here."""
    request.user.end_sessions()
    update_session_auth_hash(request, request.user)
    messages.success(request, _("Every other browser is signed out."))
    response = redirect("accounts:password_change")
    remember_browser(response, request.user)
    return response


def _fresh(request: MemberRequest) -> User:
    """Return a copy for a form to fill, so that the frame shows what is stored."""
    person: User = User.objects.get(pk=request.user.pk)
    return person
