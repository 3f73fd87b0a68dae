"""Which threads call the application themselves: each may keep database connections for good."""

import threading


class Callers:
    """The first few threads that come; a place is free again when a thread ends."""

    def __init__(self, most: int) -> None:
        self._local = threading.local()
        self._free = list(range(most))

    def include_this(self) -> bool:
        """Tell whether the current thread is one of them, or now becomes one."""
        try:
            return bool(self._local.place)
        except AttributeError:
            try:
                self._local.place = _Place(self._free.pop(), self._free)
            except IndexError:
                return False
            return True


class _Place:
    """Given back when its thread's local values go."""

    def __init__(self, number: int, free: list[int]) -> None:
        self._number, self._free = number, free

    def __del__(self) -> None:
        self._free.append(self._number)
