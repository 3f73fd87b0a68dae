"""Terms whose signs matter, such as C++ and C#: the index knows their letters alone.

What it finds is therefore looked through for the signs, in the same way on both databases.
"""

import re
from collections.abc import Sequence

from django.db.models import Q

from posts.models import Post, Tag
from posts.search.query import Term

_COLUMNS = ("title", "summary", "text")


def kept(keys: Sequence[int], terms: tuple[Term, ...]) -> set[int]:
    """Return those of the posts that hold the signs asked for; one query, or none."""
    signed = [(term, literal) for term in terms for literal in term.literals]
    if not signed or not keys:
        return set(keys)
    posts = Post.objects.filter(pk__in=keys).order_by()
    for term, literal in signed:
        holds = _holds(literal)
        posts = posts.exclude(holds) if term.is_excluded else posts.filter(holds)
    return set(posts.values_list("pk", flat=True))


def _holds(literal: str) -> Q:
    # Plain comparison comes first: it is quick, and spares most texts the expression.
    pattern = rf"{re.escape(literal)}(?<![a-z0-9]{re.escape(literal)})(?![+#])"
    holds = Q()
    for column in _COLUMNS:
        named = {f"{column}__icontains": literal, f"{column}__iregex": pattern}
        holds |= Q(**named)
    tags = Tag.objects.filter(Q(name__iregex=pattern) | Q(synonyms__name__iregex=pattern))
    tagged = Post.tags.through.objects.filter(tag__in=tags.order_by().values("pk"))
    return holds | Q(pk__in=tagged.values("post_id"))
