"""What the decoding child answers with."""

from typing import Any, NamedTuple


class Refusal(Exception):
    """A picture that is not taken; args[0] is the code of the sentence."""


class Size(NamedTuple):
    """One size of a picture, encoded; `tone` is its average colour, "" where it is transparent."""

    width: int
    height: int
    format: str
    data: bytes
    tone: str = ""

    def head(self) -> dict[str, Any]:
        """Return what is said about the bytes."""
        return {
            "width": self.width,
            "height": self.height,
            "format": self.format,
            "length": len(self.data),
            "tone": self.tone,
        }
