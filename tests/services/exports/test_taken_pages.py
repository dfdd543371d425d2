"""Does a page leave as it stands on the screen: its figures, its tables, its charts, with head, foot and hash?"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from PIL import Image
from pypdf import PdfReader

from services.errors import InvalidRequest, NotAllowed, NotFound
from services.exports_page import page_order
from services.exports_page_sheet import HEIGHT_MAX_PX
from services.exports_standing import Standing, standing_of
from services.exports_taken_page import TakenPage, page_document, taken_page_of
from services.exports_vector import draw_document
from services.messages.preferences import Preferences
from services.reader import HIDDEN, reading
from tests.services.exports.taken import LONG, SHA, page

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
DAY = date(2022, 12, 28)
STANDING = Standing("Core portfolio", "28 Dec 2022", SHA)


def made(kind="pdf", standing=STANDING, **more):
    order = page_order(page_document(taken_page_of(page(**more)), standing))
    return draw_document(order, kind, made_at_utc=NOW)


def pages_of(pdf):
    return [" ".join(one.extract_text().split()) for one in PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.requirement("1.2.B4")
def test_every_number_of_the_screen_stands_on_paper_as_it_is_read_there():
    text = " ".join(pages_of(made()))
    for shown in ("12.345.678,90 EUR", "15,20%", "25,0%", "−1,5%", "Grew 8.25% with one deep fall", "Lowest"):
        assert shown in text, shown
    for told in ("Inside all limits.", "Prices end on 28 December 2022.", "Two limits are near.", "Positions"):
        assert told in text, told


def test_each_page_has_head_and_foot_with_portfolio_day_source_hash_and_its_number():
    rows = [[f"Asset {n}", "", "1,0%"] for n in range(90)]
    table = {"kind": "table", "heads": [["Asset", False], ["60 days", False], ["Weight", True]], "rows": rows}
    pages = pages_of(made(parts=[*page()["parts"], table]))
    assert len(pages) > 2
    for n, text in enumerate(pages, start=1):
        assert "Quantum Portfolio Optimizer" in text
        assert "Core portfolio · Portfolio, Holdings: Core · 28 Dec 2022" in text
        assert f"Sample prices · Input hash {SHA[:16]}" in text
        assert f"Page {n} of {len(pages)}" in text
    assert SHA in pages[0].replace(" ", "")


def test_charts_are_vectors_and_fonts_are_embedded():
    reader = PdfReader(io.BytesIO(made()))
    for one in reader.pages:
        assert len(one.images) == 0
        for font in one["/Resources"]["/Font"].get_object().values():
            inner = font.get_object()["/DescendantFonts"].get_object()[0].get_object()
            assert "/FontFile2" in inner["/FontDescriptor"].get_object()


def test_a_dark_screen_leaves_on_white_paper():
    picture = Image.open(io.BytesIO(made("png"))).convert("RGB")
    width, height = picture.size
    assert picture.getpixel((3, 3)) == (255, 255, 255)
    dark = sum(1 for pixel in picture.resize((width // 8, height // 8)).get_flattened_data() if sum(pixel) < 200)
    assert dark < 0.05 * (width // 8) * (height // 8)


def test_one_sheet_holds_the_whole_page_as_png_and_as_svg():
    picture = Image.open(io.BytesIO(made("png")))
    assert picture.text["drawn_by"] == "vector"
    assert picture.size[0] == 1654  # 827 px of A4 at twice the dots
    root = ET.fromstring(made("svg"))
    assert not {node.tag.rsplit("}", 1)[-1] for node in root.iter()} & {"image", "script", "foreignObject"}
    assert float(root.attrib["height"].removesuffix("pt")) == pytest.approx(picture.size[1] * 72 / 200, abs=1)


def test_a_page_that_is_too_long_for_one_picture_says_so_and_leaves_as_pdf():
    words = [{"kind": "words", "sentences": ["A line."] * 400}] * 3
    assert HEIGHT_MAX_PX < 1200 * 19.87
    with pytest.raises(InvalidRequest, match="too long for one picture"):
        made("png", parts=words)
    assert len(pages_of(made(parts=words))) > 10


def test_long_names_wrap_and_stay_whole():
    text = " ".join(pages_of(made(title=LONG)))
    assert text.count(LONG) >= 2  # the title and the row; the running head is shortened
    name = page_document(taken_page_of(page(title=LONG)), STANDING).name
    assert len(name) < 120


def test_hidden_amounts_are_said_to_be_hidden_at_the_foot():
    assert all(HIDDEN in text for text in pages_of(made(is_hidden=True)))
    assert HIDDEN not in " ".join(pages_of(made()))


def test_without_portfolio_or_run_the_hash_is_that_of_what_is_shown():
    one, other = (
        page_document(taken_page_of(page(**more)), Standing()) for more in ({}, {"parts": page()["parts"][:1]})
    )
    first, second = (dict(found.facts)["Hash of what is shown"] for found in (one, other))
    assert first != second
    assert first == dict(page_document(taken_page_of(page()), Standing()).facts)["Hash of what is shown"]
    assert dict(one.facts)["As of"] == "Historical data: prices to 28 Dec 2022"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"what": "page"}, "cannot be taken along"),
        (page(parts=[]), "nothing on this page"),
        (page(parts=[{"kind": "picture"}]), "cannot be taken along"),
        (page(path="market"), "cannot be taken along"),
        (page(parts=[{"kind": "table", "heads": [["a", False]], "rows": [["b"]] * 5001}]), "cannot be taken along"),
    ],
)
def test_what_is_no_page_is_refused_in_one_sentence(wrong, words):
    with pytest.raises(InvalidRequest, match=words):
        taken_page_of(wrong)


class Portfolios:
    """One portfolio, which nobody else sees."""

    def get(self, portfolio_id, actor):
        if portfolio_id != "p-1":
            raise NotFound("There is no such portfolio.")
        return type("One", (), {"name": "Core portfolio", "as_of": DAY})()

    def list(self, actor):
        return [SimpleNamespace(id="p-1")]

    def holdings(self, portfolio_id, actor):
        self.get(portfolio_id, actor)
        rows = (("AAA", DAY, False), ("BBB", DAY, True), ("CASH USD", None, False))
        return [SimpleNamespace(symbol=name, price_date=day, is_sample=sample) for name, day, sample in rows]


class Lineage:
    """Names two deliveries of one provider, to whom may read market data."""

    def sources(self, symbols, start, end, actor):
        if actor == "stranger":
            raise NotAllowed("No market data.")
        assert (symbols, start, end) == (["AAA", "BBB"], DAY, DAY)
        return [SimpleNamespace(delivery=SimpleNamespace(provider_label="History inside"))] * 2


class Facts:
    """Says a word that changes with the data."""

    version = "v1"

    def data_version(self, portfolio_id, actor):
        return self.version


def of(path, search="", version="v1", actor=None):
    facts = Facts()
    facts.version = version
    known = {"portfolios": Portfolios(), "portfolio_facts": facts, "lineage": Lineage()}
    return standing_of(path, search, known.__getitem__, actor)


def test_who_delivered_the_prices_stands_at_head_and_foot_of_a_portfolios_page():
    found = of("/portfolios/p-1")
    assert found.source == "Sample, fictitious data: BBB · History inside"
    assert of("/portfolios/p-1", actor="stranger").source == "Sample, fictitious data: BBB"
    without = page_document(taken_page_of(page(parts=[{"kind": "words", "sentences": ["One."]}])), found)
    assert dict(without.facts)["Source"] == found.source
    assert without.source.startswith(f"{found.source} · Input hash")
    own = next(one["source"] for one in page()["parts"] if one.get("source"))
    for path, asked in (("/", ""), ("/compare", "?portfolios=p-1,p-1")):
        assert of(path, asked) == Standing(source=found.source)
    assert of("/compare", "?portfolios=p-1,p-2") == Standing()
    assert own in page_document(taken_page_of(page()), found).source  # a chart that names its source is heard first


def test_the_hash_of_a_portfolios_page_changes_with_its_data_and_with_what_is_asked():
    found = of("/portfolios/p-1")
    assert (found.subject, found.as_of) == ("Core portfolio", "28 Dec 2022")
    assert re.fullmatch("[0-9a-f]{64}", found.sha256)
    assert of("/portfolios/p-1") == found
    others = [
        of("/portfolios/p-1", version="v2"),
        of("/risk", "?portfolio=p-1"),
        of("/risk", "?portfolio=p-1&tab=tail"),
    ]
    assert len({found.sha256, *(one.sha256 for one in others)}) == 4
    assert {one.subject for one in others} == {"Core portfolio"}


def test_a_portfolio_that_one_may_not_see_is_not_named():
    assert of("/portfolios/p-2") == Standing()
    assert of("/market") == Standing()


def test_the_service_refuses_who_may_not_export_and_hands_over_the_rest(exports, monkeypatch, actor):
    taken = TakenPage.model_validate(page(path="/market", search=""))
    found = exports.shown_page(taken, actor)
    assert (found.filename, found.media_type) == ("portfolio-holdings-core.pdf", "application/pdf")
    monkeypatch.setattr("services.exports.authorize", _refuse)
    with pytest.raises(NotAllowed):
        exports.shown_page(taken, actor)


def test_the_foot_says_when_it_was_made_on_the_readers_clock(exports, actor):
    likes = Preferences(date_format="day_first", clock="h12", time_zone="America/New_York")
    with reading(lambda: likes):
        pages = pages_of(exports.shown_page(TakenPage.model_validate(page(path="/market", search="")), actor).data)
    assert all("Made 24/11/2026, 3:00 am UTC-5" in one for one in pages)
    assert "Made 2026-11-29 12:00 UTC" in pages_of(made())[0]  # a report that is drawn again is everybody's


def _refuse(_actor, _permission):
    raise NotAllowed("No.")


def test_a_table_with_more_columns_than_a_page_has_room_for_goes_on_below_with_its_names():
    rules = [f"No position in restricted sector number {n}" for n in range(19)]
    heads = [["Portfolio", False], *([rule, False] for rule in rules)]
    rows = [["Aurora Growth", *["Indeterminate"] * 19], ["Cedar Balanced", *["kept"] * 19]]
    text = " ".join(pages_of(made(parts=[{"kind": "table", "heads": heads, "rows": rows}])))
    assert text.count("Indeterminate") == 19
    assert text.count("restricted") == 19  # no word is broken
    assert text.count("Aurora") == text.count("Cedar") >= 2
