"""What may be cited: the paragraphs, pages and annexes of URN 15D/536, and other publications."""

import re
from typing import Final

PARAGRAPHS: Final = range(1, 43)
PAGES: Final = range(1, 23)
ANNEXES: Final = ("A", "B", "C", "D")
QUESTIONS: Final = range(1, 11)
CONDITIONS: Final = ("40.1", "34.1", "40.4", "34.4", "49.4(d)", "43.4(d)")
CLAUSES_OF_SEC: Final = ("F1.2(a)", "F1.4(f)", "F1.4(g)", "F1.4(i)", "F1.4(j)", "F1.6")
PUBLICATIONS: Final = frozenset(
    {
        "AS302P manual",
        "Central Products List",
        "DUIS",
        "E470 manual",
        "GBCS",
        "MP102",
        "MP105",
        "RTDS",
        "SEC objectives",
        "SECMP0007",
        "SECMP0015",
        "SiLabs",
        "ZigBee",
        "event sourcing",
        "request matrix",
    }
)
"""Publications beside the source, and the one practice that BR41 rests on."""

_FORMS: Final = (
    (re.compile(r"§([0-9]+)"), [str(number) for number in PARAGRAPHS]),
    (re.compile(r"page ([0-9]+)"), [str(number) for number in PAGES]),
    (re.compile(r"Annex ([A-Z])"), list(ANNEXES)),
    (re.compile(r"Q([0-9]+)"), [str(number) for number in QUESTIONS]),
    (re.compile(r"licence condition (\S+)"), list(CONDITIONS)),
    (re.compile(r"SEC (F\S+)"), list(CLAUSES_OF_SEC)),
)


def is_citable(citation: str) -> bool:
    """Whether a citation names something that exists in the source or a known publication."""
    for form, names in _FORMS:
        matched = form.fullmatch(citation)
        if matched is not None:
            return matched[1] in names
    return citation in PUBLICATIONS


def paragraphs_mentioned(text: str) -> set[int]:
    """Numbers of paragraphs that a text cites, as "paragraph 3", "paragraphs 5 to 7" or "¶24"."""
    found = set()
    number = r"[0-9]+(?:(?:,| and| to|-) ?[0-9]+)*"
    for matched in re.finditer(rf"(?:paragraphs? |¶|§)({number})", text):
        found |= {int(digits) for digits in re.findall(r"[0-9]+", matched[1])}
    return found


def rules_mentioned(text: str) -> set[str]:
    """Ids of rules that a text names, as BR07."""
    return set(re.findall(r"\bBR[0-9]+\b", text))
