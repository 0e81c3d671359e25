"""What counts as this machine. Only what is here may see names."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_loopback(url: str) -> bool:
    """Whether a URL points at this machine without any doubt; anything odd in it counts as remote.

    Only literal loopback names and addresses count (`localhost`, 127.0.0.0/8, ::1). A name that merely resolves to
    loopback does not, since its answer can change between the check and the call.
    """
    if any(letter in url for letter in "\\ \t\r\n") or not url.isascii():
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return False
    if host.rstrip(".") == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
