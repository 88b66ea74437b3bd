"""
What one account decides with: its words, its calendar, its templates, its limits.

Built once from the configuration and never changed; every decision about a mail is a function of the mail, this, the
stored state and one `now`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from responder.adapters.store.meta import Instance
from responder.adapters.templates import Template
from responder.core.acknowledge import AcknowledgePolicy
from responder.core.amazon import Catalogue
from responder.core.calendars import Calendar
from responder.core.classify import Classified, OwnAddresses, classify
from responder.core.deadlines import AnswerPolicy
from responder.core.detecting import Detector
from responder.core.dkim import DkimResult
from responder.core.message import Message
from responder.core.obeyed import Obeys
from responder.core.policy import Rules
from responder.core.waking import Waking


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Everything a decision of one account rests on, besides the mail and the stored state."""

    account: str
    catalogue: Catalogue
    own: OwnAddresses  # of all accounts: nothing from these is a buyer's
    mine: OwnAddresses  # of this account: who is answered wrote to one of these
    authserv_id: str | None
    calendar: Calendar
    answer: AnswerPolicy
    acknowledge: AcknowledgePolicy
    template: Template
    rules: Rules
    instance: Instance
    seller_name: str
    from_name: str
    from_address: str
    first_start_at: datetime
    warn_before: tuple[timedelta, ...]
    waking: Waking | None  # when a warning may come; None: at any time
    bcc: str | None = None  # where blind copies of a person's answers arrive
    detector: Detector | None = None  # guesses the language of a buyer's words; None: the marketplace decides
    no_response_keyword: str | None = None  # set on a buyer's message by a person: it needs no answer
    notice_keyword: str | None = None  # set by us on every notice that is tracked
    operator: str = ""  # whose mails with a link of the digest are obeyed
    obeys_links: bool = True
    accounts: tuple[str, ...] = ()  # all of them: who is never written to again is so in each

    def understand(self, message: Message, dkim: DkimResult | None = None) -> Classified:
        """Return what a mail is; `dkim` is what checking its signature gave, where that was done."""
        return classify(message, self.catalogue, self.own, self.authserv_id, dkim)

    @property
    def obeys(self) -> Obeys:
        """Whose mail with a link of the digest is obeyed."""
        return Obeys(operator=self.operator, authserv_id=self.authserv_id, switched_on=self.obeys_links)

    @property
    def domain(self) -> str:
        """The domain our Message-IDs are made under."""
        return self.from_address.rpartition("@")[2]
