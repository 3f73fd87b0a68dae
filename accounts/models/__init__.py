from accounts.models.attempt import Attempt
from accounts.models.email import OutgoingEmail
from accounts.models.former import FormerUsername
from accounts.models.invitation import Invitation
from accounts.models.user import User

__all__ = ["Attempt", "FormerUsername", "Invitation", "OutgoingEmail", "User"]
