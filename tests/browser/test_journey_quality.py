"""Does an alarm about a series lead to what is wrong, to a decision that can be undone, and to a rule for next time?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from math import sin

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Product, SignIn
from tests.browser.journey import overflow_px

LAST = date(2022, 12, 28)
DAYS = [day for n in range(1100) if (day := LAST - timedelta(days=n)).weekday() < 5][:700][::-1]
SPIKES, BLOCK, STILL = (560, 620), range(480, 510), range(601, 606)


def broken() -> bytes:
    """Closes and volumes with thirty sessions in cents, two spikes, and a price that stands still without trading."""
    lines = ["symbol,date,close,volume,name,currency"]
    for n, day in enumerate(DAYS):
        close = 80 + n / 40 + 1.5 * sin(n * 1.7) + 0.9 * sin(n * 0.37)
        close *= 1.5 if n in SPIKES else 100 if n in BLOCK else 1
        close = 96.5 if n == STILL[0] - 1 or n in STILL else close
        volume = 0 if n in STILL else 100_000 + (n * 7919) % 30_011
        lines.append(f"ODDCO,{day},{close:.2f},{volume},Odd Company,USD")
    return "\n".join(lines).encode()


def listed_file(page: Page) -> Locator:
    return page.get_by_role("table", name="Imported files").get_by_role("row").filter(has_text="odd.csv")


@pytest.fixture
def desk(product: Product, sign_in: SignIn) -> Iterator[Page]:
    """A portfolio manager's page after the file came in, which is taken back in the end."""
    page = sign_in()
    page.goto(f"{product.url}/imports?tab=market")
    page.locator("#market-import-upload input[type=file]").set_input_files(
        {"name": "odd.csv", "mimeType": "text/csv", "buffer": broken()}
    )
    expect(page.locator("#market-import-check")).to_contain_text("“odd.csv” can be imported")
    page.locator("#market-import-run").click()
    expect(listed_file(page)).to_be_visible()
    yield page
    page.goto(f"{product.url}/imports?tab=market")
    listed_file(page).get_by_role("button", name="Undo").click()
    dialog = page.get_by_role("dialog", name="Undo this import?")
    dialog.get_by_role("button", name="Undo the import").click()
    expect(dialog).to_be_hidden()


def tick(page: Page, words: str) -> Locator:
    """Tick the findings of a kind, and return their rows."""
    rows = page.locator("#quality-queue .ag-center-cols-container .ag-row").filter(has_text=words)
    for place in range(rows.count()):
        key = rows.nth(place).get_attribute("row-id")
        box = page.locator(f"#quality-queue .ag-pinned-left-cols-container [row-id='{key}'] input[type=checkbox]")
        box.check(force=True)
    return rows


@pytest.mark.requirement("2.1.B3", "2.1.A4")
def test_an_alarm_leads_to_findings_that_are_decided_taken_back_and_ruled_on(
    product: Product, desk: Page, sign_in: SignIn
) -> None:
    page = desk
    page.goto(f"{product.url}/data-quality")
    page.get_by_role("button", name="Check now").click()
    expect(page.locator("#quality-sentence")).to_contain_text("wait for a decision")
    administrator = sign_in("administrator")
    administrator.goto(f"{product.url}/data-quality")
    administrator.locator("#shell-bell-button").click()
    alarm = administrator.locator("#shell-bell-list a[href='/data-quality?symbol=ODDCO']").first
    expect(alarm).to_be_visible()
    alarm.evaluate("link => link.click()")  # the list may be drawn anew between the two halves of a pointer's click
    expect(administrator.locator("#quality-queue-note")).to_contain_text("Findings of ODDCO alone")
    administrator.close()

    page.goto(f"{product.url}/data-quality?symbol=ODDCO")
    page.get_by_label("Kind", exact=True).select_option(label="Wrong unit (1)")
    queue, evidence = page.locator("#quality-queue"), page.locator("#quality-detail")
    expect(queue.locator(".ag-center-cols-container .ag-row")).to_have_count(1)
    expect(evidence).to_contain_text("The price is 100 times higher for 30 sessions")
    raw = queue.locator(".ag-center-cols-container [col-id='raw']").first.inner_text()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("1 finding accepted.")).to_be_visible()
    page.get_by_label("Show", exact=True).select_option("accepted")
    expect(evidence).to_contain_text("Accepted by")
    expect(evidence).to_contain_text("Raw price")
    expect(queue.locator(".ag-center-cols-container [col-id='raw']").first).to_have_text(raw)  # it stays for ever
    page.locator("#quality-undo").click()
    expect(page.get_by_text("1 finding taken back.")).to_be_visible()

    page.get_by_label("Show", exact=True).select_option("open")
    page.get_by_label("Kind", exact=True).select_option("outlier")
    expect(queue.locator(".ag-center-cols-container .ag-row")).to_have_count(2)
    tick(page, "Spike and reversal")
    expect(evidence).to_contain_text("2 findings ticked")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("2 findings rejected.")).to_be_visible()

    page.locator("#quality-series").scroll_into_view_if_needed()  # rows below the edge are drawn when they are seen
    series = page.locator("#quality-series [row-id='ODDCO'] .ag-cell").last
    expect(series).to_be_visible()
    series.click()
    expect(
        page.get_by_role("heading", name=re.compile(r"^ODDCO: \d+ of \d+ sessions of 2022 need a look"))
    ).to_be_visible()
    volume = page.get_by_label("Volume missing: what is done")
    for mode in ("off", "propose"):
        volume.select_option(mode)
        page.get_by_role("button", name="Save the policy").click()
        expect(page.get_by_text("The policy is saved").last).to_be_visible()
        page.reload()
        expect(volume).to_have_value(mode)


def test_the_page_fits_phones_and_says_that_an_asset_is_gone(product: Product, sign_in: SignIn) -> None:
    page = sign_in(width=390)
    page.goto(f"{product.url}/data-quality?symbol=GONE")  # as the link of an old alert
    expect(page.locator("#quality-queue-note")).to_contain_text("There is no asset with the symbol GONE any more")
    expect(page.locator("#quality-sentence")).to_contain_text(re.compile(r"series"))
    assert overflow_px(page) == 0
