"""Signing up: address, letter, name and password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from accounts import tokens
from accounts.forms.signup import AddressForm, MembershipForm
from accounts.limits import remember_browser, status_of
from accounts.models import User
from blogsite.lib import site
from blogsite.lib.site import SignupPolicy


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signup(request: HttpRequest) -> HttpResponse:
    """Ask for an address and write to it; the answer is the same for every address."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    policy = site.current().signup_policy
    if policy != SignupPolicy.ANYBODY:
        return render(request, "accounts/signup_closed.html", {"policy": policy.value})
    form = AddressForm(request.POST or None, request=request)
    if form.is_valid():
        form.save()
        return redirect("accounts:signup_sent")
    return render(request, "accounts/signup.html", {"form": form}, status=status_of(form))


@require_GET
def letter_sent(request: HttpRequest) -> HttpResponse:
    """Say that a letter is on its way."""
    return render(request, "accounts/letter_sent.html", {"has_mail": bool(settings.EMAIL_URL)})


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def signup_finish(request: HttpRequest, token: str) -> HttpResponse:
    """Make the account of somebody who came by the link of a letter, and sign them in."""
    admission = tokens.admission(token)
    if admission is None:
        return render(request, "accounts/link_dead.html", status=404)
    form = MembershipForm(request.POST or None, admission=admission)
    if not form.is_valid() or not (member := form.save_member()):
        context = {"form": form, "email": admission.email}
        return render(request, "accounts/signup_finish.html", context)
    login(request, member)
    messages.success(request, welcome(member))
    response = redirect(settings.LOGIN_REDIRECT_URL)
    remember_browser(response, member)
    return response


def welcome(member: User) -> str:
    """Return what a new member reads first, on the home page; writers get the way to writing."""
    if not member.can("posts.add_post"):
        return _("Welcome, %(name)s. Your account is ready.") % {"name": member}
    return format_html(
        _('Welcome, {name}. Your account is ready. <a href="{write}">Write your first post</a>.'),
        name=member,
        write=reverse("posts:new"),
    )
