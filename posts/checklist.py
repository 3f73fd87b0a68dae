"""What to look at before a text is published: each check a small function of one shape.

A check is given the text as it would appear and yields findings: sentences, each with the place
in the editor where that is put right. None keeps anybody from publishing.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from blogsite.lib import markdown, site
from blogsite.lib.markup.outline import as_id
from blogsite.lib.markup.survey import Survey
from posts.models import Image, Post
from posts.rendering import pictures_at
from posts.search import languages
from posts.site_links import faults
from posts.snapshot import Snapshot

MOST = 5  # findings of one check
TITLE_SHOWN = 60  # characters, about what search engines show
PIXELS = 24_000_000
BYTES = 5 * 1024 * 1024

NOTES = re.compile(r"\b(?:TODO|FIXME|XXX|TK)\b")
CONFLICT = re.compile(r"^\s*(?:yours|theirs|mine|base|end|conflict)\b", re.IGNORECASE)
FRONT_MATTER = re.compile(
    r"\A\s*(---|\+\+\+)[ \t]*\n(?:[\w-]+\s*[:=].*\n)(?:.*\n){0,100}?\1[ \t]*$", re.MULTILINE
)
IDS = re.compile(r'\sid="([^"]+)"')
WORDS = re.compile(r"[^\W\d_]+")
LOOKED_AT = 1000  # words, to tell their language
# Words that are frequent in one language and no words of the others.
FREQUENT = {
    "de": "der die und das ist nicht ein mit auf für sich dem auch als wird",
    "en": "the and of to is that it was for with as this are from have",
    "es": "el los las una por con para más como pero del su está muy",
    "fr": "le les des et une est dans pour pas que sur avec au nous cette",
    "it": "il che di gli della sono non anche più nel dei questo alla",
    "nl": "de het een van en niet dat op zijn voor met aan maar ook",
    "pt": "o os uma não do da em para com mais dos seu ao também",
}
MARKERS = {code: frozenset(words.split()) for code, words in FREQUENT.items()}


class Finding(NamedTuple):
    """A sentence, and where that is put right: a line of the text, or another field."""

    sentence: str
    line: int = 0
    excerpt: str = ""
    field: str = "body"

    def address(self, post: Post) -> str:
        """Return the address of the editor at that place."""
        query = f"?{urlencode({'line': self.line})}" if self.line else ""
        return f"{reverse('posts:edit', args=[post.pk])}{query}#id_{self.field}"


@dataclass(slots=True)
class Draft:
    """A text as it would appear, with what more than one check asks of it."""

    post: Post
    fields: Snapshot
    survey: Survey
    images: dict[str, Image] = field(default_factory=dict)

    def at(self, sentence: str, line: int) -> Finding:
        """Return a finding in a line of the text."""
        return Finding(sentence, line, self.survey.excerpt(line))

    def image(self, source: str) -> Image | None:
        """Return the uploaded picture at an address."""
        return self.images.get(source.partition(settings.MEDIA_URL)[2])


Check = Callable[[Draft], Iterator[Finding]]


def length(draft: Draft) -> Iterator[Finding]:
    """Find that the rest of a very long text is not looked at."""
    if not draft.survey.is_whole:
        yield Finding(_("The text is so long that only its beginning was looked at."))


def front_matter(draft: Draft) -> Iterator[Finding]:
    """Find a header of another program, which readers would see as text."""
    if FRONT_MATTER.match(draft.fields["body"][:10_000]):
        sentence = _(
            "The text begins with a header of another program, which readers would see."
            " Move what it says into the fields of the editor and take it out."
        )
        yield draft.at(sentence, 1)


def draft_notes(draft: Draft) -> Iterator[Finding]:
    """Find notes to oneself, and marks of two versions that were put together."""
    for line, words, _rest in draft.survey.texts:
        if note := NOTES.search(words):
            yield draft.at(_("A note to yourself is left: %(note)s.") % {"note": note[0]}, line)
    for line, words, _rest in draft.survey.comments:
        if CONFLICT.match(words):
            yield draft.at(_("Two versions of this place are still side by side."), line)
        else:
            yield draft.at(_("A hidden comment is left; the Markdown of the post shows it."), line)


def descriptions(draft: Draft) -> Iterator[Finding]:
    """Find pictures without words for people who cannot see them."""
    for line, source, alt in draft.survey.pictures:
        if not alt.strip() and not _is_decorative(draft.image(source)):
            yield draft.at(_("A picture has no description for people who cannot see it."), line)
    cover = (
        Image.objects.filter(pk=draft.fields["cover"]).first() if draft.fields["cover"] else None
    )
    if cover and not (draft.fields["cover_alt"] or cover.alt or _is_decorative(cover)):
        yield Finding(_("The cover has no description."), field="cover_alt")


def headings(draft: Draft) -> Iterator[Finding]:
    """Find headings that stand beside the title, and levels that are left out."""
    above = 1
    for line, value, words in draft.survey.headings:
        level = int(value)
        if not words.strip():
            yield draft.at(_("A heading is empty."), line)
        if level == 1:
            yield draft.at(_("A heading has the level of the title; begin with ##."), line)
        elif level > above + 1:
            levels = {"level": level, "above": above}
            yield draft.at(
                _("A heading of level %(level)s follows one of level %(above)s.") % levels, line
            )
        above = level


def links(draft: Draft) -> Iterator[Finding]:
    """Find links that lead nowhere in the site, or to former addresses."""
    survey = draft.survey
    named = [*survey.links, *survey.pictures]
    base = reverse("posts:detail", args=[draft.post.slug])
    wrong = faults((part.value for part in named), base=base, own=draft.post.slug)
    ids = {as_id(part.words) for part in survey.headings} | set(IDS.findall(draft.post.html))
    for line, href, _words in named:
        if href in wrong:
            yield draft.at(wrong[href], line)
        elif href.startswith("#") and not {href[1:], f"s-{href[1:]}", as_id(href[1:])} & ids:
            yield draft.at(_("No part of the text is called %(name)s.") % {"name": href}, line)


def footnotes(draft: Draft) -> Iterator[Finding]:
    """Find notes that nothing calls, and calls of notes that are not there."""
    survey = draft.survey
    called = {part.value for part in survey.calls}
    for line, name, _words in survey.notes:
        if name not in called:
            yield draft.at(_("Nothing leads to the footnote %(name)s.") % {"name": name}, line)
    for line, name, _words in survey.undefined:
        yield draft.at(_("The footnote %(name)s is missing.") % {"name": name}, line)


def pictures(draft: Draft) -> Iterator[Finding]:
    """Find pictures that take long to load."""
    for line, source, _alt in draft.survey.pictures:
        image = draft.image(source)
        if image and (image.width * image.height > PIXELS or image.size > BYTES):
            size = {"width": image.width, "height": image.height}
            yield draft.at(
                _("A picture is very large: %(width)s by %(height)s pixels.") % size, line
            )


def summary(draft: Draft) -> Iterator[Finding]:
    """Find that there is none."""
    if not draft.fields["summary"].strip():
        sentence = _("There is no summary: lists and search engines show the beginning instead.")
        yield Finding(sentence, field="summary")


def title(draft: Draft) -> Iterator[Finding]:
    """Find one that search engines cut off."""
    shown = draft.fields["meta_title"] or draft.fields["title"]
    if len(shown) > TITLE_SHOWN:
        sentence = _(
            "The title has %(length)s characters; search engines show about %(most)s."
            " A shorter one can be given for them alone."
        )
        yield Finding(sentence % {"length": len(shown), "most": TITLE_SHOWN}, field="meta_title")


def language(draft: Draft) -> Iterator[Finding]:
    """Find that the text says none where there are several, or seems to be in another."""
    said = draft.fields["language"]
    counted = said or site.current().language
    likely = _language_of(draft.survey)
    if likely and counted.partition("-")[0] in MARKERS and not counted.startswith(likely):
        names = {"likely": _name_of(likely), "counted": _name_of(counted)}
        sentence = _("The text seems to be in %(likely)s and counts as %(counted)s.") % names
        yield Finding(sentence, field="language")
    elif not said and len(languages.in_use()) > 1:
        sentence = _("The text does not say its language, and counts as %(counted)s.")
        yield Finding(sentence % {"counted": _name_of(counted)}, field="language")


CHECKS: tuple[Check, ...] = (
    *(length, front_matter, draft_notes, descriptions, links, footnotes),
    *(headings, pictures, summary, title, language),
)


def findings(post: Post, fields: Snapshot) -> list[Finding]:
    """Return what to look at in the post, or in the draft over it whose fields these are.

    Bounded: at most `MOST` of each check and a sentence that there are more; at most a dozen
    queries.
    """
    try:
        survey = markdown.survey(fields["body"], has_math=fields["has_math"])
    except markdown.TooComplex as error:
        return [Finding(str(error))]
    draft = Draft(post, fields, survey)
    paths = {part.value.partition(settings.MEDIA_URL)[2] for part in survey.pictures} - {""}
    draft.images = pictures_at(sorted(paths)[:500], post.author_id)
    return [finding for check in CHECKS for finding in _some(check, draft)]


def _some(check: Check, draft: Draft) -> Iterator[Finding]:
    found = check(draft)
    yield from islice(found, MOST)
    if more := sum(1 for _finding in found):
        yield Finding(_("And %(number)s more of the same kind.") % {"number": more})


def _is_decorative(image: Image | None) -> bool:
    return image is not None and image.is_decorative


def _language_of(survey: Survey) -> str:
    """Return the code of the language whose frequent words clearly outnumber the others', or ""."""
    words = (
        word.lower() for part in survey.texts for word in WORDS.findall(part.words or part.value)
    )
    counts = Counter(islice(words, LOOKED_AT))
    scores = Counter({code: sum(counts[word] for word in own) for code, own in MARKERS.items()})
    (first, most), (_second, next_most) = scores.most_common(2)
    return first if most >= 20 and most > 2 * next_most else ""


def _name_of(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
