"""A host in; whether it is this machine alone, out."""

from __future__ import annotations

import contextlib
import ipaddress


def on_loopback(host: str) -> bool:
    """Whether a host name or an IP address is this machine's own."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
