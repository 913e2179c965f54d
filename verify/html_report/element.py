"""HTML elements out of values: what is not an element already is text, and made visible and escaped here only."""

from collections.abc import Iterable
from html import escape
from typing import Final

from verify.terminal import printable

_VOID: Final = {"meta"}


class Html(str):
    """Text that is HTML already. Only `element` and `join` make it."""

    __slots__ = ()


Child = str | int | Html | None


def element(name: str, /, *children: Child | Iterable[Child], **attributes: str | int | None) -> Html:
    """`<name attribute="…">children</name>`; `class_` stands for class, `_` in a name for `-`; None is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value), quote=True)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(*children)}</{name}>")


def join(*children: Child | Iterable[Child]) -> Html:
    """Several children after one another."""
    return Html("".join(_one(child) for child in _flat(children)))


def _flat(children: Iterable[Child | Iterable[Child]]) -> Iterable[Child]:
    for child in children:
        if child is None or isinstance(child, str | int):
            yield child
        else:
            yield from child


def _one(child: Child) -> str:
    if child is None:
        return ""
    return child if isinstance(child, Html) else escape(printable(child), quote=True)
