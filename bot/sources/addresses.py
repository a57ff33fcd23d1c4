"""Which network addresses may be asked: those of the world, and private ones only where the config says so.

Special ranges: https://www.iana.org/assignments/iana-ipv4-special-registry and its sister for IPv6.
"""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052


class RefusedError(OSError):
    """An address that must not be asked."""


def is_allowed(address: str, *, allow_private: bool) -> bool:
    """Whether an address may be asked, the IPv4 address within an IPv6 one included. Link-local ones never may be."""
    try:
        literal = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(_is_allowed(ip, allow_private=allow_private) for ip in (literal, *_within(literal)))


def _within(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """IPv4 addresses to which an IPv6 address leads."""
    if not isinstance(address, IPv6Address):
        return []
    teredo = address.teredo or ()
    nat64 = IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
    return [embedded for embedded in (address.ipv4_mapped, address.sixtofour, *teredo, nat64) if embedded is not None]


def _is_allowed(address: IPv4Address | IPv6Address, *, allow_private: bool) -> bool:
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if isinstance(address, IPv6Address) and (address.ipv4_mapped or address in _NAT64):
        return True  # what it leads to is looked at by itself
    is_private = address.is_private or address.is_loopback or not address.is_global
    return allow_private or not is_private


class CheckedResolver(AbstractResolver):
    """Names -> addresses that may be asked. The connection goes to what was looked at, and not to what the name is
    resolved to a moment later.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host. Raises `RefusedError` when any of them must not be asked."""
        loop = asyncio.get_running_loop()
        resolved = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        results: list[ResolveResult] = []
        for kind, _, proto, _, place in resolved:
            address = str(place[0])
            if not is_allowed(address, allow_private=self._allow_private):
                raise RefusedError(f"{host} lies in a private network")
            results.append(
                ResolveResult(
                    hostname=host,
                    host=address,
                    port=port,
                    family=kind,
                    proto=proto,
                    flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
                )
            )
        return results

    async def close(self) -> None:
        """Nothing is held open."""
