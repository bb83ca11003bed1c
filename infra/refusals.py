"""Every refusal that a command may meet: one sentence and exit status 1, never a traceback."""

from typing import Final

from kafka.errors import KafkaError

from infra.broker import BrokerUnavailable
from infra.run.equipment import PlanRefused
from infra.run.history import HomeRefused
from infra.run.message_files import NoFiles
from infra.run.sharing import ShareLost
from infra.run.snapshot import LakeBehind
from infra.run.supervisor import ProcessLost, RunsAlready
from infra.run.table_beside import NoTableBeside
from infra.spark.session import SparkUnavailable
from streams.archiver import LogTruncated
from streams.lines import LinesUnreadable
from streams.memory import DecisionsLost
from streams.refilling import LakeNotWhole
from streams.topics import BrokerUnreachable, TopicDrift
from twin.bulk.refusals import OldTable
from twin.evidence.refusals import CannotWrite, NoDocument, NoReview, NothingThere
from twin.fleet.numbers.assumptions import BadAssumption
from twin.generate.shelf import Unwritable
from twin.lake.basis import BasisRefused
from twin.lake.commits import Torn
from twin.lake.compact import CannotSort
from twin.lake.lookup import LakeUnreadable
from twin.lake.table import Fenced
from twin.marts.beside import NothingBeside
from twin.state.step import ParkedQueueOverflow
from twin.whatif.refusals import (
    BadPrior,
    BadSearch,
    BeyondCohorts,
    NotComparable,
    NotKept,
    ScenarioRefused,
)


class NotFound(RuntimeError):
    """What was asked for is not there; the sentence says what."""


class CommandRefused(RuntimeError):
    """A command was refused, or got no answer; the sentence says why."""


class DoesNotHold(RuntimeError):
    """A check that was asked for does not hold; the sentence says what (exit status 3)."""


REFUSALS: Final[tuple[type[Exception], ...]] = (
    BadAssumption,
    BadPrior,
    BadSearch,
    BasisRefused,
    BeyondCohorts,
    BrokerUnavailable,
    BrokerUnreachable,
    CannotSort,
    CannotWrite,
    CommandRefused,
    DecisionsLost,
    Fenced,
    HomeRefused,
    KafkaError,
    LakeBehind,
    LakeNotWhole,
    LakeUnreadable,
    LinesUnreadable,
    LogTruncated,
    NoDocument,
    NoFiles,
    NoReview,
    NoTableBeside,
    NotComparable,
    NotFound,
    NotKept,
    NothingBeside,
    NothingThere,
    OldTable,
    ParkedQueueOverflow,
    PlanRefused,
    ProcessLost,
    RunsAlready,
    ScenarioRefused,
    ShareLost,
    SparkUnavailable,
    TopicDrift,
    Torn,
    Unwritable,
)
