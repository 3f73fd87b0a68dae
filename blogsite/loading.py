"""Templates without their indentation: a page's reader would fetch it, and sees nothing of it."""

import re

from django.template.base import Origin, Template, TextNode
from django.template.loaders import cached

# In HTML any white space is one space, but not in these.
_EXACT = re.compile(r"<(?:pre|textarea|script(?![^>]*\ssrc=))\b", re.IGNORECASE)
_INDENT = re.compile(r"\s*\n\s*")


class Loader(cached.Loader):
    """Reads each template once and keeps it; of HTML without indentation and blank lines.

    What is translated, what variables hold, and letters in plain text stay as they are.
    """

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        """Return the template."""
        template: Template = super().get_template(template_name, skip)
        if not getattr(template, "is_compact", False):
            template.is_compact = True  # type: ignore[attr-defined]
            if template_name.endswith(".html") and not _EXACT.search(str(template.source)):
                compact(template)
        return template


def compact(template: Template) -> None:
    """Leave one line's end of all white space around it, in the template's own text."""
    for node in template.nodelist.get_nodes_by_type(TextNode):
        if isinstance(node, TextNode):
            node.s = _INDENT.sub("\n", node.s)
