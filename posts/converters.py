"""What an address may contain where it names something; all else is a 404 without a query."""

from blogsite.lib.text import SLUG_PATTERN


class Slug:
    """A slug in any script."""

    regex = SLUG_PATTERN

    def to_python(self, value: str) -> str:
        """Return it as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Return it as it is."""
        return value


class Year:
    """Four digits, from 1000 on."""

    regex = "[1-9][0-9]{3}"

    def to_python(self, value: str) -> int:
        """Return the number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Return four digits."""
        return f"{value:04}"


class Month:
    """Two digits, 01 to 12."""

    regex = "0[1-9]|1[0-2]"

    def to_python(self, value: str) -> int:
        """Return the number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Return two digits."""
        return f"{value:02}"
