"""`/han-review`: the pack of the command, its figures, and requests that are asked and answered."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import access
from dashboards.bases import records_of
from dashboards.headlines.requests import inquired, open_in_words, overdue_in_words
from dashboards.headlines.review import recommended, what_was_found, who_answered
from dashboards.making import MAKING, OwnMaker
from dashboards.ports import PORTS, Role
from dashboards.queries import read_set
from dashboards.request_parts import _obstacle, put
from dashboards.reviews import is_whole, pack, periods, requests_of, reviewed, span
from dashboards.settings import HOME
from tests.dashboards.addressed import opened_at
from tests.dashboards.opening import APP
from tests.dashboards.paper_ports import PaperAudit, PaperInquiries
from tests.dashboards.test_page_evidence import _publish_nothing
from tests.evidence.sample_lake import all_of, lake_of
from tests.infra.command_line import twin
from tests.marts import naive, sample
from twin.events.envelope import encode, new_event
from twin.events.oversight import PROGRAMME_ID, InformationRequested
from twin.evidence.review.period import period_of
from twin.lake.basis import Bases
from twin.lake.rows import Logged
from twin.marts.publish import current_set
from twin.rules.information import Ask, Decided, Inquiry, Provide, Requested
from twin.state.legality import breach_of
from twin.vocabulary import InformationSubject

TITLE = "What do we hand to the SEC Panel and Ofgem?"
ASKED = InformationRequested(
    str(UUID(int=1)), "S01", InformationSubject.DUTY_CYCLE, date(2017, 10, 30)
)


@pytest.fixture(scope="module")
def own_home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample home with a basis that is named."""
    home = tmp_path_factory.mktemp("own") / "home"
    copytree(sample_home, home)
    # the set names its files; beside them stands the lake that a basis is read from
    lake = lake_of(home, sample.sample_records(120))
    Bases(home / "lake" / "bases").name(all_of(lake), "issue 1", now=datetime.now(UTC))
    return home


def texts(app: AppTest) -> str:
    return " ".join(one.value for one in app.markdown)


@pytest.mark.usefixtures("pages")
def test_the_page_shows_the_review_of_the_newest_quarter_beside_another(sample_home):
    published = read_set(current_set(sample_home))
    files, basis = records_of(published, sample_home, None)
    newest, *others = periods(span(files, basis))
    found = reviewed(files, basis, newest)

    app = opened_at("han_review", against=others[0], period=newest)

    assert app.title[0].value == TITLE
    assert app.header[0].value == what_was_found(found.findings, newest)
    events = [
        e
        for e in sample.sample_events(120)
        if e.occurred_at < period_of(newest).end_moment and breach_of(event=e, fact=e.fact) is None
    ]
    held = sum(n for (standing, *_), n in naive.pin_counts(events).items() if standing == "set")
    _, day = list(naive.progress(events, until=period_of(newest).ends))[-1]
    cards = {one.label: one for one in app.metric}
    assert len(cards) == 4
    share = f"{100 * held / day['installed']:.1f}".removesuffix(".0")
    assert cards["Privacy PIN set"].value == f"{share}%"
    assert others[0] in cards["Privacy PIN set"].delta
    told = {frame.proto.alt: frame.value for frame in app.dataframe}
    assert len(told["Findings"]) == len(found.findings)
    assert list(told["Findings"]["SEC objective"]) == [one.objective for one in found.findings]
    assert len(told[f"Key figures of {others[0]} beside {newest}, and whether they got better"])
    assert {table.title for table in found.document.tables()} - set(told) <= {
        table.title for table in found.document.tables() if not table.rows
    } | {"Limits of the findings"}
    assert found.document.foot in texts(app)
    assert all(chart.proto.alt for chart in app.get("vega_lite_chart"))
    assert not app.warning


@pytest.mark.usefixtures("pages")
def test_a_pack_of_a_named_basis_is_that_of_the_command_byte_for_byte(own_home, tmp_path):
    published = read_set(current_set(own_home))
    files, basis = records_of(published, own_home, "issue 1")
    made = pack(reviewed(files, basis, "2017-Q3"))

    done = twin(
        *("evidence", "han-review", "--period", "2017-Q3", "--known", "issue 1"),
        *("--home", own_home, "--out", tmp_path / "pack"),
    )

    assert done.status == 0, done
    written = {file.name: file.read_bytes() for file in (tmp_path / "pack").iterdir()}
    assert {"han-review.html", "han-review.pdf", "findings.csv"} <= set(made)
    assert set(made) == set(written)
    assert [name for name in made if made[name] != written[name]] == []


def arrived(monkeypatch, first: Path, home: Path, **query: str) -> AppTest:
    """The page of a home, come to from the front page of another one, which offers no basis."""
    monkeypatch.setenv(HOME, str(first))
    app = AppTest.from_file(APP, default_timeout=30).run()
    monkeypatch.setenv(HOME, str(home))
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page("app_pages/han_review.py").run()
    assert not app.exception, [one.value for one in app.exception]
    return app


@pytest.mark.usefixtures("pages")
def test_what_the_address_asks_in_vain_is_left_out_with_a_sentence(
    sample_home, own_home, monkeypatch
):
    gone = arrived(monkeypatch, sample_home, own_home, period="2031-Q1", against="x", known="gone")
    said = " ".join(one.value for one in gone.warning)
    assert "period=2031-Q1 was left out of the address" in said
    assert "against=x was left out" in said
    assert "No basis is named 'gone' (any more)" in said
    assert gone.header
    named = arrived(monkeypatch, sample_home, own_home, period="2017-Q3", known="issue 1")
    assert '"issue 1"' in texts(named)
    assert not named.warning


@pytest.mark.usefixtures("pages")
def test_a_set_without_events_and_files_that_are_gone_are_said(own_home, monkeypatch, tmp_path):
    _publish_nothing(tmp_path, "none")
    monkeypatch.setenv(HOME, str(tmp_path))
    app = opened_at("han_review")
    assert "there is nothing to review" in texts(app)
    assert not app.metric
    monkeypatch.setenv(HOME, str(own_home))
    monkeypatch.setattr("dashboards.reviews.span_of", _unreadable)
    monkeypatch.setattr(MAKING, "one", OwnMaker())  # what was made of a set is still told
    app = opened_at("han_review")
    assert "cannot be read. Other pages still work" in app.error[0].value


def _unreadable(*_: object, **__: object) -> None:
    raise OSError("gone")


def test_the_sentences_say_what_was_found_and_who_answered(own_home):
    files, basis = records_of(read_set(current_set(own_home)), own_home, None)
    found = reviewed(files, basis, "2017-Q3").findings
    asking = [one for one in found if one.asks_for_change]
    calm = [one for one in found if one.asks_for_change is False]
    assert asking
    assert what_was_found(asking, "Q").startswith(f"{len(asking)} of {len(asking)} findings of Q")
    assert what_was_found(calm, "Q") == f"None of {len(calm)} findings of Q asks for a change"
    told = list(recommended(found))
    assert len(told) == len(asking)
    assert all(one.proposal in text for one, text in zip(asking, told, strict=True))
    assert all("To SEC Panel and Ofgem, for C1.1(" in text for text in told)
    assert who_answered(0, 0, 0, "Q") == "No party was asked for information in Q."
    assert who_answered(3, 1, 2, "Q") == (
        "1 of 3 requests of Q was answered; 2 late or not at all."
    )
    ends = period_of("2017-Q3").end_moment
    assert is_whole(period_of("2017-Q3"), ends - timedelta(hours=1))
    assert not is_whole(period_of("2017-Q3"), ends - timedelta(days=2))


def said(app: AppTest) -> str:
    return " ".join(one.value for one in app.info)


def form_of(app: AppTest, label: str) -> Any:
    return next(one for one in app.button if one.label == label)


@pytest.fixture
def inquiries(monkeypatch, sample_home) -> PaperInquiries:
    known = requests_of(read_set(current_set(sample_home)), sample_home)
    found = PaperInquiries(known, on=sample.AS_AT.date())
    monkeypatch.setattr(PORTS, "inquiries", found)
    return found


@pytest.mark.usefixtures("pages")
def test_a_party_is_asked_and_an_answer_noted_each_with_its_audit(inquiries):
    app = opened_at("han_review")
    boxes = {one.label: one for one in app.selectbox}
    (waiting,) = [name for name, one in inquiries.known.items() if one.answered is None][:1]
    boxes["Party"].select("S06")
    boxes["Subject"].select(InformationSubject.USE_OF_868)
    form_of(app, "Ask").click().run()
    assert not app.exception
    assert app.info[0].value.startswith("Asking S06 for use of 868 MHz: done; S06 is asked")
    boxes = {one.label: one for one in app.selectbox}
    boxes["Request"].select(waiting)
    form_of(app, "Note the answer").click().run()
    assert app.info[0].value.startswith(f"Answer to request {waiting}: done; ")
    asked, noted = inquiries.decided
    assert (asked.answer, noted.answer) == ("ACCEPTED", "ACCEPTED")
    told = [(one.what, one.end.split()[0]) for one in PORTS.audit.accesses]
    assert told == [
        ("request for information", "asked"),
        ("request for information", "ACCEPTED"),
        ("answer to a request", "asked"),
        ("answer to a request", "ACCEPTED"),
    ]
    form_of(app, "Ask").click().run()
    assert app.warning[-1].value == "Choose a party, a subject and a due day."


@pytest.mark.usefixtures("pages")
def test_what_is_being_filled_in_outlives_a_newer_set(inquiries, monkeypatch, tmp_path):
    monkeypatch.setenv(HOME, str(tmp_path))
    sample.sample_home(tmp_path, premises=12, set_id="first")
    app = opened_at("han_review")
    boxes = {one.label: one for one in app.selectbox}
    boxes["Party"].select("S02")
    boxes["Subject"].select(InformationSubject.USE_OF_868)
    app.date_input[0].set_value(date(2018, 2, 3))

    sample.sample_home(tmp_path, premises=12, set_id="second", more=[_newly_asked()])
    form_of(app, "Ask").click().run()

    assert "A newer set is published" in said(app)
    assert "Asking S02 for use of 868 MHz: done; S02 is asked, and has until 2018-02-03" in said(
        app
    )
    boxes = {one.label: one for one in app.selectbox}
    assert "S09" in boxes["Party"].options
    assert boxes["Party"].value is None
    boxes["Party"].select("S03")
    boxes["Subject"].select(InformationSubject.DUTY_CYCLE)
    form_of(app, "Ask").click().run()
    first, second = inquiries.decided
    assert second.fact.party == "S03"
    assert first.fact.request_id != second.fact.request_id


def _newly_asked() -> Logged:
    """A party that no set knew of is asked, so that who may be asked and who waits has changed."""
    event = new_event(
        fact=InformationRequested(
            str(UUID(int=3)), "S09", InformationSubject.DUTY_CYCLE, date(2017, 11, 30)
        ),
        source=f"urn:gb:operator:{PROGRAMME_ID}",
        sequence=99,
        key=PROGRAMME_ID,
        occurred_at=sample.AS_AT + timedelta(days=3),
        provenance="twin",
    )
    at = sample.PUBLISHED_AT
    return Logged("programme.events", 0, 0, 999, event.key.encode(), encode(event), at)


@pytest.mark.usefixtures("pages")
def test_each_form_is_for_its_role(inquiries, monkeypatch):
    monkeypatch.setattr(access, "role", lambda wanted: wanted is Role.OPERATIONS)
    app = opened_at("han_review")
    assert form_of(app, "Ask").disabled
    assert not form_of(app, "Note the answer").disabled
    assert "asking a party needs the role programme" in texts(app)
    for role in Role:
        monkeypatch.setattr(access, "role", lambda wanted, role=role: wanted is role)
        assert (_obstacle(Role.PROGRAMME, "asking") is None) is (role is Role.PROGRAMME)
    inquiries.hindered = "no Kafka answers at 127.0.0.1:1"
    monkeypatch.setattr(access, "role", lambda _: True)
    assert "no Kafka answers" in (_obstacle(Role.PROGRAMME, "asking") or "")


def test_refusals_conflicts_and_obstacles_are_sentences(monkeypatch):
    held = Requested(ASKED, date(2017, 10, 2))
    paper, audit = PaperInquiries({ASKED.request_id: held}, on=date(2017, 11, 4)), PaperAudit()
    monkeypatch.setattr(PORTS, "inquiries", paper)
    monkeypatch.setattr(PORTS, "audit", audit)
    monkeypatch.setattr(access, "viewer", lambda: access.EVERYBODY)
    monkeypatch.setattr(access, "require", lambda *_, **__: access.EVERYBODY)
    again = Ask(
        request_id=str(UUID(int=2)), party="S01", subject=ASKED.subject, due=date(2017, 12, 1)
    )
    assert put(again, needs=Role.PROGRAMME).said == (
        "Asking S01 for duty cycle: not done, S01 is asked for it already, on 2017-10-02, and has "
        "until 2017-10-30. Somebody was quicker; look again."
    )
    nobody = Provide(request_id=str(UUID(int=9)))
    assert put(nobody, needs=Role.OPERATIONS).said.endswith("refused, no request has that id.")
    paper.hindered = "no Kafka answers"
    assert put(again, needs=Role.PROGRAMME).said.endswith(
        "nothing was put on the log: no Kafka answers."
    )
    assert audit.accesses[-1].end == "not sent"
    audit.refuses = True
    paper.hindered = None
    count = len(paper.decided)
    assert "not sent, the audit cannot be written" in put(again, needs=Role.PROGRAMME).said
    assert not put(again, needs=Role.PROGRAMME).decided
    assert len(paper.decided) == count
    assert inquired(again, Decided("NOOP", "it is so")) == "Asking S01 for duty cycle: it is so."
    assert open_in_words({ASKED.request_id: held}) == {
        ASKED.request_id: "S01: duty cycle, asked 2 Oct 2017, due 30 Oct 2017"
    }
    on = date(2017, 11, 1)
    assert overdue_in_words({ASKED.request_id: held}, on=on) == (
        "1 request waits for an answer, 1 beyond the due day, the longest by 2 days."
    )
    assert overdue_in_words({"a": held, "b": held}, on=ASKED.due) == (
        "2 requests wait for an answer, none beyond the due day."
    )
    assert "No request waits" in overdue_in_words({}, on=on)


def test_an_audit_that_fails_once_it_is_on_the_log_hides_nothing(monkeypatch):
    paper, audit = PaperInquiries({}, on=date(2017, 11, 4)), PaperAudit()
    monkeypatch.setattr(PORTS, "inquiries", paper)
    monkeypatch.setattr(PORTS, "audit", audit)
    monkeypatch.setattr(access, "require", lambda *_, **__: access.EVERYBODY)
    decide = paper.put

    def put_on_a_full_disk(inquiry: Inquiry) -> Decided:
        audit.refuses = True
        return decide(inquiry)

    monkeypatch.setattr(paper, "put", put_on_a_full_disk)
    ask = Ask(
        request_id=ASKED.request_id, party="S01", subject=ASKED.subject, due=date(2017, 12, 1)
    )
    found = put(ask, needs=Role.PROGRAMME)
    assert found.decided
    assert "done; S01 is asked" in found.said
    assert "not how it ended: the audit cannot be written" in found.said
