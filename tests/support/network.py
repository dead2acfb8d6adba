"""Hosts on one machine: network namespaces with addresses of their own on one bridge; skipped where none can be."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_NETWORK = "10.77.0"
_BRIDGE = "housingbr"


@dataclass(frozen=True)
class Host:
    """One host: its name, which is that of its namespace, and its address."""

    name: str
    address: str

    @property
    def link(self) -> str:
        """The machine's end of its cable; the system knows no longer names than this."""
        return f"housing{self.address.rpartition('.')[2]}"

    def inside(self, command: Sequence[str], user: str = "") -> list[str]:
        """Return the command that runs a command on this host, as a user of the machine."""
        as_user = ["runuser", "-u", user, "--"] if user else []
        return ["ip", "netns", "exec", self.name, *as_user, *command]

    def start(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
        """Start a command on this host, in a group of its own; what it prints goes to a file."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HOUSING_", "DAGSTER_"))}
        with log.open("ab") as out:
            return subprocess.Popen(
                self.inside(command),
                env={**kept, **environment},
                stdout=out,
                stderr=out,
                cwd="/",
                start_new_session=True,
            )

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """Let nothing come to this host nor leave it, while the block runs."""
        _ip("link", "set", self.link, "down")
        try:
            yield
        finally:
            _ip("link", "set", self.link, "up")


@contextmanager
def hosts(*names: str) -> Iterator[tuple[Host, ...]]:
    """Make hosts that reach each other and nobody else."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces need root and iproute2")
    made = tuple(Host(f"housing-{name}", f"{_NETWORK}.{number}") for number, name in enumerate(names, start=1))
    try:
        _ip("link", "add", _BRIDGE, "type", "bridge")
    except subprocess.CalledProcessError:
        pytest.skip("no network namespaces can be made here")
    try:
        _ip("link", "set", _BRIDGE, "up")
        for host in made:
            _add(host)
        yield made
    finally:
        for host in made:
            # the cable goes with the namespace, but not before its last process has gone
            for command in (("link", "del", host.link), ("netns", "del", host.name)):
                subprocess.run(["ip", *command], stderr=subprocess.DEVNULL, check=False)
        _ip("link", "del", _BRIDGE)


def _add(host: Host) -> None:
    outer, inner = host.link, "eth0"
    _ip("netns", "add", host.name)
    _ip("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", host.name)
    _ip("link", "set", outer, "master", _BRIDGE, "up")
    for command in (
        ("addr", "add", f"{host.address}/24", "dev", inner),
        ("link", "set", inner, "up"),
        ("link", "set", "lo", "up"),
    ):
        _ip("-n", host.name, *command)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
