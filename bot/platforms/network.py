"""How platforms are reached: through which proxy, and in words why not. The same for each of them.

`HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`, and what needs none by `NO_PROXY`; in small letters too, which go first;
set to nothing they mean none. There is no standard; this is what curl (https://curl.se/docs/manpage.html#ENVIRONMENT),
Go (golang.org/x/net/http/httpproxy) and Python's urllib have in common, and all that they take for NO_PROXY.
"""

from ipaddress import ip_address, ip_network
from urllib.request import getproxies, getproxies_environment, proxy_bypass

import aiohttp
from yarl import URL

_SCHEMES = {"wss": "https", "ws": "http"}


class ProxyError(ValueError):
    """The environment names a proxy that cannot be used. The text shows no password."""


def proxy_for(url: URL) -> str | None:
    """The proxy's address, or None where there is to be none. Raises `ProxyError`."""
    named = getproxies_environment()
    # What the system is set to (macOS, Windows) counts where the environment says nothing.
    proxies = named or getproxies()
    scheme = _SCHEMES.get(url.scheme, url.scheme)
    proxy = (proxies.get(scheme) or proxies.get("all") or "").strip()
    if not proxy:
        return None
    if _needs_none(url, named.get("no", "")) if named else proxy_bypass(url.host or ""):
        return None
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    if not proxy.casefold().startswith(("http://", "https://")):
        raise ProxyError(f"a proxy must begin with http://, not {proxy.partition('://')[0]}://")
    if not _has_host(proxy):
        name = f"{scheme}_proxy" if proxies.get(scheme) else "all_proxy"
        raise ProxyError(f"the proxy in {name.upper()} makes no sense; write http://host:port")
    return proxy


def _has_host(proxy: str) -> bool:
    try:
        return bool(URL(proxy).host)
    except ValueError:
        return False


def not_reached(error: Exception, proxy: str | None) -> str | None:
    """Why a request has surely not arrived, without the URL, which may hold a token; None where it may have."""
    by = f"through the proxy {_shown(proxy)}: " if proxy else ""
    match error:
        case ProxyError():
            return str(error)
        case aiohttp.ConnectionTimeoutError():
            return f"{by}no connection in time"
        case aiohttp.ClientConnectorCertificateError():
            return f"{by}{error.certificate_error}"
        case aiohttp.ClientConnectorError():  # no such host, refused, no TLS
            return f"{by}{error.strerror or error.os_error}"
        case aiohttp.ClientHttpProxyError():
            return f"{by}it answers {error.status}"
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            return "the address of the server makes no sense; check api_url"
    return None


def _shown(proxy: str) -> str:
    """Without its user and password."""
    url = URL(proxy)
    return f"{url.scheme}://{url.host_subcomponent}:{url.port}"


def _needs_none(url: URL, no_proxy: str) -> bool:
    """Whether a list of hosts, domains, addresses and networks, each with or without a port, holds an address."""
    host = (url.host or "").casefold().rstrip(".")
    return any(_fits(host, url.port, entry) for entry in no_proxy.casefold().replace(",", " ").split())


def _fits(host: str, port: int | None, entry: str) -> bool:
    if entry == "*":
        return True
    name, of_port = _split(entry)
    if of_port and of_port != str(port):
        return False
    try:
        address = ip_address(host)
    except ValueError:
        domain = name.removeprefix("*").strip(".")
        return bool(domain) and (host == domain or host.endswith(f".{domain}"))
    try:
        return address in ip_network(name.strip("[]"), strict=False)
    except ValueError:
        return False


def _split(entry: str) -> tuple[str, str]:
    """Host and port of `host`, `host:port`, `[::1]:port`; an IPv6 address without brackets has no port."""
    if entry.startswith("[") or entry.count(":") == 1:
        name, _, port = entry.rpartition(":") if not entry.endswith("]") else (entry, "", "")
        return name, port
    return entry, ""
