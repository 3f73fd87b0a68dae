from typing import Any

from django.db import models

from posts.search import languages, stems

SOURCES = frozenset({"title", "summary", "text", "language"})


class Searchable(models.Model):
    """What the search index takes from a post beside its words, made whenever they are saved."""

    # Null: none yet, or the text was written past Python; the words alone are found then.
    stems = models.TextField(editable=False, null=True)

    title: Any
    summary: Any
    text: Any
    language: Any

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store with the stems of what is stored."""
        fields = kwargs.get("update_fields")
        if fields is None or SOURCES & set(fields):
            self.find_stems()
            if fields is not None:
                kwargs["update_fields"] = {*fields, "stems"}
        super().save(*args, **kwargs)

    def find_stems(self) -> None:
        """Make the stems of title, summary and text, unless they are there."""
        language = self.language or languages.of_site()
        parts = (self.title, self.summary, self.text)
        self.stems = stems.of_post(language, *parts, before=self.stems)
