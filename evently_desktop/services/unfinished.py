"""Sales that a crash or a lost connection left open: the same sale again, with the same ids, says what became of it."""

from dataclasses import dataclass
from enum import StrEnum

from evently_desktop.database.transactions import Database
from evently_desktop.domain.bookings import Sale
from evently_desktop.domain.money import Money
from evently_desktop.errors import EventlyError, IdReused, Refusal
from evently_desktop.journal import Entry, Intent, Outcome
from evently_desktop.language import tr
from evently_desktop.services import sales


class Finding(StrEnum):
    """What became of a sale; `UNKNOWN` asks to be tried again."""

    SOLD = "sold"
    NOT_SOLD = "not_sold"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Resolution:
    """What to tell the clerk. ``sale`` is there when it was sold; its tickets not printed yet are to be printed now."""

    finding: Finding
    sentence: str
    sale: Sale | None = None


def finish(database: Database, entry: Entry) -> Resolution:
    """Make the sale of a journal's entry, unless it was made or refused already, and note how it ended.

    Money follows the answer: it stays for a sale that is sold, goes back for one that is not, and waits while
    nobody knows. Only the login that began a sale can finish it.
    """
    intent = entry.intent
    if database.url.username != intent.login:
        return _unknown(intent, tr("Only {login} can find out; sign in as {login}.", login=intent.login))
    try:
        sale = database.write(
            sales.complete, intent.event_id, intent.booking_id, intent.tenders, intent.shift_id,
            intent.expected_total, intent.note,
        )  # fmt: skip
    except Refusal as refusal:
        # These two do not say that this very sale was not made.
        if isinstance(refusal, IdReused) or refusal.code == "not_yours":
            return _unknown(intent, str(refusal))
        entry.done(Outcome.NOT_SOLD)
        return Resolution(Finding.NOT_SOLD, _not_sold(intent, refusal))
    except EventlyError as error:
        return _unknown(intent, str(error))
    entry.done(Outcome.SOLD)
    return Resolution(Finding.SOLD, _sold(intent, sale), sale)


def _sold(intent: Intent, sale: Sale) -> str:
    if not sale.tickets:
        return tr("{seats}: sold as {reference}, and given back since; nothing is left to do.",
                  seats=_seats(intent), reference=sale.reference)  # fmt: skip
    return tr("{seats}: sold as {reference} for {total}. Keep the money and print the tickets that are not printed.",
              seats=_seats(intent), reference=sale.reference, total=_shown(sale.total))  # fmt: skip


def _not_sold(intent: Intent, refusal: Refusal) -> str:
    if not intent.tenders:
        return tr("{seats}: not sold. {reason}", seats=_seats(intent), reason=refusal)
    return tr("{seats}: not sold. {reason} If the customer paid {total}, give it back.",
              seats=_seats(intent), reason=refusal, total=_shown(intent.expected_total))  # fmt: skip


def _unknown(intent: Intent, reason: str) -> Resolution:
    sentence = tr("{seats}: nobody knows yet whether this was sold. {reason} Leave the {total} where it is until then.",
                  seats=_seats(intent), reason=reason, total=_shown(intent.expected_total))  # fmt: skip
    return Resolution(Finding.UNKNOWN, sentence)


def _seats(intent: Intent) -> str:
    return ", ".join(intent.seats)


def _shown(amount: Money) -> str:
    return f"{amount.plain('en')} {amount.currency}"
