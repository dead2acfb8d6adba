"""What the events add up to: what lay where and when, and what replaces what."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.intake import Ledger, new_events, read_ledger, receive
from pipeline.settings import Settings
from tests.unit.intake.test_intake import answers, put


def test_a_file_put_back_has_a_second_stretch_and_one_that_is_copied_elsewhere_has_none_more(
    settings: Settings,
) -> None:
    place = "population/a.xlsx"
    for content in (b"first", b"second", b"first"):
        put(settings, place, content)
        receive(settings)
    put(settings, "population/b.xlsx", b"second")
    receive(settings)
    first, second = read_ledger(settings.ledger)
    assert [(stretch.place, stretch.ledger_event) for stretch in first.stretches] == [(place, 1), (place, 3)]
    assert [stretch.place for stretch in second.stretches] == [place, "population/b.xlsx"]
    assert (first.superseded_by, second.file) == ("", "population/b.xlsx")


def test_a_file_is_put_back_though_it_lay_elsewhere_in_between(settings: Settings) -> None:
    put(settings, "population/a.xlsx", b"first")
    receive(settings)
    put(settings, "population/a.xlsx", b"second")
    put(settings, "population/old.xlsx", b"first")
    receive(settings)
    put(settings, "population/a.xlsx", b"first")
    assert receive(settings).located == ["population/a.xlsx"]
    assert answers(settings) == {"population/a.xlsx": "population/a.xlsx"}


def test_a_file_beside_its_corrected_copy_is_not_put_back(settings: Settings) -> None:
    put(settings, "population/a.xlsx", b"first")
    receive(settings)
    put(settings, "population/a - à corriger.xlsx", b"second")
    receive(settings)
    assert receive(settings).unchanged == ["population/a.xlsx", "population/a - à corriger.xlsx"]
    first, second = read_ledger(settings.ledger)
    assert (len(first.stretches), first.superseded_by) == (1, second.sha256)
    assert {stretch.place for stretch in second.stretches} == {"population/a.xlsx"}


def test_what_is_refused_or_pending_replaces_nothing(settings: Settings) -> None:
    for content in (b"first", b"second", b"third"):
        put(settings, "population/a.xlsx", content)
        receive(settings)
    book = Ledger(settings.ledger)
    first, second, third = book.submissions
    assert (first.superseded_by, second.superseded_by) == (third.sha256, third.sha256)
    told = {s.sha256: s.superseded_by for s in book.submissions_but({third.sha256})}
    assert told == {first.sha256: second.sha256, second.sha256: "", third.sha256: ""}
    book.append(new_events.pending_event(second.sha256, ("plein", "full"), "code", datetime.now(UTC)))
    told = {s.sha256: s.superseded_by for s in book.submissions_but({third.sha256})}
    assert told == {first.sha256: "", second.sha256: "", third.sha256: ""}


def test_a_ledger_that_goes_on_adds_up_to_what_a_reader_from_its_start_finds(settings: Settings) -> None:
    put(settings, "population/a.xlsx", b"first")
    receive(settings)
    book = Ledger(settings.ledger)
    first, before = book.submissions[0], book.inputs
    now = datetime.now(UTC)
    more = [
        new_events.received_event("f" * 64, "population/a.xlsx", 6, now),
        new_events.pending_event("f" * 64, ("plein", "full"), "code", now),
        new_events.located_event(first.sha256, "population/b.xlsx", now),
        new_events.read_event("f" * 64, now),
        new_events.withdrawn_event(first.sha256, "erreur", now),
        new_events.erased_event(first.sha256, "erreur", "moi", now),
    ]
    for event in more:
        book.append(event)
        anew = Ledger(settings.ledger)
        assert (book.submissions, book.inputs) == (anew.submissions, anew.inputs)
    assert book.inputs != before
