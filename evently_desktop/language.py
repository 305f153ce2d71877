"""The one door for text that a person reads.

Texts are written in English in the code and looked up in the gettext catalogue of the chosen language.
Values are put in after the look-up, so a sentence can change its word order: ``tr("{seat} is sold.",
seat=name)``. Never pass an f-string: it could not be found in any catalogue.
"""

import gettext
from pathlib import Path

_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def use(language: str, folder: Path) -> None:
    """Take the texts of ``language`` from the compiled catalogues in ``folder``; English where one is missing."""
    global _catalogue  # noqa: PLW0603 - the one piece of state that text has
    _catalogue = gettext.translation("evently", folder, [language], fallback=True)


def tr(text: str, /, **values: object) -> str:
    """The text in the chosen language, with ``{name}`` replaced by the values."""
    return _catalogue.gettext(text).format(**values) if values else _catalogue.gettext(text)


def trn(one: str, many: str, count: int, /, **values: object) -> str:
    """As `tr`, for a text that counts: ``trn("{count} seat", "{count} seats", 3)``."""
    return _catalogue.ngettext(one, many, count).format(count=count, **values)
