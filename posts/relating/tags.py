"""Which tags stand together: counted when their posts change, kept for their pages."""

from collections import Counter

from django.db import transaction

from posts.models import Kind, Listing, Post, RelatedTag, Tag
from posts.relating.rarity import rarity_of

KEPT = 8
LOOKED_AT = 300  # newest posts of a tag
TOGETHER = 2  # posts that must have both, where there are some


def relate_tag(tag: int) -> None:
    """Store which tags stand most often beside this one, on its newest posts that all may see."""
    places = Listing.objects.of(Kind.TAG, tag).filter(is_public=True).by_now()
    posts = list(places.newest_first().values_list("post_id", flat=True)[:LOOKED_AT])
    through = Post.tags.through.objects.filter(post_id__in=posts).exclude(tag_id=tag)
    together = Counter(through.values_list("tag_id", flat=True))
    rarity = rarity_of(together)
    least = TOGETHER if len(posts) > 2 * TOGETHER else 1
    near = {key: number * (1 + rarity[key]) for key, number in together.items() if number >= least}
    wanted = sorted(near, key=lambda key: (-near[key], key))[:KEPT]
    with transaction.atomic():
        if not Tag.objects.select_for_update(no_key=True).filter(pk=tag).exists():
            return
        known = list(RelatedTag.objects.filter(tag=tag).values_list("other_id", flat=True))
        if known != wanted:
            RelatedTag.objects.filter(tag=tag).delete()
            there = set(Tag.objects.filter(pk__in=wanted).values_list("pk", flat=True))
            RelatedTag.objects.bulk_create(
                RelatedTag(tag_id=tag, other_id=other, position=position)
                for position, other in enumerate(wanted)
                if other in there
            )
