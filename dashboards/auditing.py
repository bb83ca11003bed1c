"""What is done from a page is written down before it is sent, and when it is known how it ended."""

from contextlib import suppress

from msgspec import Struct

from dashboards.ports import PORTS, Access, NotAudited
from dashboards.settings import read_settings


class Deed(Struct, frozen=True):
    """Who does what to which thing: the three words that each of its lines begins with."""

    who: str
    what: str
    of: str

    def begun(self) -> None:
        """Write down that it is about to be sent; NotAudited where it must not be, then."""
        self._note("asked")

    def unsent(self) -> None:
        """Write down that nothing was done; an audit that fails now hides nothing."""
        with suppress(NotAudited):
            self._note("not sent")

    def ended(self, end: str) -> str:
        """Write down how it ended; what is to be said where that fails, else nothing."""
        try:
            self._note(end)
        except NotAudited as error:
            return f" The audit knows that it was sent, and not how it ended: {error}."
        return ""

    def _note(self, end: str) -> None:
        PORTS.audit.note(Access(read_settings().now, self.who, self.what, self.of, end))
