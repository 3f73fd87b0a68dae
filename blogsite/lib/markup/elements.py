"""Elements as the decoration writes them."""

Attributes = dict[str, str]


def written(name: str, attributes: Attributes) -> str:
    """Return a start tag; the values are escaped already."""
    given = "".join(f' {attribute}="{value}"' for attribute, value in attributes.items())
    return f"<{name}{given}>"
