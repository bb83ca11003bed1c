"""How numbers and headings are written, in packs, reports and on pages alike."""


def percent(part: int, whole: int) -> str:
    """A share in percent, `62.7%`; `whole` is not 0."""
    return f"{100 * part / whole:.1f}%"


def capital(text: str) -> str:
    """With a capital at its beginning; the rest stays as it is, so that CADs stay CADs."""
    return text[:1].upper() + text[1:]
