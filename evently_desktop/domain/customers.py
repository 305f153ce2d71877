"""Who buys: a person with a name, and if wanted a way to reach them."""

import re
import unicodedata
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from evently_desktop.domain.ids import UserId
from evently_desktop.errors import BadInput
from evently_desktop.language import tr

_LONGEST_NAME = 255
_LONGEST_PHONE = 40
_PHONE = re.compile(r"\+?[0-9 ()/.-]*")
_FEWEST_DIGITS = 4


@dataclass(frozen=True)
class Customer:
    """A customer as the box office knows them; ``email`` and ``phone`` are "" where they are not known."""

    id: UserId
    name: str
    email: str = ""
    phone: str = ""


def read_customer(customer_id: UserId, name: str, email: str = "", phone: str = "") -> Customer:
    """A customer from what was typed, tidied. Raises `BadInput` naming the field and the remedy."""
    return Customer(customer_id, _read_name(name), _read_email(email), _read_phone(phone))


def _read_name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise BadInput(tr("The name is missing; type the customer's name."))
    if len(name) > _LONGEST_NAME:
        raise BadInput(tr("The name is too long; shorten it to {count} characters.", count=_LONGEST_NAME))
    # Control characters and halves of surrogate pairs.
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in name):
        raise BadInput(tr("The name has a character that cannot be stored; type it again without it."))
    return name


def _read_email(text: str) -> str:
    typed = text.strip()
    if not typed:
        return ""
    try:
        return validate_email(typed, check_deliverability=False).normalized
    except (EmailNotValidError, UnicodeError) as error:
        raise BadInput(
            tr("“{text}” is no e-mail address; it looks like name@example.org.", text=_printable(typed))
        ) from error


def _read_phone(text: str) -> str:
    phone = " ".join(text.split())
    digits = sum(character.isdigit() for character in phone)
    fits = _PHONE.fullmatch(phone) and len(phone) <= _LONGEST_PHONE
    if phone and not (fits and digits >= _FEWEST_DIGITS):
        raise BadInput(tr("“{text}” is no phone number; type it like +43 1 234567.", text=_printable(phone)))
    return phone


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
