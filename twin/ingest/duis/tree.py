"""From octets to nested names and values, by a parser that reads nothing but the octets.

lxml parses, told to load no DTD, no entity from outside and nothing from a network. A document
type stops it where it begins, so no entity is ever declared; were one, lxml bounds how it may
grow. What may not go on is dropped here, as the parser comes by (D32).
"""

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree
from msgspec import UNSET, Struct
from msgspec.structs import replace

from twin.ingest.duis import names
from twin.ingest.duis.elements import ATTRIBUTES, KINDS, REPEATED, Kind
from twin.ingest.duis.folds import FOLDS, Node
from twin.ingest.duis.refusals import Cause, Refusal, Unfit


class Limits(Struct, frozen=True):
    """How large a document may be: octets, depth, and number of elements.

    The largest legal document is an 11.1 with 10,240,000 octets of image and 50,000 devices:
    14.9 million octets, within 16 MiB; no legal document has a tenth of the elements.
    """

    octets: int = 16 * 1024 * 1024
    depth: int = 32
    elements: int = 20_000


DEFAULT_LIMITS: Final = Limits()
PIECE: Final = 64 * 1024
"""Octets that the parser gets at a time, so that a refusal stops it soon."""
_ENCODING: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']"
)
_VERSION: Final = re.compile(r"[0-9]\.[0-9]{1,2}")
_UTF_8: Final = frozenset({b"UTF-8", b"UTF8", b"US-ASCII", b"ASCII"})
_ENDS_EARLY: Final = "the document ends before its root element does"
_OTHER_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
"""Byte order marks of UTF-16; those of UTF-32 begin with one of them or with a NUL."""


class Parsed(Struct, frozen=True):
    """A root element: name, version of its schema, what it holds, names of what has no form."""

    name: str
    schema_version: str
    node: Node
    unread: tuple[str, ...]


def parse(octets: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Parsed | Refusal:
    """The root of a document, or why there is none.

    Checks, in order: size, emptiness, NUL, encoding; then well-formedness, document type,
    entities, depth, number and names of elements as they come.
    """
    if (refused := _refused_unread(octets, limits)) is not None:
        return refused
    try:
        return _parsed(octets, _Builder(limits))
    finally:
        # lxml keeps the parser's complaints, which quote the document, for whoever asks later
        etree.clear_error_log()


def _parsed(octets: bytes, builder: "_Builder") -> Parsed | Refusal:
    parser = etree.XMLParser(
        target=builder,
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
    )
    try:
        for start in range(0, len(octets), PIECE):
            parser.feed(octets[start : start + PIECE])
    except Unfit as unfit:
        return unfit.refusal
    except etree.XMLSyntaxError as error:
        return _not_well_formed(error, ended=builder.ended)
    return _closed(parser, builder)


def _closed(parser: etree.XMLParser, builder: "_Builder") -> Parsed | Refusal:
    """The root at the end of the octets; a tag that was cut off may be heard as another one."""
    try:
        parser.close()
    except Unfit:
        return Refusal(Cause.TRUNCATED, _ENDS_EARLY)
    except etree.XMLSyntaxError as error:
        if error.code == _ERRORS.ERR_DOCUMENT_EMPTY:
            return _not_well_formed(error, ended=False)
        return Refusal(Cause.TRUNCATED, _ENDS_EARLY, line=error.lineno or 0)
    return builder.parsed()


def _refused_unread(octets: bytes, limits: Limits) -> Refusal | None:
    if len(octets) > limits.octets:
        return Refusal(Cause.TOO_LARGE, f"the document has more than {limits.octets:,} octets")
    if not octets or octets.isspace():
        return Refusal(Cause.EMPTY, "the document is empty")
    if octets.startswith(_OTHER_MARKS):
        return Refusal(Cause.ENCODING, "the document is not in UTF-8")
    if b"\0" in octets:
        return Refusal(Cause.NUL_BYTE, "the document has an octet of zero")
    declared = _ENCODING.match(octets)
    if declared is not None and declared[1].upper() not in _UTF_8:
        return Refusal(Cause.ENCODING, "the document declares another encoding than UTF-8")
    return None


def _not_well_formed(error: etree.XMLSyntaxError, *, ended: bool) -> Refusal:
    """The parser's own words quote the document, so its number is turned into ours."""
    line = error.lineno or 0
    if error.code in _BAD_OCTETS:
        return Refusal(Cause.ENCODING, "the document is not in UTF-8", line=line)
    if error.code in _ENTITIES:
        return Refusal(Cause.ENTITY, "the document refers to an entity", line=line)
    if ended:
        return Refusal(Cause.TRAILING, "something follows the root element", line=line)
    return Refusal(Cause.MALFORMED, f"the document is no XML (error {error.code})", line=line)


_ERRORS: Final = etree.ErrorTypes
_BAD_OCTETS: Final = {_ERRORS.ERR_INVALID_ENCODING, _ERRORS.ERR_INVALID_CHAR}
_ENTITIES: Final = {_ERRORS.ERR_UNDECLARED_ENTITY, _ERRORS.WAR_UNDECLARED_ENTITY}


class _Builder:
    """Hears the parser; keeps what is known, forgets the rest at once."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._elements = 0
        self._skipped = 0
        self._open: list[tuple[str, Node]] = []
        self._leaf: list[str] | None = None
        self._unread: list[str] = []
        self._root = Parsed("", "", {}, ())
        self.ended = False

    def doctype(self, *_: str | None) -> None:
        """A document type begins: nothing of it is looked at."""
        raise Unfit(Cause.DTD, "the document has a document type")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self._elements += 1
        if self._elements > self._limits.elements:
            why = f"the document has more than {self._limits.elements:,} elements"
            raise Unfit(Cause.TOO_MANY_ELEMENTS, why)
        if len(self._open) + self._skipped >= self._limits.depth:
            why = f"the document is deeper than {self._limits.depth} elements"
            raise Unfit(Cause.TOO_DEEP, why)
        if self._skipped:
            self._skipped += 1
            return
        space, _, name = tag.rpartition("}")
        if space[1:] == names.SIGNATURE and self._open and self._leaf is None:
            self._skipped = 1
            return
        self._begin(space[1:], name, attributes)

    def _begin(self, space: str, name: str, attributes: Mapping[str, str]) -> None:
        if not self._open:
            self._begin_root(space, name, attributes.get("schemaVersion", ""))
        above = self._open[-1][0] if self._open else ""
        kind = KINDS.get(name)
        if kind is None or space not in {names.DUIS, names.MMC} or self._leaf is not None:
            raise Unfit(Cause.UNKNOWN_ELEMENT, f"{above} has an element not known here", above)
        if kind is Kind.FORGOTTEN:
            self._skipped = 1
            return
        if kind is Kind.NAME_ONLY:
            self._keep(name, {})
            self._skipped = 1
            return
        if kind is not Kind.BRANCH:
            self._leaf = []
        held: Node = {f"@{key}": attributes[key] for key in attributes if key in ATTRIBUTES}
        self._open.append((name, held))

    def _begin_root(self, space: str, name: str, version: str) -> None:
        if (space, name) not in ROOTS:
            raise Unfit(Cause.NOT_DUIS, "the root element is none of DUIS or MMC")
        if not _VERSION.fullmatch(version):
            raise Unfit(Cause.VALUE, "schemaVersion is no version", "schemaVersion")
        self._root = Parsed(name, version, {}, ())

    def data(self, text: str) -> None:
        """Text, in pieces: kept for a leaf that is kept, else there is none but blanks."""
        if self._skipped:
            return
        if self._leaf is not None:
            self._leaf.append(text)
        elif not text.isspace():
            above = self._open[-1][0]
            raise Unfit(Cause.STRAY_TEXT, f"{above} holds text between its elements", above)

    def end(self, _: str) -> None:
        """An element ends: a leaf becomes a value, a branch what stands for it."""
        if self._skipped:
            self._skipped -= 1
            return
        name, held = self._open.pop()
        if self._leaf is not None:
            value = self._value(name, "".join(self._leaf).strip())
            self._leaf = None
        else:
            value = FOLDS[name](name, held, self._unread) if name in FOLDS else held
        if not self._open:
            self._root = replace(self._root, node=held, unread=tuple(self._unread))
            self.ended = True
        elif value is UNSET:
            self._unread.append(name)
        else:
            self._keep(name, value)

    def _value(self, name: str, text: str) -> object:
        convert = KINDS[name]
        assert not isinstance(convert, Kind)  # only a leaf has text
        return convert(name, text)

    def _keep(self, name: str, value: object) -> None:
        above, held = self._open[-1]
        if name in REPEATED:
            several = held.setdefault(name, [])
            assert isinstance(several, list)  # no other element has this name
            several.append(value)
        elif name in held:
            raise Unfit(Cause.REPEATED, f"{above} has {name} more than once", name)
        else:
            held[name] = value

    def close(self) -> None:
        """The parser has heard everything."""

    def parsed(self) -> Parsed:
        """The root with all that was kept."""
        return self._root


ROOTS: Final = {(names.DUIS, "Request"), (names.DUIS, "Response"), (names.MMC, "GBCSResponse")}
