"""The note of a run: what it tells, how it is shown, and that it is kept."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.intake import Submission
from pipeline.intake.events import Head
from pipeline.intake.publications import HeldRelease, Publication
from pipeline.load import Report
from pipeline.publishing.note import (
    Note,
    Outcome,
    as_html,
    as_json,
    as_markdown,
    as_text,
    compose,
    kept_notes,
    of_json,
)
from pipeline.publishing.note import write_note as write
from pipeline.publishing.note.compose import SECTIONS
from pipeline.publishing.note.keep import MOST_NOTES
from pipeline.publishing.sentences import sentence_of
from pipeline.publishing.telling import leave_note
from pipeline.reading.pending import HeldError
from pipeline.rejections import Wording
from pipeline.settings import Settings
from pipeline.warehouse.audit import AuditFailedError
from pipeline.warehouse.audit import Outcome as CheckOutcome
from pipeline.warehouse.lock import WarehouseBusyError
from pipeline.warehouse.releases import Release

BEGAN = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> **gras** `x` [lien](http://x)"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(raw=tmp_path / "raw", warehouse=tmp_path / "warehouse")


def row(section: str, message: str, **others: object) -> dict[str, object]:
    """A row of ``audit.release_note``, as far as a note reads it."""
    return {"section": section, "lines": 1, "cells": None, "message_fr": message, "message_en": message} | others


def published(settings: Settings, *rows: dict[str, object]) -> Report:
    """The report of a run that published."""
    release = Release("R1", BEGAN, "abc", settings.releases / "R1.duckdb")
    return Report(note=list(rows), release=release, is_new_release=True)


def test_sections_come_in_the_order_in_which_they_are_read_whatever_came_first(settings: Settings) -> None:
    rows = [row(name, name) for name in reversed(SECTIONS) if name not in {"late", "pending"}]
    note = compose(published(settings, *rows), settings, BEGAN)
    assert [*note.sections] == [name for name in SECTIONS if name not in {"late", "pending"}]
    assert (note.outcome, note.release_id, note.run_id) == (Outcome.PUBLISHED, "R1", "20260303T020000000000")
    assert note.wants_a_look


def test_a_quiet_night_wants_no_look_and_says_so(settings: Settings) -> None:
    note = compose(Report(), settings, BEGAN)
    assert (note.outcome, note.sections, note.wants_a_look) == (Outcome.UNCHANGED, {}, False)
    assert "Rien n'est arrivé, rien ne manque, rien n'échoue." in as_html(note)


def test_a_run_that_failed_says_why_and_what_it_had_received(settings: Settings) -> None:
    report = Report(pending={"b.xlsx": Wording("disque plein", "the disk was full")})
    report.receipt.new.append("a.xlsx")
    report.receipt.refused["dossier"] = "cannot be read"
    note = compose(report, settings, BEGAN, OSError(28, "No space left on device", "/disk/x"))
    assert note.outcome is Outcome.FAILED
    assert note.failure.startswith("/disk/x: No space left on device")
    assert "/disk/x : il n&#39;y a plus de place sur le disque" in as_html(note)
    assert note.sections["pending"][0].message_fr == "b.xlsx : disque plein"
    assert [*note.sections] == ["refused", "pending", "received"]
    assert note.sections["received"][0].message_fr == "a.xlsx"
    assert note.wants_a_look


def test_what_a_file_says_is_shown_and_never_obeyed(settings: Settings) -> None:
    note = compose(published(settings, row("refused", HOSTILE, cells="[<b>]S!A1")), settings, BEGAN)
    page = as_html(note)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page
    assert re.findall(r"(?<!\\)[`<\[]", as_markdown(note)) == []
    assert HOSTILE in as_text(note)


def test_a_note_is_read_again_as_it_was_written(settings: Settings) -> None:
    note = compose(published(settings, row("check", "revisions, nouveau", lines=3)), settings, BEGAN)
    assert of_json(as_json(note)) == note
    assert "Contrôles en échec (3)" in as_text(note)


def test_notes_are_kept_beside_their_releases_and_the_oldest_go(settings: Settings) -> None:
    note = compose(published(settings, row("received", "Bretagne : 1 fichier")), settings, BEGAN)
    settings.releases.mkdir(parents=True)
    (settings.releases / "R1.duckdb").touch()
    gone = settings.releases / "R0"
    gone.mkdir()
    for number in range(MOST_NOTES + 2):
        (settings.notes / f"2020{number:04}T1").mkdir(parents=True)
    assert write(note, settings) == []
    assert len(kept_notes(settings)) == MOST_NOTES
    assert kept_notes(settings)[0].name == note.run_id
    assert sorted(path.name for path in (settings.releases / "R1").iterdir()) == ["note.html", "note.json", "note.md"]
    assert not gone.exists()


def test_a_note_that_cannot_be_written_is_told_in_a_line(settings: Settings) -> None:
    settings.warehouse.mkdir()
    settings.notes.write_text("a file where the folder should be")
    (said,) = write(Note("R", BEGAN, 1.0, Outcome.UNCHANGED), settings)
    assert said.startswith("The note of this run could not be written")


def test_a_note_that_cannot_be_composed_hides_nothing(settings: Settings) -> None:
    (said,) = leave_note(published(settings, {"section": "check"}), settings, BEGAN)
    assert said.startswith("The note of this run could not be made: ")


def test_the_note_of_a_held_run_says_what_waits_and_which_release_stands(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    movement = {
        "message_fr": "Livraisons, France, 2021 : 1 000 deviendrait 1 400 (+40,0 %)",
        "message_en": "Deliveries, France, 2021: 1,000 would become 1,400 (+40.0 %)",
        "old_cells": "[a.xlsx]S!C7",
        "new_cells": None,
    }
    monkeypatch.setattr(sys.modules[Note.__module__], "waiting_rows", lambda *_: [movement])
    made = Publication("R2", BEGAN, "abc", "def", 1, 1, Head(7, "0"))
    standing = Release("R1", BEGAN, "abc", settings.releases / "R1.duckdb")
    report = Report(note=[row("received", "Nation : 1 fichier")], release=standing, held=HeldRelease(made, "R1", ()))
    note = compose(report, settings, BEGAN)
    assert (note.outcome, note.release_id, note.wants_a_look) == (Outcome.HELD, "R1", True)
    assert [*note.sections] == ["held", "received"]
    (waiting,) = note.sections["held"]
    assert (waiting.message_fr, waiting.cells) == (movement["message_fr"], "[a.xlsx]S!C7 → –")
    assert "Une publication est retenue et attend une acceptation" in as_text(note)
    assert "Ce qui retient la publication, et attend une acceptation (1)" in as_text(note)
    assert of_json(as_json(note)) == note


def test_a_note_names_the_workbook_of_each_refused_file_that_came(settings: Settings) -> None:
    came = Submission("ab" * 32, ("regional_return/corse/bilan.xlsx",), 1, BEGAN)
    fine = Submission("cd" * 32, ("regional_return/corse/autre.xlsx",), 1, BEGAN)
    folder = settings.returned / came.submission_id
    folder.mkdir(parents=True)
    (folder / "bilan - à corriger.xlsx").touch()
    note = compose(published(settings), settings, BEGAN, arrivals=[came, fine])
    (line,) = note.sections["returned"]
    place = f"warehouse/returned/{came.submission_id}/bilan - à corriger.xlsx"
    assert line.message_fr == f"regional_return/corse/bilan.xlsx : {place}"
    assert note.arrivals == (came.submission_id, fine.submission_id)
    assert place in as_html(note)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(13, "Permission denied", "/disk/x"), "/disk/x : cet utilisateur n'en a pas le droit"),
        (MemoryError(), "La mémoire ne suffit pas"),
        (KeyboardInterrupt(), "Le traitement a été interrompu"),
        (HeldError({"b.xlsx": Wording("disque plein", "full disk")}), "b.xlsx : disque plein"),
        (WarehouseBusyError("the warehouse is held"), "« the warehouse is held »"),
        (duckdb.IOException("IO Error: x"), "La base n'a pas pu travailler : « IO Error: x »"),
        (KeyError("x"), "Erreur du programme, à signaler avec cette ligne"),
    ],
)
def test_what_stopped_a_run_is_told_in_french(error: BaseException, told: str, settings: Settings) -> None:
    note = compose(Report(), settings, BEGAN, error)
    assert told in note.failure_fr
    assert told in as_text(note)
    assert note.failure == sentence_of(error)


def test_a_failed_check_says_in_french_what_it_expects(settings: Settings) -> None:
    outcome = CheckOutcome("sums", "kpi.national", "Sums add up.", "Les sommes sont justes.", True, 2, pl.DataFrame())
    note = compose(Report(), settings, BEGAN, AuditFailedError([outcome]))
    assert "sums : 2 lignes fautives. Attendu : Les sommes sont justes." in note.failure_fr
