"""`python -m infra.pages.kernels`: run the smallest what-if there is, so that all is compiled."""

import os
from datetime import date
from typing import Final

from dashboards.whatif_files import Knobs, files_of, question_of_files
from twin.whatif.doubt.drawing import doubt
from twin.whatif.engine import run

SMALLEST: Final = Knobs(premises=100, starts=date(2017, 6, 1), ends=date(2018, 2, 1))


def main() -> None:
    """Run it with its doubt, behind everything else that this machine has to do."""
    os.nice(10)
    question = question_of_files(files_of(SMALLEST))
    run(question)
    doubt(question, draws=2)


if __name__ == "__main__":
    main()
