"""Three hosts that share one installation over a network: a server with database and store, two that receive and load.

Everything between them is encrypted and known by certificates; passwords and keys come from files and the environment.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.settings import MARK, PRODUCT, Settings
from tests.support.certificates import certify
from tests.support.network import Host, hosts
from tests.support.objects import BUCKET, CREDENTIALS
from tests.support.postgres import Server, free_port, psql, server

PASSWORD = "un-mot-de-passe"
_SECONDS = 600


@dataclass
class Member:
    """One of the hosts that receive and load."""

    host: Host
    home: Path
    environment: dict[str, str]

    @property
    def settings(self) -> Settings:
        """Where its files stand, for a test that looks at them; what is shared is on the network alone."""
        return Settings(raw=self.home / "raw", warehouse=self.home / "warehouse", settle_seconds=0)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command of ``housing`` there."""
        command = [sys.executable, "-P", "-c", "from pipeline.cli import main; main()", *arguments]
        return self.host.start(command, self.environment, self.home / "log")

    def run(self, *arguments: str) -> int:
        """Run a command to its end, and return its exit code."""
        return self.start(*arguments).wait(_SECONDS)

    @property
    def printed(self) -> str:
        """What its commands have printed so far."""
        return (self.home / "log").read_text(encoding="utf-8") if (self.home / "log").exists() else ""


@dataclass
class Cluster:
    """The hosts, and what can be done to them."""

    database: Server
    server: Member
    """The host that has the database and the store, and may load as well."""
    members: tuple[Member, ...]
    """The others."""
    sign: Path
    """The store answers 503 as long as this file stands."""

    def restart_database(self) -> None:
        """Stop the server of the database as a power cut does, and start it again a little later."""
        self.database.stop()
        time.sleep(3)
        self.database.start()

    @contextmanager
    def store_failing(self) -> Iterator[None]:
        """Let the store answer 503 while the block runs."""
        self.sign.touch()
        try:
            yield
        finally:
            self.sign.unlink()


@contextmanager
def cluster(folder: Path, members: int = 2) -> Iterator[Cluster]:
    """Start a server and hosts, in a folder; skip where that cannot be done."""
    with ExitStack() as stack:
        first, *others = stack.enter_context(hosts("server", *(f"host{n}" for n in range(1, members + 1))))
        authority, (certificate, key) = certify(folder, first.address)
        database, conninfo = _database(stack, folder, first, certificate, key)
        port, sign = free_port(), folder / "503"
        command = ["tests.support.flaky_store", first.address, str(port), str(certificate), str(key), str(sign)]
        store = first.start([sys.executable, "-m", *command], {"PYTHONPATH": str(PRODUCT)}, folder / "store.log")
        stack.callback(_end, store)
        environment = {
            "HOUSING_SHARED_LEDGER": f"postgres:{conninfo} sslmode=verify-full sslrootcert={authority}",
            "HOUSING_SHARED_STORE": f"s3://{BUCKET}/installation",
            "HOUSING_SETTLE_SECONDS": "0",
            "PGPASSFILE": str(_password_file(folder)),
            "AWS_ENDPOINT_URL": f"https://{first.address}:{port}",
            "SSL_CERT_FILE": str(authority),
            "PYTHONPATH": str(PRODUCT),
            **CREDENTIALS,
        }
        of_server, *made = (_member(folder, host, environment) for host in (first, *others))
        _make_bucket(of_server)
        yield Cluster(database, of_server, tuple(made), sign)


def _database(stack: ExitStack, folder: Path, host: Host, certificate: Path, key: Path) -> tuple[Server, str]:
    """Start a database that is reached at the address of a host, by its password; return it and how it is named."""
    running = stack.enter_context(server(certificate=(certificate, key)))
    psql(running.conninfo, "-c", f"ALTER ROLE housing PASSWORD '{PASSWORD}'")
    running.stop()
    rules = "local all all trust\nhostssl all all all scram-sha-256\n"
    (running.data / "pg_hba.conf").write_text(rules, encoding="utf-8")
    running.options = running.options.replace("listen_addresses=localhost", f"listen_addresses={host.address}")
    running.inside = host.inside
    running.start()
    port = next(part for part in running.conninfo.split() if part.startswith("port="))
    (folder / "passwords").write_text(f"{host.address}:{port[5:]}:lake:housing:{PASSWORD}\n", encoding="utf-8")
    return running, f"dbname=lake host={host.address} {port} user=housing"


def _password_file(folder: Path) -> Path:
    file = folder / "passwords"
    file.chmod(0o600)
    return file


def _member(folder: Path, host: Host, environment: dict[str, str]) -> Member:
    home = folder / host.name
    (home / "raw").mkdir(parents=True)
    (home / MARK).touch()
    return Member(host, home, {**environment, "HOUSING_HOME": str(home), "HOUSING_HOST": host.name})


_BUCKET = """
import os, ssl, time, urllib.request
context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"] + "/BUCKET", method="PUT")
for _ in range(300):
    try:
        urllib.request.urlopen(request, context=context)
        break
    except OSError:
        time.sleep(0.1)
"""


def _make_bucket(member: Member) -> None:
    """Make the bucket, as soon as the store answers."""
    command = [sys.executable, "-c", _BUCKET.replace("BUCKET", BUCKET)]
    assert member.host.start(command, member.environment, member.home / "log").wait(60) == 0


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(30)
