"""What every refusal is: one clear sentence for who asked. A bug is any other exception."""


class Refusal(Exception):
    """Something that was asked for cannot be done; the text is one sentence that says why.

    A command that meets one prints it and ends with status 1, so it can be told apart from a bug
    without knowing the room that it comes from. A room's own refusals inherit this one.
    """
