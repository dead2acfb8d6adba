"""Pages of HTML as tests look at them: whether each tag is closed, where its links lead, which figures it shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_WHEN_AND_WHERE = {"place", "period"}
_EMPTY = {"meta", "br", "img", "link", "input", "hr"}


@dataclass
class Seen(HTMLParser):
    """What was seen of a page."""

    links: list[str] = field(default_factory=list)
    figures: list[tuple[str, float, str]] = field(default_factory=list)
    """Where the figure leads, its number, its text."""
    bare: list[str] = field(default_factory=list)
    """Texts with digits in lists and cells that are no link and say neither when nor where."""
    ids: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self._classes: list[str] = []
        self._value: float | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        if tag == "a":
            self.links.append(given.get("href") or "")
        if tag == "data":
            self._value = float(given["value"] or "nan")
        if tag not in _EMPTY:
            self._open.append(tag)
            self._classes.append(given.get("class") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self._open.pop()
            self._classes.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")
        self._classes = self._classes[: len(self._open)]
        if tag == "data":
            self._value = None

    def handle_data(self, data: str) -> None:
        if self._value is not None:
            link = self.links[-1] if "a" in self._open else ""
            self.figures.append((link, self._value, data))
        is_said = {"li", "td"} & set(self._open) and not {"a", "nav"} & set(self._open)
        if is_said and not _WHEN_AND_WHERE & set(self._classes) and any(c.isdigit() for c in data):
            self.bare.append(data)

    def ended(self) -> Seen:
        self.close()
        self.wrong += self._open
        return self


def seen(page: str) -> Seen:
    """Return what is seen of a page."""
    found = Seen()
    found.feed(page)
    return found.ended()
