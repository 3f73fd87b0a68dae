"""What has to be ended: use it as a context manager."""

from abc import ABC, abstractmethod
from typing import Self


class Ending(ABC):
    """Ends when its `with` block does."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.end()

    @abstractmethod
    def end(self) -> None:
        """Let go of what it holds."""
