"""What-if: a whole programme in seconds, before anybody touches a meter.

`scenario` is the question, `reading` takes it from a file, `engine.run` answers it exactly,
`outcome` is the answer, `shelf` keeps it. Everything here is simulated: nothing of it reaches the
fact topics or the lake (an import contract and a test prove it).
"""
