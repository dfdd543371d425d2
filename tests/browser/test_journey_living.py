"""Does a portfolio manager drag limits, see the exact frontier follow and end where nothing is left, and keep it?"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_plus

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Product, SignIn
from tests.browser.journey import Wizard, at_rest, bring_into_view

CERTIFIED = re.compile("^Certified by the engine")


def opened(page: Page, url: str, query: str = "") -> None:
    """Open the page and wait until its frontier is certified."""
    page.goto(f"{url}/frontier{query}")
    expect(page.get_by_role("slider", name="Point on the frontier")).to_be_visible()
    expect(page.locator("#living-trust")).to_have_text(CERTIFIED)
    at_rest(page)


def drag(page: Page, thumb: Locator, right_px: float) -> None:
    """Drag a handle without letting it go."""
    bring_into_view(thumb)
    box = thumb.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right_px, y, steps=8)


@pytest.mark.requirement("1.2.A4")
@pytest.mark.requirement("1.2.B2")
@pytest.mark.requirement("1.2.B3")
def test_a_dragged_limit_moves_the_frontier_and_the_engine_certifies_what_is_left(
    product: Product, sign_in: SignIn
) -> None:
    page = sign_in()
    opened(page, product.url)
    line, cap = page.locator(".living-line"), page.get_by_role("slider", name="Largest position")
    before, asked = line.get_attribute("d"), []
    page.on("request", lambda request: asked.append(request.url) if "_dash-update" in request.url else None)
    drag(page, cap, -10)
    expect(line).not_to_have_attribute("d", str(before))
    assert not asked  # while the hand moves, no server is asked
    page.mouse.up()
    expect(page.locator("#living-trust")).to_have_text(CERTIFIED)
    assert asked
    assert "moves=max" in page.url
    expect(cap).to_have_attribute("aria-valuetext", re.compile(r"^Largest position [\d.]+ percent; expected return"))

    moved, address = line.get_attribute("d"), page.url
    field = page.get_by_role("textbox", name="Expected return")
    value = str(field.input_value())
    page.goto("about:blank")
    page.goto(address)  # a link holds the whole state
    expect(page.locator("#living-trust")).to_have_text(CERTIFIED)
    at_rest(page)
    expect(page.locator(".living-line")).to_have_attribute("d", str(moved))
    expect(field).to_have_value(value)

    page.get_by_role("button", name="Reset").click()
    expect(page.locator("#living-trust")).to_have_text(CERTIFIED)
    expect(page.locator(".living-line")).to_have_attribute("d", str(before))


@pytest.mark.requirement("1.2.A5")
@pytest.mark.requirement("1.2.D2")
def test_keys_move_the_point_and_a_limit_ends_exactly_where_portfolios_end(product: Product, sign_in: SignIn) -> None:
    page = sign_in()
    opened(page, product.url)
    point, figure = (
        page.get_by_role("slider", name="Point on the frontier"),
        page.locator("#living-point [data-figure=return]"),
    )
    point.press("End")
    highest = str(figure.text_content())
    point.press("PageDown")
    expect(figure).not_to_have_text(highest)
    point.press("Home")
    jumps = page.get_by_role("group", name="Move the point, or pin it")
    for name in ("Pin this portfolio", "Highest Sharpe", "Pin this portfolio"):
        jumps.get_by_role("button", name=name).click()
    table = page.get_by_role("region", name="Pinned portfolios")
    expect(table.get_by_role("columnheader")).to_have_count(3)

    for _ in range(2):
        jumps.get_by_role("button", name="Pin this portfolio").click()
    full = jumps.get_by_role("button", name="Pin this portfolio")
    expect(full).to_have_accessible_description(re.compile("^Four portfolios are pinned"))
    expect(full).to_have_attribute("aria-disabled", "true")

    sector = page.locator('.living-row[data-key^="max:"] .living-thumb').first
    for row in page.locator('.living-row[data-key^="max:"]').all():
        row.locator("input").fill("0")
        row.locator("input").press("Enter")
        if page.locator(".living-stop").count():
            break
        expect(page.locator("#living-trust")).to_have_text(re.compile("Certified|answer is shown"))
    expect(page.locator(".living-stop")).to_contain_text("beyond it no portfolio meets every limit")
    expect(page.get_by_role("heading", name="What stands in the way")).to_be_visible()
    sector.press("Escape")

    page.locator(".living-asset").first.click()
    expect(page.locator("#living-why")).to_contain_text("What pulls")

    keys = [str(row.get_attribute("data-key")) for row in page.locator('.living-row[data-key^="max:"]').all()]
    opened(page, product.url, f"?moves={quote(';'.join(f'{key}:0' for key in keys))}")  # nothing can be held
    expect(page.locator("#living-blocked")).to_contain_text("The limits of this link leave no portfolio.")


@pytest.mark.requirement("1.2.A4")
def test_while_the_hand_still_pulls_the_row_says_that_no_portfolio_is_left(product: Product, sign_in: SignIn) -> None:
    page = sign_in()
    opened(page, product.url)
    page.get_by_role("slider", name="Largest position").press("Home")  # then every sector is needed
    at_rest(page)
    expect(page.locator("#living-trust")).to_have_text(CERTIFIED)
    row = page.locator('.living-row[data-key^="max:"]').first
    drag(page, row.get_by_role("slider"), -400)
    told = r" ends at [\d.]+%: beyond it no portfolio meets every limit\.$"
    expect(row.locator(".living-mark")).to_have_text(re.compile(told))
    assert page.locator(".living-stop").count() == 0  # the doctor's words come once it rests
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator("#living-trust")).to_have_text(CERTIFIED)


@pytest.mark.requirement("1.2.A4", "1.2.D2")
def test_links_hold_a_cap_of_nothing_and_lead_on_with_the_point_that_is_shown(
    product: Product, sign_in: SignIn
) -> None:
    page = sign_in()
    opened(page, product.url)
    sectors = page.locator('.living-row[data-key^="max:"] [role=slider]')
    key = str(page.locator('.living-row[data-key^="max:"]').first.get_attribute("data-key"))
    opened(page, product.url, f"?moves={quote(f'{key}:0')}")
    expect(sectors.first).to_have_attribute("aria-valuenow", "0.00")
    assert f"{key}:0" in unquote_plus(page.url)
    keys = page.locator('.living-row[data-key^="max:"]').evaluate_all("(all) => all.map((one) => one.dataset.key)")
    alike = 1.0 / len(keys)  # together they leave exactly what is invested
    page.goto(f"{product.url}/frontier?moves=" + quote(";".join(f"{one}:{alike!r}" for one in keys)))
    expect(page.locator("#living-trust")).to_have_attribute("data-state", "ok")
    at_rest(page)
    expect(sectors.first).to_have_attribute("aria-valuenow", f"{100 * alike:.2f}")
    assert unquote_plus(page.url).count(f":{alike:.2g}") == len(keys)

    opened(page, product.url)
    page.get_by_role("slider", name="Point on the frontier").press("End")  # the most return
    at_rest(page)
    page.locator(".living-asset").first.click()
    expect(page.locator("#living-why")).to_contain_text("What pulls")
    reasons = str(page.locator("#living-why").text_content())
    expect(page.locator("#living-why")).to_have_text(reasons)
    most = page.get_by_role("textbox", name="Expected return").input_value()
    cap = page.get_by_role("slider", name="Largest position")
    for _ in range(6):
        cap.press("PageDown")
    at_rest(page)
    shown = float(page.get_by_role("textbox", name="Expected return").input_value())
    assert shown < float(most)
    for name in ("Open in the wizard", "Rebalance"):
        href = str(page.locator("#shell-content").get_by_role("link", name=name, exact=True).get_attribute("href"))
        asked = float(re.search(r"[?&]at=([\d.]+)", href)[1])  # type: ignore[index]
        assert 100 * asked == pytest.approx(shown, abs=0.006), name
    expect(page.locator("#living-why")).not_to_have_text(reasons)  # those of the point that is shown now


AXES = "() => { const { xaxis, yaxis } = document.querySelector('#living-chart .js-plotly-plot').layout; return [...xaxis.range, ...yaxis.range].map(Number); }"  # noqa: E501


@pytest.mark.requirement("1.2.A5")
def test_a_drag_in_the_chart_zooms_and_the_zoom_stays_while_a_limit_moves(product: Product, sign_in: SignIn) -> None:
    page = sign_in()
    opened(page, product.url)
    page.get_by_role("button", name="Whole chart").click()  # rules may have left a short frontier, which opens close
    page.get_by_role("slider", name="Point on the frontier").press("Home")  # where the box will not be
    whole = page.evaluate(AXES)
    ground = page.locator("#living-chart .nsewdrag")
    bring_into_view(ground)
    box = ground.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.15 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.8 * box["height"], steps=8)
    page.mouse.up()
    page.wait_for_function(f"(before) => JSON.stringify(({AXES})()) !== JSON.stringify(before)", arg=whole)
    near = page.evaluate(AXES)
    assert near[1] - near[0] < 0.7 * (whole[1] - whole[0])

    drag(page, page.get_by_role("slider", name="Largest position"), 20)
    page.mouse.up()
    expect(page.locator("#living-trust")).to_have_text(CERTIFIED)
    assert page.evaluate(AXES) == near
    expect(page.locator(".frontier-away")).to_have_count(1)  # the point is not in the picture, the line is
    expect(page.locator(".living-line")).to_be_visible()
    page.get_by_role("button", name="Whole chart").click()
    page.wait_for_function(f"(whole) => JSON.stringify(({AXES})()) === JSON.stringify(whole)", arg=whole)


@pytest.mark.requirement("1.2.B4")
def test_ranges_keep_portfolios_and_the_point_leads_into_the_wizard(product: Product, sign_in: SignIn) -> None:
    page = sign_in()
    opened(page, product.url)
    kept = page.locator("#living-axes").get_by_role("status")
    expect(kept).to_have_text("60 of 60 efficient portfolios are within the ranges.")
    expect(page.locator("#living-axes").get_by_role("slider", name="Drawdown, at most")).to_be_visible()
    page.get_by_role("slider", name="Volatility, at most").press("Shift+ArrowLeft")
    expect(kept).not_to_have_text(re.compile("^60 of"))
    expect(page).to_have_url(re.compile("ranges=risk"))
    page.locator("#living-axes summary").click()
    listed = page.get_by_role("region", name="Portfolios within the ranges")
    expect(listed.locator("tbody tr")).not_to_have_count(0)
    expect(kept).to_have_text(re.compile(f"^{listed.locator('tbody tr').count()} of 60 "))
    expect(listed.get_by_role("columnheader", name="Trading cost")).to_be_visible()
    expect(page.locator("#living-axes .table-frame .take")).to_have_accessible_name("Take these rows along")
    expect(page.locator("#living-map h3")).to_have_text(re.compile("^Up the frontier|hardly changes"))
    narrowed = str(kept.text_content())
    page.reload()  # a link holds the ranges as well
    expect(page.locator("#living-trust")).to_have_text(CERTIFIED)
    at_rest(page)
    expect(kept).to_have_text(narrowed)
    page.get_by_role("button", name="Show the kept one").click()
    expect(page.locator("#living-trust")).to_have_text(CERTIFIED)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the page as PDF").click()
    assert saved.value.suggested_filename.endswith(".pdf")

    gained = str(page.locator("#living-point [data-figure=return]").text_content()).rstrip("%")
    page.get_by_role("link", name="Open in the wizard").click()
    expect(Wizard(page, product.url).panel("Review")).to_contain_text(f"expected return of at least {float(gained):g}")
