"""Where the bot can be reached by HTTP: what is there, for whom, and what keeps others out."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from bot.config import PlatformConfig, Web
from bot.domain.site import is_loopback
from bot.inspect.deployment.publishing import Reach, reach
from bot.inspect.deployment.told import Deployment, DeploymentLine
from bot.platforms.kinds import Endpoint

_PUBLISHED = "in a container, for whoever reaches the port that is published: publish it on 127.0.0.1 alone"
_HERE = "for this machine alone"


def listening_lines(deployment: Deployment) -> Iterator[DeploymentLine]:
    """A line for each address and what is there, and one for each address by which the world comes without HTTPS."""
    config = deployment.config
    lines = [*_board(deployment, config.web), *_health(deployment, config.web)] if config.web else []
    for listen in deployment.private:
        text = (
            f"{listen}: timeline, drafts, sources and previews: {_HERE}, with the key that the log prints at each start"
        )
        lines.append(deployment.said(text, "web", "health"))
    for platform in config.platforms:
        lines += [_endpoint(deployment, platform, endpoint) for endpoint in platform.endpoints]
        lines += _webhooks(deployment, platform)
    yield from lines or [deployment.said("it listens nowhere: nobody can come in", "platforms")]


def _board(deployment: Deployment, web: Web) -> Iterator[DeploymentLine]:
    what = f"{web.listen}: the board, which is public and only read"
    if is_loopback(web.listen):
        world = f"for a web server in front, and by it for the world as {web.base_url}"
        yield deployment.said(f"{what}: {world if web.base_url else _HERE}", "web", "listen")
    else:
        reached = _reach(deployment, web.listen)
        text = f"{what}: {reached.who}"
        if reached.is_open and web.base_url:
            text += f", by plain HTTP, beside {web.base_url}; if the web server is on this machine, {reached.close}"
        elif reached.is_open:
            text += ", by plain HTTP; if that is meant, name its https:// address as web.base_url; if not,"
            text += f" {reached.close}"
        yield deployment.said(text, "web", "listen", is_exposed=reached.is_open and not web.base_url)
    if _is_overheard(web.base_url):
        text = "web.base_url is http://: whoever is on the way reads the private addresses of people's calendars"
        todo = "have the web server speak HTTPS, and write https://"
        yield deployment.said(f"{text}; {todo}", "web", "base_url", is_exposed=True)
    elif web.base_url and urlsplit(web.base_url).scheme == "https":
        text = "the web server in front sees the private addresses of people's calendars: let it log nothing below"
        yield deployment.said(
            f"{text} /calendar/ (nginx: location /calendar/ {{ access_log off; … }})", "web", "base_url"
        )


def _health(deployment: Deployment, web: Web) -> Iterator[DeploymentLine]:
    listen = web.health
    if listen is None:
        return
    what = f"{listen}: how it is{', names of channels and sources, and counts (/metrics)' if web.metrics else ''}"
    at = ("web", "health")
    if listen == web.listen and web.base_url:
        text = f"{what}: the world sees it, for the board is there; write another port"
        yield deployment.said(text, *at, is_exposed=True)
    elif is_loopback(listen):
        yield deployment.said(f"{what}: {_HERE}", *at)
    else:
        reached = _reach(deployment, listen)
        todo = f", and no password is asked for; {reached.close}" if reached.is_open else ""
        yield deployment.said(f"{what}: {reached.who}{todo}", *at, is_exposed=reached.is_open)


def _endpoint(deployment: Deployment, platform: PlatformConfig, endpoint: Endpoint) -> DeploymentLine:
    at = ("platforms", platform.name, *endpoint.key)
    what = f"{endpoint.listen}: {endpoint.title or f'what {platform.described.title} sends'} ({endpoint.path})"
    if not endpoint.is_heard:
        return deployment.said(f"{what}: nothing is heard there, for the secret that it needs is not set", *at)
    if endpoint.guard:
        what += f", each request with {endpoint.guard}"
    if is_loopback(endpoint.listen):
        return deployment.said(f"{what}: {'for a web server in front' if endpoint.is_public else _HERE}", *at)
    reached = _reach(deployment, endpoint.listen)
    if not reached.is_open:
        return deployment.said(f"{what}: {reached.who}", *at)
    if endpoint.guard and deployment.is_contained and not deployment.compose:
        return deployment.said(f"{what}: {_PUBLISHED}", *at)
    if endpoint.is_public:
        todo = f"{reached.close}, and let a web server with HTTPS in front hand it on"
        text = f"{what}: {reached.who}, and what people write comes by plain HTTP; {todo}"
    else:
        text = f"{what}: {reached.who}, reads its channels, and may ask; {reached.close}"
    return deployment.said(text, *at, is_exposed=True)


def _webhooks(deployment: Deployment, platform: PlatformConfig) -> Iterator[DeploymentLine]:
    """The addresses at which a platform is told to come, where they are no HTTPS."""
    for key, group in platform.settings.items():
        if isinstance(group, Mapping) and _is_overheard(group.get("url")):
            text = (
                f"{key}.url is http://: whoever is on the way reads what people write, and the secret; write https://"
            )
            yield deployment.said(text, "platforms", platform.name, key, "url", is_exposed=True)


def _reach(deployment: Deployment, listen: str) -> Reach:
    return reach(listen, deployment.compose, is_contained=deployment.is_contained)


def _is_overheard(address: str | None) -> bool:
    """Whether it leads to another machine by plain HTTP."""
    url = urlsplit(address or "")
    return url.scheme == "http" and not is_loopback(f"{url.hostname}:0")
