"""Reading GBCS messages: octets in, a message with its payload or a named refusal out.

`message.read_message` reads one, `hex_text.messages_in` finds them in hexadecimal text and
`facts.facts_of` says what they mean. Pure functions; signatures and MACs are not verified.
"""
