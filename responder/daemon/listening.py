"""
What finds that mail does not arrive, or that we are gone, made from the configuration.
"""

from collections.abc import Mapping

from responder.adapters import credentials
from responder.config.loaded import Loaded
from responder.core.operator import Operator
from responder.tasks.canary import Canaries, Watched
from responder.tasks.heartbeat import Heartbeat
from responder.tasks.silence import Listening


def canaries(loaded: Loaded, operator: Operator) -> Canaries:
    """Return how often each watched mailbox gets a test mail."""
    config = loaded.config
    mailboxes = tuple(Watched(each.name, each.from_.spec, each.folders.inbox) for each in config.accounts)
    return Canaries(operator=operator, mailboxes=mailboxes, every=config.canary.every, within=config.canary.within)


def listening(loaded: Loaded, operator: Operator) -> Listening:
    """Return which mailboxes are listened to."""
    config = loaded.config
    names = tuple(each.name for each in config.accounts)
    return Listening(operator=operator, accounts=names, silent_after=config.operator.silent_after)


def heartbeat(loaded: Loaded, environ: Mapping[str, str]) -> Heartbeat | None:
    """Return whom we tell that we live; None where nobody is named."""
    config = loaded.config
    url = config.heartbeat.url
    if url is None:
        return None
    from responder.adapters.heartbeat import Service  # noqa: PLC0415 - aiohttp's third of a second, for those who use it

    service = Service(lambda: credentials.secret(url, loaded.folder, environ))
    return Heartbeat(service=service, every=config.heartbeat.every, unreachable_after=config.operator.unreachable_after)
