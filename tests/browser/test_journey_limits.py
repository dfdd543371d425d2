"""Do limits come from a spreadsheet and a file into the wizard, turn its light, and bind the run and its result?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journey import FINDING, STOCKS, Wizard, bring_into_view, overflow_px

GRID = "#wizard-limits-grid"
COPIED = "Country\tus\t\t60%\nCurrency\tUSD\t10%\t\t\tmay give way, 3\n"
FAULTY = "limit;of;least;most;firm\nCountry;US;;100%;\nContry;DE;;40%;\nTurnover;;30%;;\n"
MENDED = "limit;of;least;most;firm\nCountry;US;;100%;\nAsset class;equity;80;;\nSector;Energy;;12,5%;\n"


def open_grid(page: Page, url: str) -> Wizard:
    wizard = Wizard(page, url).open().choose(*STOCKS)
    expect(page.locator("#wizard-chosen-count")).to_contain_text(f"{len(STOCKS)} of")
    wizard.step("Limits")
    page.get_by_text("All other limits: countries").click()
    expect(page.locator(GRID)).to_contain_text("No other limits.")
    return wizard


def paste(page: Page, text: str) -> None:
    """Paste into the table what was copied in a spreadsheet."""
    page.locator("#wizard-limits-frame").focus()
    page.evaluate(
        """text => {
            const copied = new DataTransfer();
            copied.setData("text/plain", text);
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: copied, bubbles: true}));
        }""",
        text,
    )


def bring(page: Page, content: str) -> None:
    page.locator("#wizard-limits-upload input[type=file]").set_input_files(
        {"name": "limits.csv", "mimeType": "text/csv", "buffer": content.encode("utf-8-sig")}
    )


@pytest.mark.requirement("1.3.F2")
@pytest.mark.requirement("1.3.F6")
@pytest.mark.requirement("1.3.F7")
@pytest.mark.requirement("1.3.A4")
@pytest.mark.requirement("1.3.D4")
def test_limits_from_a_spreadsheet_and_a_file_turn_the_light_and_bind_the_run(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    wizard = open_grid(page, product.url)
    foot, result = page.locator(".wz-status"), page.locator("#wizard-limits-result")
    paste(page, COPIED)
    expect(result).to_contain_text("2 limits read")
    expect(page.locator(GRID)).to_contain_text("US")
    expect(page.locator(GRID)).to_contain_text("may give way, 3")
    expect(foot).to_contain_text("Not possible")
    expect(foot).to_contain_text("US 60%")
    bring(page, FAULTY)
    expect(result).to_contain_text("1 limit read, 2 rows have problems; nothing was taken over.")
    expect(result).to_contain_text("Did you mean Country?")
    expect(result).to_contain_text("Row 4, least")
    expect(page.locator(GRID)).to_contain_text("60%")  # nothing is half applied
    bring(page, MENDED)
    expect(result).to_contain_text("3 limits read; every row is understood.")
    expect(foot).to_contain_text("Possible")
    expect(page.locator("#wizard-sectors")).to_contain_text("12.5 %")  # what has a field goes there
    page.locator("#wizard-limits-undo").click()
    expect(foot).to_contain_text("US 60%")
    bring(page, MENDED)
    expect(foot).to_contain_text("asset class equity holds at least 80%")
    wizard.review().run().result()
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)
    limits = page.locator("#result-limits")
    bring_into_view(limits)
    for words in ("US (country) at most 100%", "USD (currency) at least 10%", "equity (asset class) at least 80%"):
        expect(limits).to_contain_text(words)
    expect(limits).to_contain_text(re.compile(r"Energy at most 12\.5%"))


@pytest.mark.requirement("1.3.F1")
def test_a_limit_is_added_typed_mended_saved_and_removed_by_keyboard(product: Any, sign_in: Any) -> None:
    page: Page = sign_in()
    open_grid(page, product.url)
    foot, grid = page.locator(".wz-status"), page.locator(GRID)
    page.locator("#wizard-limits-kind").select_option("Beta")
    page.locator("#wizard-limits-add").press("Enter")
    expect(grid.locator("input.wz-limit-choice")).to_be_focused()
    page.keyboard.type("120%")
    page.keyboard.press("Enter")
    problem = page.locator(".field-error").filter(has_text="Row 1:")
    expect(problem).to_contain_text("Beta is a plain number.")
    expect(grid.locator(".wz-cell-bad")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(grid.locator("input.wz-limit-choice")).to_be_focused()
    page.keyboard.type("0.9")
    page.keyboard.press("Enter")
    expect(foot).not_to_contain_text("plain number")
    grid.locator(".ag-cell[col-id='limit']").click()
    page.keyboard.type("asset class")
    page.keyboard.press("Tab")
    page.keyboard.type("equity")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("100")
    page.keyboard.press("Enter")
    expect(foot).to_contain_text("asset class equity holds at most 100%")
    with page.expect_download() as saving:
        page.locator("#wizard-limits-export").click()
    saved = Path(saving.value.path()).read_text("utf-8-sig")
    assert "Asset class,equity,,100%,,must hold," in saved
    assert "Position,,1%,25%,,must hold," in saved
    grid.locator(".ag-cell[col-id='firm']").focus()
    page.keyboard.press("Shift+Delete")
    expect(page.locator("#wizard-limits-result")).to_contain_text("1 row removed.")
    expect(grid).to_contain_text("No other limits.")
    page.get_by_label("Largest position", exact=True).fill("31")  # typed since then: not taken back
    page.locator("#wizard-limits-undo").press("Enter")
    expect(grid).to_contain_text("equity")
    expect(page.get_by_label("Largest position", exact=True)).to_have_value("31")


def test_the_grid_fits_on_a_phone(product: Any, sign_in: Any) -> None:
    page: Page = sign_in(width=390, height=844, dark=True)
    open_grid(page, product.url)
    page.get_by_text("Paste from Excel").click()
    page.get_by_label("Rows copied from a spreadsheet").fill("Country\tUS\t\t100%\n")
    page.get_by_role("button", name="Take over these rows").click()
    expect(page.locator("#wizard-limits-result")).to_contain_text("1 limit read")
    assert overflow_px(page) == 0
    page.locator(f"{GRID} [data-limit-remove]").click()
    expect(page.locator("#wizard-limits-result")).to_contain_text("1 row removed.")
