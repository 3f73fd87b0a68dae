"""Descriptions of tags and series: a little Markdown, rendered when it is stored."""

from typing import Any

from django.core.exceptions import ValidationError

from blogsite.lib import markdown


def refuse_complex(description: str) -> None:
    """Raise ValidationError for a description that cannot be rendered."""
    try:
        markdown.render(description, markdown.Kind.BIOGRAPHY)
    except markdown.TooComplex as error:
        raise ValidationError({"description": str(error)}) from error


def render_description(thing: Any, kwargs: dict[str, Any]) -> None:
    """Make the HTML of a tag's or series' description before `save(**kwargs)` stores it."""
    fields = kwargs.get("update_fields")
    if fields is None or "description" in fields:
        html = markdown.render(thing.description, markdown.Kind.BIOGRAPHY).html
        thing.description_html = html
        if fields is not None:
            kwargs["update_fields"] = {*fields, "description_html"}
