"""The numbers below a list: right, and no more work than is shown."""

import tracemalloc
from collections.abc import Sequence

from django.test import RequestFactory

from blogsite.lib.paginate import Place, paginate
from posts.models import Post


class Long:
    """A list of ten million rows that holds none."""

    def count(self) -> int:
        return 10_000_000

    def __getitem__(self, wanted: slice) -> Sequence[Post]:
        return [Post(pk=number) for number in range(wanted.start, wanted.stop)]

    def number_of(self, place: Place, *, after: bool) -> int:
        raise ValueError(place, after)


def test_a_million_pages_take_no_more_memory_than_a_few(rf: RequestFactory) -> None:
    request = rf.get("/", {"page": "5000"})
    tracemalloc.start()
    page = paginate(request, Long())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [link.number for link in page.numbers] == [1, 0, 4999, 5000, 5001, 0, 1_000_000]
    assert most < 1_000_000
