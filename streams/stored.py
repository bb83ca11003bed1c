"""Names that a worker's states bear, on its disk and on the log; readers need no Faust for them."""

from typing import Final

APP_ID: Final = "fleet-twin"
PREMISES_TABLE: Final = "premises"
ORDERS_KEY: Final = b"!orders"
"""Key beside the premises under which a partition keeps the last tick it carried out."""
