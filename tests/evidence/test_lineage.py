"""The lineage: from the code, whole, and a thing that hangs in the air is found."""

from pathlib import Path

import pytest

from tests.infra.command_line import twin
from twin.events.registry import ALL_TYPES, short_name
from twin.evidence.lineage.build import lineage
from twin.evidence.lineage.gaps import WITHOUT_EVENTS, Gap, gaps
from twin.evidence.lineage.graph import Graph, Node, Sort
from twin.evidence.lineage.impact import Unknown, found_node, impact
from twin.evidence.lineage.pages import marts_of_pages
from twin.evidence.lineage.queries import UnknownTable, events_in, events_of_mart
from twin.marts.build import MARTS
from twin.marts.figures.registry import figures

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "dashboards"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return lineage(pages=PAGES, tests=ROOT / "tests" / "evidence")


def test_no_figure_on_a_page_is_without_a_way_to_events_and_a_paragraph(graph):
    assert gaps(graph) == ()
    assert {node.name for node in graph.nodes(Sort.MART)} >= set(MARTS)
    assert {node.name for node in graph.nodes(Sort.FIGURE)} == set(figures())
    assert graph.nodes(Sort.PAGE)
    assert set(WITHOUT_EVENTS) <= {*MARTS, "files"}


def test_a_planted_orphan_is_found():
    planted = lineage(pages=PAGES)
    orphan, half = Node(Sort.FIGURE, "nobody.knows"), Node(Sort.MART, "half")
    planted.add(orphan)
    planted.leads(Node(Sort.EVENT, "pins.pin-planted"), half)

    assert gaps(planted) == (
        Gap(half, "a paragraph"),
        Gap(orphan, "events"),
        Gap(orphan, "a paragraph"),
    )


def test_every_mart_with_events_names_real_ones_and_all_families_are_counted_somewhere():
    named = {event for mart in MARTS for event in events_of_mart(mart)}

    assert named == {short_name(name) for name in ALL_TYPES}


def test_what_the_registry_says_of_a_figure_is_in_the_query_of_its_mart():
    given_by_the_plan = {"programme.campaign-submitted", "programme.membership-frozen"}
    for figure in figures().values():
        assert set(figure.events) - given_by_the_plan <= events_of_mart(figure.mart), figure.key


@pytest.mark.parametrize(
    ("query", "events"),
    [
        ("SELECT 1 FROM facts WHERE event = 'pins.pin-set'", {"pins.pin-set"}),
        (
            "SELECT 1 FROM facts WHERE event IN ('pins.pin-set', 'pins.pin-changed') AND a > 1",
            {"pins.pin-set", "pins.pin-changed"},
        ),
        (
            "SELECT 1 FROM facts WHERE event = 'pins.pin-set' OR event = 'pins.pin-changed'",
            {"pins.pin-set", "pins.pin-changed"},
        ),
        ("SELECT count(*) FILTER (event = 'pins.pin-set') FROM facts", None),
        ("SELECT 1 FROM facts WHERE event = 'pins.pin-set' OR a > 1", None),
        ("SELECT 1 FROM facts WHERE NOT event = 'pins.pin-set'", None),
        (
            "WITH x AS (FROM facts WHERE event = 'pins.pin-set') SELECT 1 FROM x",
            {"pins.pin-set"},
        ),
        (
            "SELECT 1 FROM (SELECT 1 AS a FROM facts WHERE event = 'pins.pin-set') AS b "
            "INNER JOIN facts AS c ON b.a = c.n AND c.event = 'pins.pin-changed'",
            {"pins.pin-set", "pins.pin-changed"},
        ),
        (
            "SELECT 1 FROM (SELECT 1 AS a FROM facts WHERE event = 'pins.pin-set') AS b "
            "LEFT JOIN facts AS c ON b.a = c.n AND c.event = 'pins.pin-changed'",
            None,
        ),
        (
            "SELECT 1 FROM facts WHERE event LIKE 'pins.pin-c%'",
            {"pins.pin-changed", "pins.pin-cleared"},
        ),
        ("SELECT 1 FROM overseen WHERE milestone IS NOT NULL", "programme.milestone-"),
    ],
)
def test_a_query_counts_the_events_that_its_conditions_let_through(query, events):
    found = events_in(query)

    if events is None:
        assert len(found) > 60
    elif isinstance(events, str):
        assert found
        assert all(name.startswith(events) for name in found)
    else:
        assert found == events


def test_a_query_of_a_table_that_nobody_makes_is_a_fault():
    with pytest.raises(UnknownTable):
        events_in("SELECT 1 FROM nothing_known")


def test_pages_ask_for_marts_themselves_or_through_what_they_import(tmp_path):
    package = tmp_path / "dashboards"
    (package / "app_pages").mkdir(parents=True)
    (package / "parts.py").write_text("def lag(held):\n    return held.mart('partitions')\n")
    (package / "app_pages" / "one.py").write_text(
        "from dashboards.parts import lag\nwords = 'pins'\nheld.mart('links')\nheld.meta\n"
    )
    (package / "app_pages" / "two.py").write_text(
        "NAMES = ('pins', 'joins')\nfor name in NAMES:\n    held.mart(name)\n"
    )

    assert marts_of_pages(package, frozenset(MARTS)) == {
        "one": frozenset({"links", "partitions", "meta"}),
        "two": frozenset({"pins", "joins"}),
    }


def test_pages_ask_for_marts_and_processes_through_the_evidence_that_they_show(graph):
    asked = {
        name: {one.name for one in graph.after(found_node(graph, Sort.MART, name))}
        for name in ("obligations", "licence_conditions", "pins")
    }
    process = graph.after(found_node(graph, Sort.PROCESS, "Local pairing"))
    shown = {one.name for one in process if one.sort is Sort.PAGE}

    assert all("han_review" in pages for pages in asked.values())
    assert shown == {"process", "evidence"}


def test_paragraph_24_touches_codes_at_the_meter_and_what_counts_them(graph):
    node = found_node(graph, Sort.PARAGRAPH, "24")
    names = {(one.sort, one.name) for one in graph.after(node)}

    assert (Sort.RULE, "BR01") in names
    assert (Sort.EVENT, "pairing.install-code-entered") in names
    assert (Sort.STATE, "code_digits") in names
    assert (Sort.MART, "pairing") in names
    assert (Sort.PROCESS, "Local pairing") in names
    assert (Sort.CODE, "twin.rules.install_codes.check_install_code") in names
    assert (Sort.EVENT, "pins.pin-set") not in names


def test_a_message_leads_to_its_event_and_a_rule_to_its_tests(graph):
    alert = graph.after(found_node(graph, Sort.MESSAGE, "0x8F12"))
    review = graph.after(found_node(graph, Sort.RULE, "BR40"))

    assert Node(Sort.EVENT, "pairing.chf-device-log-changed") in alert
    assert Node(Sort.MART, "device_logs") in alert
    assert Node(Sort.TEST, "test_findings.py") in review


def test_the_impact_is_a_document_with_a_picture_or_a_sentence(graph):
    pin = impact(graph, found_node(graph, Sort.EVENT, "pins.pin-set"), code_version="1")
    everything = impact(graph, found_node(graph, Sort.RULE, "BR41"), code_version="1")
    page = impact(graph, graph.nodes(Sort.PAGE)[0], code_version="1")

    for document in (pin, everything):
        parts = document.sections[0].parts
        assert any(getattr(part, "svg", "").startswith("<svg") for part in parts) or (
            "Nothing rests on it, so there is nothing to draw." in parts
        )
    assert "Nothing rests on it, so there is nothing to draw." in page.sections[0].parts
    assert "touches nothing" in page.sections[0].parts[0]


def test_what_is_not_known_is_refused_with_what_comes_near(graph):
    with pytest.raises(Unknown, match="near it"):
        found_node(graph, Sort.EVENT, "pairing.start")


def test_the_command_says_it_as_text_and_as_a_pack(tmp_path):
    done = twin("evidence", "impact", "--paragraph", "33", "--out", tmp_path / "out")
    unknown = twin("evidence", "impact", "--paragraph", "99")
    both = twin("evidence", "impact", "--rule", "BR11", "--mart", "pins")

    assert done.status == 0, done
    assert "intruders" in done.out
    assert (tmp_path / "out" / "impact.html").read_text().count("<svg") == 1
    assert (tmp_path / "out" / "impact.pdf").read_bytes().startswith(b"%PDF")
    assert "the lineage knows no paragraph '99'" in unknown.refusal
    assert both.status == 2
