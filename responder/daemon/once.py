"""
Catching up once: every folder, what is due, what can be sent, and the end.
"""

import structlog

from responder.adapters.imap import Role
from responder.adapters.smtp import Sender
from responder.adapters.store import outages
from responder.daemon.loops import Loops
from responder.errors import ResponderError, TemporaryError
from responder.tasks import (
    account_health,
    ask,
    calendars,
    canary,
    deliver,
    intake,
    report,
    schedule,
    silence,
    troubles,
)
from responder.tasks.receive import closing
from responder.tasks.receive.fault import fault

log = structlog.get_logger()


async def catch_up(loops: Loops) -> None:
    """Catch up with every folder, write what is due, send it, mark what was told, and end."""
    if loops.parts.intake is not None:
        await intake.look(loops.parts.intake, loops.clock.now())
    await _each_folder(loops)
    if loops.parts.intake is not None:
        taken = await intake.turn(loops.store, loops.parts.intake, loops.clock.now())
        loops.troubles.tell("intake", taken.problem)
    now = loops.clock.now()
    await calendars.turn(loops.store, loops.parts.planner, now)
    for account in loops.parts.accounts:
        await loops.store.tx(closing.turn, account.judge, now)
    await loops.store.tx(schedule.turn, loops.parts.operator, now)
    await account_health.turn(loops.store, loops.parts.watch, loops.clock)
    for asker in loops.askers():
        await ask.catch_up(loops.store, asker, loops.clock)
    for _ in range(2):  # its process ends when nothing was read between two calls
        loops.parts.reader.rest()
    await loops.store.tx(canary.turn, loops.parts.canaries, loops.looked_at, now)
    await loops.store.tx(silence.turn, loops.parts.listening, loops.looked_at, now)
    await loops.store.tx(troubles.turn, loops.guard, now)
    await report.write_due(loops.store, loops.parts.reporter, loops.parts.started_at, now)
    # The operator's account last: what goes wrong in another one puts an alert there.
    for account in (*loops.parts.accounts[1:], loops.parts.accounts[0]):
        turns = await deliver.catch_up(loops.store, Sender(account.smtp), loops.delivering(account), loops.clock)
        spoken = [turn for turn in turns if turn.spoke]
        if spoken:  # with nothing to send nobody knows
            loops.troubles.tell(f"deliver:{account.name}", spoken[-1].fault)
    await _each_folder(loops)
    if loops.hearing.beating is not None:
        await loops.hearing.beating.once()
    await loops.troubles.write()
    await loops.store.tx(outages.beat, loops.clock.now())
    if wrong := loops.troubles.words():
        raise TemporaryError("; ".join(wrong))


async def _each_folder(loops: Loops) -> None:
    for account in loops.parts.accounts:
        for settings in account.folders:
            part = f"folder:{account.name}:{settings.role}"
            try:
                await loops.folder(account, settings).once()
            except (ResponderError, OSError) as error:
                log.warning("the mailbox cannot be reached", account=account.name, error=str(error))
                loops.looked.heard(account.name, settings.role, str(error))
                loops.looked.turned(account.name, settings.role)
                if settings.role is Role.INBOX:
                    loops.hearing.lost(account.name)
                loops.troubles.tell(part, fault(error))
