"""Bring the catalogues of translations up to date with the sentences of code and templates."""

import re
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.core.management.commands import makemessages

LOCALE = "LC_MESSAGES/django.po"
IGNORED = (".venv", "var", "bench", "docs", "deploy", "static", "*/tests/*", "testing.py")
_CREATED = re.compile(r'^"POT-Creation-Date:.*\n', re.MULTILINE)


class Collect(makemessages.Command):
    """Django's own, without its guesses: what is not translated stays empty."""

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]


class Command(BaseCommand):
    """Needs GNU gettext (Debian: `apt install gettext`)."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Collect, drop what changes without a reason, compile."""
        languages = [code for code, _name in settings.LANGUAGES if code != "en"]
        how = {"no_wrap": True, "no_location": True, "no_obsolete": True}
        call_command(Collect(), locale=languages, ignore_patterns=[*IGNORED], **how)
        for path in catalogues(languages):
            path.write_text(_CREATED.sub("", path.read_text("utf-8")), "utf-8")
        call_command("compilemessages", locale=languages, ignore_patterns=[*IGNORED])


def catalogues(languages: list[str]) -> list[Path]:
    """Return the catalogue of each app and language."""
    places = (Path(config.path) / "locale" for config in apps.get_app_configs())
    own = [place for place in places if place.is_relative_to(settings.BASE_DIR)]
    found = (place / code / LOCALE for place in own for code in languages)
    return [path for path in found if path.exists() and ".venv" not in path.parts]
