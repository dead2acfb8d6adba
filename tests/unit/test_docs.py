"""The documents: every link to a file of the repository leads to one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.load import STEPS
from pipeline.settings import PRODUCT

PAGES = sorted([*PRODUCT.glob("*.md"), *PRODUCT.glob("docs/*.md"), *PRODUCT.glob("[!.]*/README.md")])
_LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)(#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PRODUCT).as_posix())
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = [match[1] for match in _LINK.finditer(page.read_text(encoding="utf-8"))]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_architecture_names_every_step_and_every_room() -> None:
    text = (PRODUCT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert ", ".join(f"`{step.name}`" for step in STEPS) in " ".join(text.split())
    rooms = [path.name for path in (PRODUCT / "pipeline").iterdir() if (path / "__init__.py").is_file()]
    assert [room for room in rooms if not re.search(rf"\b{room}\b", text)] == []
