"""Two thousand spoilt documents: each is read or refused by name, none raises, hangs or swells.

DUIS_MUTATIONS asks for another number of them, DUIS_SEED for another seed.
"""

import os
import re
import time
import tracemalloc
from collections import Counter

import pytest

from tests.ingest.duis.duis_corpus import DOCUMENTS
from tests.ingest.duis.duis_mutations import mutated
from tests.ingest.timing import quickest
from twin.ingest.duis.facts import facts_of
from twin.ingest.duis.reading import read_document
from twin.ingest.duis.refusals import Refusal

NUMBER = int(os.environ.get("DUIS_MUTATIONS", "2000"))
SEED = int(os.environ.get("DUIS_SEED", str(time.time_ns() % 10**9)))
SENTENCE = re.compile(r"[\w ,.'():-]+")
SLOW_S = 0.1
"""No document may take longer; a slow one is read again, since others use the machine as well."""


@pytest.mark.parametrize("number", [NUMBER, pytest.param(20_000, marks=pytest.mark.faults)])
def test_spoilt_documents_are_read_or_refused_by_name(number):
    print(f"{number} mutations, DUIS_SEED={SEED}")
    causes: Counter[str] = Counter()
    sources = list(DOCUMENTS.values())
    tracemalloc.start()
    for octets in mutated(sources, number=number, seed=SEED):
        began = time.process_time()
        found = read_document(octets)
        took = time.process_time() - began
        assert took < SLOW_S or quickest(read_document, octets) < SLOW_S, octets
        if isinstance(found, Refusal):
            causes[found.cause] += 1
            assert SENTENCE.fullmatch(found.why), (found, octets)
        else:
            causes["read"] += 1
            assert facts_of(found), octets
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(dict(causes), f"{most:,} octets at most")
    assert most < 16 * 1024 * 1024
    assert len(causes) > 10, causes
    assert 0.02 * number < causes["read"] < 0.9 * number, causes


def test_the_same_seed_spoils_in_the_same_way():
    sources = list(DOCUMENTS.values())
    first, again, other = (list(mutated(sources, number=9, seed=seed)) for seed in (1, 1, 2))
    assert first == again != other
