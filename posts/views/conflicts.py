"""The page on which a writer brings two versions of one post together."""

from dataclasses import dataclass
from typing import Any

from django.forms import ChoiceField
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access import MemberRequest
from blogsite.lib.merge import Part
from posts import snapshot
from posts.forms.post import PostForm
from posts.forms.saving import Clash, as_typed
from posts.forms.typed import PAGE, TooLong, typed_fields
from posts.merging import Conflict
from posts.models import Autosave, Image, Series
from posts.opened import new_key
from posts.querysets.autosave import TooMany

AROUND = 160  # characters of an unchanged passage that are shown at its ends


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the two texts; `is_same` ones are shortened, others may be merged already."""

    is_same: bool
    is_conflict: bool
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class TextChoice:
    """A text that both changed: its passages, and both versions as one."""

    name: str
    label: str
    passages: list[Passage]
    mine: str
    merged: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Anything else that both changed, as people read it."""

    name: str
    label: str
    mine: str
    theirs: str


def conflict_page(request: MemberRequest, form: PostForm) -> HttpResponse:
    """Show both versions and the merge, with all else that was typed to be sent again."""
    clash = form.clash
    if clash is None:
        raise ValueError("There is no conflict.")
    texts = [_text(clash, one) for one in clash.merged.conflicts.values() if one.text]
    others = [_other(form, one) for one in clash.merged.conflicts.values() if not one.text]
    context = {
        "post": form.instance,
        "clash": clash,
        "texts": texts,
        "choices": others,
        "from_theirs": [snapshot.LABELS[name] for name in clash.merged.from_theirs],
        "hidden": _hidden(form, clash),
        "then": request.POST.get("then", ""),
    }
    return render(request, "posts/write/conflict.html", context, status=409)


def keep_unchosen(request: MemberRequest, form: PostForm) -> None:
    """Keep the writer's own texts for which the other version was chosen, as an unsaved copy.

    Where no more can be kept, both versions are stored together instead.
    """
    names = [name for name in snapshot.TEXTS if form.typed.get(f"pick-{name}") == "theirs"]
    own = {name: [form.typed.get(f"mine-{name}", "")] for name in names}
    if not any(text.strip() for (text,) in own.values()):
        return
    copies = Autosave.objects.of(request.user).unsaved().of_post(form.instance)
    copies = copies.exclude(key=form.typed.get("key", ""))  # which goes with the save
    if any(all(copy.fields.get(name) == own[name] for name in own) for copy in copies):
        return
    try:
        fields = typed_fields(form.typed) | own
        Autosave.objects.keep(request.user, form.instance, fields, key=new_key(request.user))
    except (TooLong, TooMany):
        for name in names:
            form.typed.pop(f"pick-{name}")


def _text(clash: Clash, conflict: Conflict) -> TextChoice:
    merge = conflict.text
    if merge is None:
        raise ValueError("It is no text.")
    return TextChoice(
        name=conflict.name,
        label=str(snapshot.LABELS[conflict.name]),
        passages=[_passage(part) for part in merge.parts],
        mine=conflict.mine,
        merged=merge.conflict_text(_("yours"), _("of %(name)s") % {"name": who(clash)}),
    )


def _passage(part: Part) -> Passage:
    if part.kind != "same":
        is_conflict = part.kind == "conflict"
        return Passage(is_same=False, is_conflict=is_conflict, mine=part.mine, theirs=part.theirs)
    text = part.mine
    if len(text) > 3 * AROUND:
        text = f"{text[:AROUND]}\n[…]\n{text[-AROUND:]}"
    return Passage(is_same=True, is_conflict=False, mine=text, theirs=text)


def _other(form: PostForm, conflict: Conflict) -> Choice:
    shown = [_shown(form, conflict.name, side) for side in (conflict.mine, conflict.theirs)]
    return Choice(conflict.name, str(snapshot.LABELS[conflict.name]), *shown)


def _shown(form: PostForm, name: str, value: Any) -> str:
    """Return a value as people read it."""
    if name in snapshot.PICTURES:
        picture = Image.objects.filter(pk=value).first()
        return str(picture) if picture else _("none")
    if name == "series":
        return ", ".join(Series.objects.filter(pk__in=value).values_list("title", flat=True))
    if isinstance(value, list):
        return ", ".join(value) or _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    field = form.fields[name]
    if isinstance(field, ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    return str(value) or _("none")


def _hidden(form: PostForm, clash: Clash) -> list[tuple[str, str]]:
    """Return what is sent again beside what is chosen: what was typed, the merge where there is."""
    shown = {name for name, one in clash.merged.conflicts.items() if one.text}
    values = {name: as_typed(name, value) for name, value in clash.merged.values.items()}
    offered: Any = form.fields["series"]
    own = {str(pk) for pk in offered.queryset.values_list("pk", flat=True)}
    values["series"] = [key for key in values["series"] if key in own]
    for name in (*form.fields, *PAGE):
        values.setdefault(name, [str(one) for one in form.typed.getlist(name)])
    values |= {"started_from": [str(clash.started_from.pk)], "theirs": [str(clash.theirs.pk)]}
    values |= {"live": [str(clash.live.pk)] if clash.live else [], "new_series": []}
    return [(name, one) for name, several in values.items() if name not in shown for one in several]


def who(clash: Clash) -> str:
    """Return who made the other version."""
    return str(clash.theirs.by) if clash.theirs.by else _("somebody else")
