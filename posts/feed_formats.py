"""The formats a feed is written in: Django's Atom and RSS with whole texts, and JSON Feed 1.1."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed, SyndicationFeed
from django.utils.xmlutils import SimplerXMLGenerator

_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Fields of a feed: where WebSub tells of its changes, and the pages beside it (RFC 5005).
HUB, NEXT, PREVIOUS = RELATIONS = ("hub", "next", "previous")
BEGUN = "begun"  # when one without entries began


def clean(text: str) -> str:
    """Return the text without the characters that no XML document may hold."""
    return _NOT_XML.sub("", text)


class Format(SyndicationFeed):
    """A feed that says the same as long as it holds the same."""

    content_type: str

    def latest_post_date(self) -> datetime:
        """Return when something last changed; of an empty feed always the same."""
        dates = [item["updateddate"] for item in self.items]
        begun = self.feed.get(BEGUN) or datetime(2000, 1, 1, tzinfo=UTC)
        return max(dates, default=begun)


class Atom(Format, Atom1Feed):
    """Atom with the whole text and every author of an entry."""

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        for relation in RELATIONS:
            if address := self.feed.get(relation):
                handler.addQuickElement("link", None, {"rel": relation, "href": address})

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]} if item["language"] else {}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name, address in item["authors"]:
            handler.startElement("author", AttributesImpl({}))
            handler.addQuickElement("name", name)
            handler.addQuickElement("uri", address)
            handler.endElement("author")
        handler.addQuickElement("content", item["content"], {"type": "html"})


class Rss(Format, Rss201rev2Feed):
    """RSS 2.0 with the whole text, every author of an item, and the first of its enclosures."""

    content_type = "application/rss+xml; charset=utf-8"

    def rss_attributes(self) -> dict[str, str]:
        return {
            **super().rss_attributes(),
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        }

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        for relation in RELATIONS:
            if address := self.feed.get(relation):
                handler.addQuickElement("atom:link", None, {"rel": relation, "href": address})

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item | {"enclosures": item["enclosures"][:1]})
        for name, _address in item["authors"]:
            handler.addQuickElement("dc:creator", name)
        if item["language"]:
            handler.addQuickElement("dc:language", item["language"])
        handler.addQuickElement("content:encoded", item["content"])


class Json(Format):
    """JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile: Any, encoding: str) -> None:
        hub = self.feed.get(HUB)
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "description": self.feed["description"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "next_url": self.feed.get(NEXT),
            "language": self.feed["language"],
            "hubs": [{"type": "WebSub", "url": hub}] if hub else [],
            "items": [_item(item) for item in self.items],
        }
        outfile.write(json.dumps(_filled(feed), ensure_ascii=False).encode(encoding))


def _item(item: dict[str, Any]) -> dict[str, Any]:
    published: datetime = item["pubdate"]
    updated: datetime = item["updateddate"]
    return _filled(
        {
            "id": item["unique_id"],
            "url": item["link"],
            "title": item["title"],
            "summary": item["summary"],
            "content_html": item["content"] or " ",  # the one field an item must have
            "image": item["image"],
            "date_published": published.isoformat(timespec="seconds"),
            "date_modified": updated.isoformat(timespec="seconds"),
            "authors": [{"name": name, "url": address} for name, address in item["authors"]],
            "tags": item["categories"],
            "language": item["language"],
            "attachments": [_attachment(one) for one in item["enclosures"]],
        }
    )


def _attachment(enclosure: Enclosure) -> dict[str, Any]:
    size = int(enclosure.length or 0)
    fields = {"url": enclosure.url, "mime_type": enclosure.mime_type, "size_in_bytes": size}
    return _filled(fields)


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that say something; JSON Feed wants the others left out."""
    return {name: value for name, value in fields.items() if value or name == "items"}
