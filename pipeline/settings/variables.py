"""The settings themselves, each with its bounds: folders, limits, what is sent and how.

What belongs here: what can be set, and refusing what cannot be used. What does not: finding the home
(``installation``).
"""

from __future__ import annotations

import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from pipeline.settings.connections import OBJECT_STORE, POSTGRES, require_safe, without_password
from pipeline.settings.installation import PREFIX, PRODUCT, TRIAL, SettingError, declaration_folders, home

LIMIT_PREFIX = "HOUSING_LIMIT_"
_MIB = 1024**2
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


class _Changeable(BaseSettings):
    def changed(self, **settings: Any) -> Self:
        """Return the same settings but for some, checked as those of the environment are."""
        return type(self)(**{**{name: getattr(self, name) for name in type(self).model_fields}, **settings})


class Limits(_Changeable):
    """What one received file may cost. A file that goes beyond is refused, and the rejection names the limit.

    Sizes are in bytes, times in seconds. Every file is treated as hostile: these hold before and while it is read.
    ``HOUSING_LIMIT_SECONDS=300`` changes one.
    """

    model_config = SettingsConfigDict(env_prefix=LIMIT_PREFIX, frozen=True, extra="forbid")

    file_bytes: int = Field(default=100 * _MIB, ge=1)
    uncompressed_bytes: int = Field(default=600 * _MIB, ge=1)
    compression_ratio: int = Field(default=200, ge=1)
    archive_entries: int = Field(default=5_000, ge=1)
    sheets: int = Field(default=250, ge=1)
    cells: int = Field(default=6_000_000, ge=1)
    characters: int = Field(default=60_000_000, ge=1)
    """Of all cells: a text that a file holds once may stand in any number of them."""
    seconds: int = Field(default=120, ge=1)
    """Of the processor: a machine that is busy with something else takes nothing from it."""
    wall_seconds: int = Field(default=1_200, ge=1)
    """By the clock, after which a file is left for the next load: it may be the machine that gets nowhere."""
    memory_bytes: int = Field(default=2 * 1024**3, ge=1)


def is_address(text: str) -> bool:
    """Whether a text is one bare e-mail address, which cannot say more in a header than whom it names."""
    return _ADDRESS.fullmatch(text) is not None


class Sending(_Changeable):
    """To whom a run is told, and through which server; to nobody, unless it is set.

    A password and the address of a webhook, which is one, are shown by nothing: not in an error, a log or a ``repr``.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True)

    smtp_host: str = ""
    """The server that takes e-mail; empty for none."""
    smtp_port: int = Field(default=0, ge=0, le=65_535)
    """0: 587 with ``starttls``, 465 with ``tls``."""
    smtp_security: Literal["starttls", "tls"] = "starttls"
    """How the connection is encrypted; never not at all. The server's certificate is always verified."""
    smtp_user: str = ""
    """Who logs in; empty where the server asks for nobody."""
    smtp_password: SecretStr = SecretStr("")
    smtp_password_file: Path | None = None
    """A file whose first line is the password, in place of ``smtp_password``."""
    smtp_sender: Annotated[str, Field(validate_default=True)] = ""
    smtp_to: Annotated[tuple[str, ...], NoDecode] = ()
    """The addresses of the national team, with commas between."""
    note_webhooks: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """URLs as apprise writes them, with blanks between: ``workflows://…`` (Teams), ``slack://…``, ``mmosts://…``."""
    addresses: Path | None = None
    """A TOML file with the addresses of each region's office, by region code: ``"53" = ["habitat@exemple.fr"]``."""

    @field_validator("smtp_sender")
    @classmethod
    def _is_named(cls, sender: str, info: ValidationInfo) -> str:
        if info.data.get("smtp_host") and not is_address(sender):
            raise ValueError("where HOUSING_SMTP_HOST is set, one address is needed that the messages come from")
        return sender

    @field_validator("smtp_to", mode="before")
    @classmethod
    def _are_addresses(cls, listed: Any, info: ValidationInfo) -> Any:
        found = [each.strip() for each in listed.split(",")] if isinstance(listed, str) else listed
        if not all(isinstance(each, str) and is_address(each) for each in found):
            raise ValueError("addresses are needed, with commas between: a@exemple.fr,b@exemple.fr")
        if found and not info.data.get("smtp_host"):
            raise ValueError("HOUSING_SMTP_HOST is needed besides, the server that takes the messages")
        return found

    @field_validator("note_webhooks", mode="before")
    @classmethod
    def _are_webhooks(cls, listed: Any) -> Any:
        found = listed.split() if isinstance(listed, str) else listed
        if isinstance(listed, str) and not all("://" in each for each in found):
            raise ValueError("URLs of apprise are needed, with blanks between: service://…")
        return found

    @field_validator("addresses")
    @classmethod
    def _have_a_server(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        if file is not None and not info.data.get("smtp_host"):
            raise ValueError("HOUSING_SMTP_HOST is needed besides, the server that takes the messages")
        return file

    @property
    def is_set(self) -> bool:
        """Whether anybody is told anything."""
        return bool(self.smtp_host or self.note_webhooks)

    @property
    def port(self) -> int:
        """The port of the server."""
        return self.smtp_port or {"starttls": 587, "tls": 465}[self.smtp_security]


class Settings(_Changeable):
    """The folders of one installation and how it behaves.

    ``raw`` is read and never written; ``warehouse`` is written and, its archive and ledger apart, can be deleted.
    ``HOUSING_RAW=/data/raw`` moves a folder, ``HOUSING_KEEP_RELEASES=30`` changes a number.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    raw: Path = Field(default_factory=lambda: home() / "raw")
    warehouse: Path = Field(default_factory=lambda: home() / "warehouse")
    sql: Path = PRODUCT / "sql"
    """The product's relations, to which those of the home are added."""
    limits: Limits = Field(default_factory=Limits)
    sending: Sending = Field(default_factory=Sending)
    log_format: Literal["text", "json"] = "text"
    """``json``: what the commands log, and why one fails, is one JSON object a line on the standard error."""
    workers: int = Field(default_factory=lambda: max(1, min(8, os.cpu_count() or 1)), ge=1, le=256)
    """How many files are read at once, and the threads of the database."""
    database_memory_bytes: int = Field(default=2 * 1024**3, ge=64 * _MIB)
    """What the database may hold in memory while a release is made; what goes beyond waits on disk, below ``work``."""
    lake: str = ""
    """A DuckLake into which each release is published besides (``publishing.lake``): its catalogue, a file or
    ``postgres:dbname=… host=… user=…``. The password comes from ``PGPASSWORD`` or ``PGPASSFILE``."""
    lake_data: str = ""
    """Where its data stand: a folder, or ``s3://bucket/prefix``, whose key comes from the variables ``AWS_…``."""
    shared_ledger: str = ""
    """The PostgreSQL database that keeps the ledger where several hosts share it: ``postgres:dbname=… host=… user=…``.
    The password comes from ``PGPASSWORD`` or ``PGPASSFILE``."""
    shared_store: Annotated[str, Field(validate_default=True)] = ""
    """The object store that then keeps archive, readings and releases: ``s3://bucket/prefix``, or ``file:///folder``
    for a folder that all hosts mount. Credentials come from the environment (``AWS_…``)."""
    host: str = ""
    """How this host is called among those that share a ledger; its own name, unless told."""
    spread_files: int = Field(default=0, ge=0)
    """From how many unread files on hosts that share a store read them in runs beside the one that loads; 0: never."""
    spread_batches: int = Field(default=8, ge=1, le=256)
    """Into how many batches they are cut: as many as are read at once, or a multiple; more where these get long."""
    spread_patience_seconds: float = Field(default=300.0, gt=0, allow_inf_nan=False)
    """For how long nothing may be heard of a batch before it is given to another worker, and at last read here."""
    keep_releases: int = Field(default=10, ge=1)
    settle_seconds: float = Field(default=2.0, ge=0, allow_inf_nan=False)
    """A file whose last change is younger than this may still be being written; it is left for the next load."""
    lock_wait_seconds: float = Field(default=30.0, ge=0, allow_inf_nan=False)
    """How long a run waits for another one that holds the warehouse before it says who holds it and gives up."""

    @field_validator("lake", "shared_ledger")
    @classmethod
    def _is_safe(cls, place: str) -> str:
        require_safe(place)
        return place

    @field_validator("shared_ledger")
    @classmethod
    def _is_in_postgres(cls, ledger: str) -> str:
        if ledger and not ledger.startswith(POSTGRES):
            raise ValueError(f"a database of PostgreSQL is needed: {POSTGRES}dbname=… host=… user=…")
        return ledger

    @field_validator("shared_store")
    @classmethod
    def _stands_beside_a_ledger(cls, store: str, info: ValidationInfo) -> str:
        if store and not store.startswith(("s3://", "file:///")):
            raise ValueError("s3://bucket/prefix is needed, or file:///folder for a folder that all hosts mount")
        if "shared_ledger" in info.data and bool(store) != bool(info.data["shared_ledger"]):
            raise ValueError("HOUSING_SHARED_LEDGER and HOUSING_SHARED_STORE are needed together")
        return store

    @field_validator("spread_files")
    @classmethod
    def _is_shared(cls, files: int, info: ValidationInfo) -> int:
        if files and "shared_store" in info.data and not info.data["shared_store"]:
            raise ValueError("HOUSING_SHARED_LEDGER and HOUSING_SHARED_STORE are needed: workers read from them")
        return files

    @field_validator("lake_data")
    @classmethod
    def _both_are_named(cls, data: str, info: ValidationInfo) -> str:
        if "lake" in info.data and bool(data) != bool(info.data["lake"]):
            raise ValueError("HOUSING_LAKE and HOUSING_LAKE_DATA are needed together: catalogue, and where data stand")
        if "://" in data and not re.fullmatch(rf"{OBJECT_STORE}[^/]+/.+", data):
            raise ValueError("a folder is needed, or s3://bucket/prefix")
        return data

    @field_validator("sql")
    @classmethod
    def _holds_relations(cls, folder: Path) -> Path:
        """Refuse a folder without relations: everything would be built from nothing."""
        if not (folder / "kpi").is_dir():
            raise ValueError("no folder with the relations (dim, fact, kpi, audit, checks)")
        return folder

    @property
    def sql_folders(self) -> tuple[Path, ...]:
        """Where relations and checks stand: the product's, then those that the home adds."""
        return (self.sql, *declaration_folders("sql")[1:])

    @property
    def archive(self) -> Path:
        """Every received file, once, under the name of its SHA-256."""
        return self.warehouse / "archive"

    @property
    def ledger(self) -> Path:
        """The append-only record of what was received, one JSON object a line."""
        return self.warehouse / "ledger.jsonl"

    @property
    def seen(self) -> Path:
        """The index of what lies in ``raw/``, by which an unchanged file is known without opening it."""
        return self.warehouse / "seen.json"

    @property
    def cache(self) -> Path:
        """What was read from each submission, keyed by content, layout and what reads."""
        return self.warehouse / "cache"

    @property
    def batches(self) -> Path:
        """Where batches are read for other hosts: a folder each, which is gone when its batch is read."""
        return self.warehouse / "batches"

    @property
    def returned(self) -> Path:
        """What goes back to the senders: a folder for each current submission of which something was refused."""
        return self.warehouse / "returned"

    @property
    def shown(self) -> tuple[Path, ...]:
        """What was written for people to read, and can be written again."""
        return (self.warehouse / "explained", self.notes, self.exports, self.bulletins, self.bulletins_aside)

    @property
    def notes(self) -> Path:
        """What each run tells: a folder for each."""
        return self.warehouse / "notes"

    @property
    def exports(self) -> Path:
        """The tables of releases in other formats: a folder for each."""
        return self.warehouse / "exports"

    @property
    def bulletins(self) -> Path:
        """The site of the release."""
        return self.warehouse / "bulletins"

    @property
    def bulletins_aside(self) -> Path:
        """Where the next site is made, until it takes the place of the present one."""
        return self.warehouse / ".bulletins-aside"

    @property
    def work(self) -> Path:
        """The working databases, which belong to the runs alone."""
        return self.warehouse / "work"

    @property
    def releases(self) -> Path:
        """The last published DuckDB files."""
        return self.warehouse / "releases"

    @property
    def release_file(self) -> Path:
        """The release that SQL users open."""
        return self.warehouse / "housing.duckdb"

    @classmethod
    def from_environment(cls) -> Self:
        """Return the settings of this process: the defaults, and what ``HOUSING_…`` variables change.

        Raises:
            SettingError: a variable cannot be used, or there is none of its name.
        """
        _refuse_unknown()
        try:
            return cls()
        except ValidationError as error:
            raise SettingError("; ".join(_sentences(error))) from error


def _refuse_unknown() -> None:
    """Refuse a variable that sets nothing: whoever wrote it believes that it does."""
    known = {f"{PREFIX}HOME", TRIAL}
    names = Settings.model_fields.keys() - {"limits", "sending"} | Sending.model_fields.keys()
    known |= {f"{PREFIX}{name.upper()}" for name in names}
    known |= {f"{LIMIT_PREFIX}{name.upper()}" for name in Limits.model_fields}
    for name in sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known):
        near = ", ".join(get_close_matches(name, known, n=1)) or ", ".join(sorted(known))
        raise SettingError(f"{name}: there is no such setting; did you mean {near}? Correct or unset it")


def _sentences(error: ValidationError) -> list[str]:
    prefix = LIMIT_PREFIX if error.title == Limits.__name__ else PREFIX
    return [
        f"{prefix}{'_'.join(map(str, detail['loc'])).upper()}={_shown(detail['loc'], detail['input'])}: "
        f"{detail['msg'].removeprefix('Value error, ')}; correct or unset it"
        for detail in error.errors()
    ]


def _shown(where: tuple[int | str, ...], given: object) -> str:
    return "…" if _SECRET.intersection(where) else repr(without_password(str(given)))


_SECRET = {"smtp_password", "note_webhooks"}
