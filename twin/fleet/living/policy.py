"""The switches of the programme: which option of the consultation, which PIN intervention."""

from msgspec import Struct

from twin.vocabulary import PinIntervention, ProgrammeOption


class Policy(Struct, frozen=True):
    """What is decided for the whole fleet (paragraphs 19 to 26; question Q9).

    The default is the consultation's own proposal: option 3, and no further intervention.
    """

    option: ProgrammeOption = ProgrammeOption.EXISTING_ZIGBEE
    intervention: PinIntervention = PinIntervention.NONE


PROPOSED = Policy()
"""Option 3, without an intervention on the Privacy PIN."""
