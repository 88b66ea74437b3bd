r"""
Which folder holds sent mail: the one marked \Sent (RFC 6154), else one known by name.

It is never guessed silently: how it was found is said, and where two would do, none is taken.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from responder.errors import EXIT_CONFIG, ResponderError
from responder.imap.values import Folder


def _plain(name: str) -> str:
    """Return a name as it is compared: composed, without case."""
    return unicodedata.normalize("NFC", name).casefold()


_NAMES = frozenset(
    _plain(name)
    for name in (  # letters with marks composed (NFC); a server may store them apart
        # what servers and mail programs call it, in the languages of the European and other marketplaces
        *("Sent", "Sent Items", "Sent Mail", "Sent Messages", "Sent-Mail", "Sent Objects"),
        *("Gesendet", "Gesendete Elemente", "Gesendete Objekte", "Gesendete Nachrichten", "Postausgang gesendet"),
        *(
            "Envoyés",
            "Envoyes",
            "Éléments envoyés",
            "Messages envoyés",
            "Objets envoyés",
            "Courrier envoyé",
            "Éléments expédiés",
        ),
        *("Inviata", "Inviati", "Posta inviata", "Elementi inviati", "Messaggi inviati"),
        *("Enviados", "Enviadas", "Elementos enviados", "Mensajes enviados", "Correo enviado", "Itens enviados"),
        *("Enviado", "E-mails enviados", "Correio enviado", "Mensagens enviadas", "Mensajes Enviados"),
        *("Verzonden", "Verzonden items", "Verzonden berichten", "Verstuurd"),
        *("Skickat", "Skickade", "Skickade objekt", "Skickade meddelanden", "Wysłane", "Elementy wysłane"),
        *("Gönderilmiş Öğeler", "Gönderilenler", "Gönderilmiş Postalar", "Gönderilmiş"),
        *("送信済み", "送信済みアイテム", "送信済みメール", "送信メール"),
        *("المرسلة", "المرسل", "العناصر المرسلة", "البريد المرسل", "بريد مرسل", "الرسائل المرسلة"),
    )
)


class FolderUnknown(ResponderError):  # noqa: N818 - named for what happened
    """The seller must name a folder in the configuration."""

    exit_code = EXIT_CONFIG


@dataclass(frozen=True, slots=True)
class SentFolder:
    """The folder of sent mail, or None, and the reason either way."""

    name: str | None
    reason: str


def find_sent(folders: Sequence[Folder]) -> SentFolder:
    """Return the folder of sent mail and how it was found."""
    usable = [folder for folder in folders if not folder.attributes & {"\\noselect", "\\nonexistent"}]
    marked = [folder.name for folder in usable if "\\sent" in folder.attributes]
    if len(marked) == 1:
        return SentFolder(marked[0], "marked \\Sent by the server")
    named = marked or [folder.name for folder in usable if _plain(_leaf(folder)) in _NAMES]
    if len(named) == 1:
        return SentFolder(named[0], "known by its name; the server marks no folder as \\Sent")
    if named:
        return SentFolder(None, f"several folders could hold sent mail: {', '.join(sorted(named))}")
    offered = ", ".join(sorted(folder.name for folder in usable)[:20])
    return SentFolder(None, f"no folder is marked \\Sent or has a known name; there are: {offered or 'none'}")


def _leaf(folder: Folder) -> str:
    return folder.name.rsplit(folder.separator, 1)[-1] if folder.separator else folder.name
