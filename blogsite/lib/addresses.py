"""Addresses as they are known outside the site; SITE_URL alone decides, never a request's host."""

import re
from urllib.parse import urljoin, urlsplit

from django.conf import settings

_TAG = re.compile(r'<[a-zA-Z](?:[^">]++|"[^"]*+")*+>')
_LINK = re.compile(r'(\s(?:href|src|poster|cite)=")([^"]*+)(")')
_SIZES = re.compile(r'(\ssrcset=")([^"]*+)(")')


def absolute(address: str, base: str = "/") -> str:
    """Return the whole address of a path of this site; another site's stays as it is."""
    try:
        return urljoin(urljoin(f"{settings.SITE_URL}/", base), address)
    except ValueError:  # such as a bracket that opens no IPv6 address
        return address


def absolute_links(html: str, base: str) -> str:
    """Return sanitised HTML whose links and pictures also work away from the page at `base`."""

    def sizes(match: re.Match[str]) -> str:
        whole = ", ".join(absolute(part.strip(), base) for part in match[2].split(","))
        return match[1] + whole + match[3]

    def tag(match: re.Match[str]) -> str:
        made = _LINK.sub(lambda link: link[1] + absolute(link[2], base) + link[3], match[0])
        return _SIZES.sub(sizes, made)

    return _TAG.sub(tag, html)


def tag_uri(year: int, thing: str) -> str:
    """Return an identifier (RFC 4151) that outlives a changed address."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{year}:{thing}"
