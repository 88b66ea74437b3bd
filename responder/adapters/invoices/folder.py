"""
The folder with the invoices: which file is an order's, and whether it may be attached.

An invoice that goes to the wrong buyer is the worst leak there is, so every doubt is a refusal in words, for a person.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from threading import Lock

from responder.adapters.invoices import opening
from responder.adapters.invoices.opening import NotAFile
from responder.adapters.invoices.reading import NoText, TextReader
from responder.adapters.invoices.values import Found, Invoice, InvoiceSettings, Missing, Refused, RefusedCode
from responder.core.invoice_names import InvoiceNames
from responder.core.invoice_text import Named
from responder.core.message import clean
from responder.core.orders import ORDER_ID
from responder.files import Look

MAGIC = b"%PDF-"
MAGIC_WITHIN = (
    1024  # programs write a mark or a line before it, and every viewer looks this far (PDF 1.7, annex H.3.4.1)
)
SHOWN = 4


class InvoiceFolder:
    """One account's invoices, for any thread. `reader` may be shared by several folders; who makes it closes it."""

    def __init__(self, settings: InvoiceSettings, reader: TextReader | None = None) -> None:
        self._settings = settings
        self._names = InvoiceNames(settings.name)
        self._own_reader = reader is None
        self._reader = TextReader() if reader is None else reader
        self._lock = Lock()
        self._index: dict[str, tuple[str, ...]] = {}
        self._known: Mapping[str, tuple[str, ...]] = {}
        self._listed: tuple[datetime, opening.Stamp] | None = None
        self._seen: dict[str, dict[str, Look]] = {}
        self._first: dict[str, tuple[Look, datetime]] = {}
        self._changing: set[str] = set()

    def expected(self, order_id: str) -> str:
        """Return the name that an order's invoice is looked for under, as a person may give it."""
        return self._names.expected(order_id)

    def find(self, order_id: str, now: datetime) -> Invoice:
        """Return the order's invoice, why its file is refused, or that there is none. It blocks while it reads."""
        if not ORDER_ID.match(order_id):
            raise ValueError("this is no order number")
        with self._lock:
            found = self._find(order_id, now)
            changing = isinstance(found, Refused) and found.code in {RefusedCode.CHANGING, RefusedCode.UNCHECKED}
            (self._changing.add if changing else self._changing.discard)(order_id)
            return found

    def _find(self, order_id: str, now: datetime) -> Invoice:
        settings = self._settings
        try:
            with opening.folder(settings.folder, settings.subfolder) as fd:
                names = self._named(fd, order_id, now)
                if not names:
                    return Missing(self.expected(order_id))
                if len(names) > 1:
                    return _refused(names[0], RefusedCode.SEVERAL, f"several files fit: {_list(names)}; leave one")
                return self._checked(fd, names[0], order_id, now)
        except (OSError, NotAFile) as error:
            words = error.strerror if isinstance(error, OSError) else str(error)
            return Refused("", RefusedCode.FOLDER, f"the folder {settings.folder} cannot be read: {words}")

    def _named(self, fd: int, order_id: str, now: datetime) -> tuple[str, ...]:
        """
        Return the names that fit; for the same `now` the folder is listed once, unless it says that it changed.

        What it says alone is not enough: two changes within one tick of the file system's clock leave one time.
        """
        listed = (now, opening.stamp(fd))
        if listed != self._listed:
            self._index = self._indexed(opening.names(fd))
            self._listed = listed
        return self._index.get(order_id, ())

    def _indexed(self, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        index: dict[str, list[str]] = {}
        for name, order_ids in self._orders_of(names).items():
            for order_id in order_ids:
                index.setdefault(order_id, []).append(name)
        return {order_id: tuple(sorted(found)) for order_id, found in index.items()}

    def _orders_of(self, names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Return the orders of each name; what a name says is worked out once, while it is there."""
        known = self._known
        fresh = {name: known[name] if name in known else self._names.orders_of(name) for name in names}
        self._known = fresh
        return fresh

    def _checked(self, fd: int, name: str, order_id: str, now: datetime) -> Invoice:
        if len(self._names.orders_of(name)) > 1:
            return _refused(name, RefusedCode.OTHER_ORDER, "its name holds the numbers of two orders")
        try:
            look, content = opening.read(fd, name, self._settings.max_size)
        except FileNotFoundError:
            return Missing(self.expected(order_id))
        except NotAFile as what:
            return _refused(name, RefusedCode.NOT_A_FILE, f"{what}; put the file itself there")
        except OSError as error:
            return _refused(name, RefusedCode.UNREADABLE, f"it cannot be opened: {error.strerror}")
        if look.size > self._settings.max_size:
            largest = self._settings.max_size / 1_000_000
            return _refused(name, RefusedCode.TOO_LARGE, f"it is larger than {largest:g} MB (invoices.max_megabytes)")
        if content is None or not self._settled(order_id, look, now):
            return _refused(name, RefusedCode.CHANGING, "it is still being written")
        return self._judged(name, order_id, content)

    def _settled(self, order_id: str, look: Look, now: datetime) -> bool:
        """
        Return whether the file has been left alone for long enough.

        One with a time to come (another machine's clock, a copy) is settled once it was seen unchanged that long.
        """
        first = self._first.get(order_id)
        if first is None or first[0] != look:
            first = self._first[order_id] = (look, now)
        quiet = self._settings.unchanged_for
        settled = look.is_unchanged_since(now - quiet) or now - first[1] >= quiet
        if settled:
            del self._first[order_id]
        return settled

    def _judged(self, name: str, order_id: str, content: bytes) -> Invoice:
        if MAGIC not in content[:MAGIC_WITHIN]:
            return _refused(name, RefusedCode.NO_PDF, "it is no PDF, whatever its name says")
        numbers = self._reader.numbers(content)
        if refused := _objection(name, order_id, numbers, accept_images=self._settings.image_only == "accept"):
            return refused
        return Found(name, len(content), sha256(content).hexdigest(), content)

    def changed(self) -> frozenset[str]:
        """
        Return the orders whose file is new, changed or gone since the last call; at the first call all that have one.

        An order whose file was still being written when it was asked for is named again until it is not.
        """
        self._reader.rest()
        with self._lock:
            seen = self._look()
            if seen is None:
                return frozenset()
            orders = {order for order in seen.keys() | self._seen.keys() if seen.get(order) != self._seen.get(order)}
            self._seen = seen
            return frozenset(orders | self._changing)

    def _look(self) -> dict[str, dict[str, Look]] | None:
        """Return each order's files; None for a folder that cannot be read now: nothing is known to be gone."""
        seen: dict[str, dict[str, Look]] = {}
        try:
            with opening.folder(self._settings.folder, self._settings.subfolder) as fd:
                for name, order_ids in self._orders_of(opening.names(fd)).items():
                    if not order_ids or (look := opening.look(fd, name)) is None:
                        continue
                    for order_id in order_ids:
                        seen.setdefault(order_id, {})[name] = look
        except (OSError, NotAFile):
            return None
        return seen

    def close(self) -> None:
        """End the process that read the files, where it is this folder's own."""
        if self._own_reader:
            self._reader.close()


def _objection(name: str, order_id: str, numbers: Named | NoText, *, accept_images: bool) -> Refused | None:
    """Return why a file of this content is not the invoice of the order."""
    if isinstance(numbers, NoText):
        code = RefusedCode.UNCHECKED if numbers.passing else RefusedCode.UNREADABLE
        return _refused(name, code, numbers.words)
    if numbers.empty:
        words = "it holds images only, so nothing shows whose it is (invoices.image_only: accept goes by its name)"
        return None if accept_images else _refused(name, RefusedCode.IMAGE_ONLY, words)
    if others := numbers.others(order_id):
        words = f"it names another order: {', '.join(others[:SHOWN])}"
        return _refused(name, RefusedCode.OTHER_ORDER, words)
    if not numbers.has(order_id):
        return _refused(name, RefusedCode.NO_ORDER_NUMBER, "its text does not name the order")
    return None


def _refused(name: str, code: RefusedCode, words: str) -> Refused:
    shown = clean(name, 120)
    return Refused(shown, code, f"{shown}: {words}")


def _list(names: Iterable[str]) -> str:
    shown = [clean(name, 80) for name in names]
    rest = len(shown) - SHOWN
    return ", ".join(shown[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
