"""What somebody looks like, as pages say it: in the units of the desks and the reader's language."""

from pars.record import measures
from pars.record.person import WORDS, Sex
from pars.sharing.projection import Identity
from pars.web.papers.parts import pounds
from pars.web.words import Spoken


def looks(who: Identity, t: Spoken) -> str | None:
    """Sex, height, weight, eyes and hair in words; None when nothing was written down."""
    parts = [
        t(WORDS[Sex][Sex(who.sex)]) if who.sex != Sex.UNKNOWN else "",
        height(who.height_cm, t),
        weight(pounds(who), t),
        f"{t('Eyes').lower()}: {who.eyes}" if who.eyes else "",
        f"{t('Hair').lower()}: {who.hair}" if who.hair else "",
    ]
    return ", ".join(part for part in parts if part) or None


def height(centimeters: int | None, t: Spoken) -> str:
    """In feet and inches, as booking asks for it; empty when it was not written down."""
    if not centimeters:
        return ""
    feet, inches = measures.height(centimeters)
    return f"{feet} {t.of('height', 'ft')} {inches} {t.of('height', 'in')}"


def weight(in_pounds: int | None, t: Spoken) -> str:
    """In pounds; empty when it was not written down."""
    return f"{in_pounds} {t.of('weight', 'lb')}" if in_pounds else ""
