"""Another username."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, member_required
from accounts.forms.username import UsernameForm
from accounts.limits import status_of
from accounts.models import User


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def username(request: MemberRequest) -> HttpResponse:
    """Ask for another username; the former address leads to the new one."""
    # A copy, so that the frame shows what is stored.
    person: User = User.objects.get(pk=request.user.pk)
    form = UsernameForm(request.POST or None, person=person)
    if form.is_valid() and form.save():
        messages.success(request, _("Your username is changed."))
        return redirect("accounts:username")
    context = {"form": form}
    return render(request, "accounts/settings_username.html", context, status=status_of(form))
