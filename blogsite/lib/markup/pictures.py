"""Pictures: sizes and versions of uploaded ones, loaded when they come near the screen."""

from html import escape, unescape

from blogsite.lib.markup.elements import Attributes
from blogsite.lib.markup.rendered import ImageLookup


class Pictures:
    """The pictures of one text; `lookup` knows the uploaded ones by their address."""

    def __init__(self, lookup: ImageLookup | None) -> None:
        self.lookup = lookup
        self.sources: dict[str, None] = {}

    def show(self, attributes: Attributes) -> Attributes:
        """Return the attributes of an <img>, escaped like those it is given."""
        source = unescape(attributes.get("src", ""))
        first = not self.sources
        self.sources[source] = None
        shown = {"src": escape(source), "alt": attributes.get("alt", "")}
        shown |= {name: attributes[name] for name in ("title", "id") if name in attributes}
        known = self.lookup(source) if self.lookup else None
        if known:
            shown |= {"src": escape(known.src), "width": f"{known.width}"}
            shown |= {"height": f"{known.height}"}
            if known.srcset:
                shown |= {"srcset": escape(known.srcset), "sizes": escape(known.sizes or "100vw")}
        else:
            sizes = ("width", "height")
            shown |= {
                name: attributes[name] for name in sizes if attributes.get(name, "").isdecimal()
            }
        # The first picture is often the largest thing on the first screen: waiting would show.
        if not (known and first):
            shown["loading"] = "lazy"
        return shown | {"decoding": "async"}
