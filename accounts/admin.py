"""What accounts brings to the desk: people, invitations, letters."""

from django.contrib import admin

from accounts.desk import access
from accounts.desk.former import FormerUsernameAdmin
from accounts.desk.invitations import InvitationAdmin
from accounts.desk.letters import LetterAdmin
from accounts.desk.people import PersonAdmin
from accounts.models import FormerUsername, Invitation, OutgoingEmail, User

admin.site.register(User, PersonAdmin)
admin.site.register(FormerUsername, FormerUsernameAdmin)
admin.site.register(Invitation, InvitationAdmin)
admin.site.register(OutgoingEmail, LetterAdmin)

# With the site's own limits and letters, which Django's pages for the admin do not have.
admin.site.login = access.sign_in  # type: ignore[method-assign]
admin.site.password_change = access.password_change  # type: ignore[method-assign,assignment]
admin.site.has_permission = access.enters  # type: ignore[method-assign]
