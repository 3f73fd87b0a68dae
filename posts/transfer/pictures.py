"""Pictures of an import, decoded and encoded ahead of the posts that show them."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from hashlib import sha256
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from blogsite.lib.images import CHILDREN_AT_ONCE, Processed, Processor
from posts.transfer.entry import Entry
from posts.transfer.rewriting import rewrite

AHEAD = 200  # pictures kept ready or in work
AHEAD_BYTES = 64 * 1024 * 1024  # of them as they were sent; they are in memory


class Pictures:
    """As many child processes as may run at once, each fed by a thread of its own."""

    def __init__(self) -> None:
        self._closing = ExitStack()
        self._pool = ThreadPoolExecutor(CHILDREN_AT_ONCE)
        self._free: list[Processor] = []
        self._begun: dict[bytes, Future[Processed]] = {}
        self._sizes: dict[bytes, int] = {}

    def __enter__(self) -> Self:
        for _ in range(CHILDREN_AT_ONCE):
            self._free.append(self._closing.enter_context(Processor(drawings=True)))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._closing.close()

    @property
    def has_room(self) -> bool:
        """Tell whether more work should be begun ahead."""
        return len(self._begun) < AHEAD and sum(self._sizes.values()) < AHEAD_BYTES

    def begin(self, pictures: Iterable[bytes]) -> None:
        """Start work on pictures that will be asked for, as far as there is room."""
        for data in pictures:
            key = sha256(data).digest()
            if self.has_room and key not in self._begun:
                self._begun[key] = self._pool.submit(self._work, data)
                self._sizes[key] = len(data)

    def process(self, data: bytes) -> Processed:
        """Return the picture re-encoded. Raises blogsite.lib.images.Refused."""
        key = sha256(data).digest()
        self._sizes.pop(key, None)
        begun = self._begun.pop(key, None)
        return (begun or self._pool.submit(self._work, data)).result()

    def _work(self, data: bytes) -> Processed:
        # There are as many processors as threads, so one is free; a list's pop is atomic.
        processor = self._free.pop()
        try:
            return processor.process(data)
        finally:
            self._free.append(processor)


def pictures_of(entry: Entry) -> list[bytes]:
    """Return the pictures that the entry needs and its source has, its cover among them."""
    found: list[bytes] = []

    def look(element: str, address: str) -> None:
        if element == "img":
            _add(found, entry.read_file, address)

    rewrite(entry.body, look)
    for address in filter(None, (entry.cover, entry.share_image)):
        _add(found, entry.read_file, address)
    return found


def _add(found: list[bytes], read_file: Callable[[str], bytes | None], address: str) -> None:
    parts = urlsplit(address)
    data = None if parts.scheme or parts.netloc else read_file(unquote(parts.path))
    if data:
        found.append(data)
