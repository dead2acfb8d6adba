"""Certificates of servers for a test, and of the authority by which they are known."""

from __future__ import annotations

from pathlib import Path

import trustme


def certify(folder: Path, name: str) -> tuple[Path, tuple[Path, Path]]:
    """Write ``authority.pem``, and return it with the files of a certificate for a server and of its key."""
    authority = trustme.CA()
    issued = authority.issue_cert(name)
    known, chain, key = folder / "authority.pem", folder / "server.crt", folder / "server.key"
    authority.cert_pem.write_to_path(known)
    issued.cert_chain_pems[0].write_to_path(chain)
    issued.private_key_pem.write_to_path(key)
    return known, (chain, key)


def another_authority(folder: Path) -> Path:
    """Write the certificate of an authority that has issued nothing, and return its file."""
    file = folder / "another.pem"
    trustme.CA().cert_pem.write_to_path(file)
    return file
