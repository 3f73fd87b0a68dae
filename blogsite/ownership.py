"""The site's first owner, and the secret link under which the site is set up."""

from base64 import urlsafe_b64encode
from hmac import compare_digest
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from accounts.roles import Role


def has_owner() -> bool:
    """Tell whether the site was set up: once it was, the set-up link is dead for good."""
    found: bool = User.objects.filter(is_superuser=True).exists()
    return found


def setup_token() -> str:
    """Return the secret of the set-up link: 256 bits that only this site's key can make."""
    digest = salted_hmac("blogsite.ownership", "first owner", algorithm="sha256").digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def setup_url() -> str:
    """Return the whole set-up link."""
    return f"{settings.SITE_URL}{reverse('setup')}?{urlencode({'token': setup_token()})}"


def is_setup_token(given: str) -> bool:
    """Compare in constant time."""
    return compare_digest(given.encode(), setup_token().encode())


def create_owner(*, username: str, email: str, name: str, password: str) -> User:
    """Return the new owner, whose address is taken as theirs; raises ValidationError."""
    owner = User.objects.create_user(
        username,
        email,
        password,
        display_name=name,
        email_confirmed_at=timezone.now(),
    )
    owner.assign_roles(Role.OWNER)
    return owner
