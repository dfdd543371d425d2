"""How do browser journeys get a started product, people who are signed in, and a page that may not complain?"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.browser import attempts
from tests.browser.rest import forget_draft
from tests.browser.ruled import bring_rules
from tests.conftest import ROOT

START_MAX_S = 120.0
PATIENCE_MS = 45_000  # journeys prove what happens, not how fast
WIDE = {"width": 1440, "height": 900}
NO_COMPLAINTS = ("GPU stall", "WebSocket is closed before the connection is established")
"""What the browser remarks of its machine, and of a page that is left while it still connects."""


expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    attempts.enrich(item, report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if told := attempts.first_attempts(terminalreporter.stats.get("rerun", [])):
        terminalreporter.write_sep("=", "first attempts that failed")
        for line in told:
            terminalreporter.write_line(line)


@dataclass(frozen=True)
class Product:
    """A started product, the people who can sign in to it, and what journeys keep for later ones.

    Parameters
    ----------
    sessions : dict
        Role -> cookies. Sign-ins are slow on purpose: one a role is made, for all journeys.
    kept : dict
        File of journeys -> what its first journey brought for the others.

    """

    url: str
    var_dir: Path
    people: dict[str, tuple[str, str]]
    pid: int
    log: Path
    sessions: dict[str, dict[str, object]] = field(default_factory=dict, repr=False)
    kept: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)

    @contextlib.contextmanager
    def held_up(self) -> Iterator[None]:
        """Hold the workers still for as long as the block lasts: what is handed in meanwhile has to wait."""
        workers = [
            child
            for child in psutil.Process(self.pid).children(recursive=True)
            if any("data.queue.child" in part for part in child.cmdline())
        ]
        assert workers, "The product has no worker processes."
        for worker in workers:
            worker.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for worker in workers:
                with contextlib.suppress(psutil.NoSuchProcess):
                    worker.send_signal(signal.SIGCONT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end_s = time.monotonic() + START_MAX_S
    while time.monotonic() < end_s:
        if process.poll() is not None:
            pytest.fail(f"The product stopped while starting:\n{log.read_text('utf-8', errors='replace')[-4000:]}")
        try:
            with urllib.request.urlopen(f"{url}/api/v1/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"The product did not answer within {START_MAX_S:.0f} s:\n{log.read_text('utf-8')[-4000:]}")


def read_people(text: str) -> dict[str, tuple[str, str]]:
    """Read role -> (email, password) from what the start wrote down."""
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {parts[0]: (parts[1], parts[2]) for parts in lines if len(parts) == 3}


@contextlib.contextmanager
def started(folder: Path, **settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes], Path]]:
    """Start a real product on a free port with a var/ of its own; yields its address, process and log."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    names = {"DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "SECRET_KEY"}
    environ = {name: value for name, value in os.environ.items() if name not in names}
    environ |= {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "VAR_DIR": str(folder / "var"),
        "PYTHONUNBUFFERED": "1",
        "API_RATE_PER_MIN": "100000",
        "COMPLIANCE_WATCH": "off",
        "RISK_WATCH": "off",  # what nobody looks at is not computed beside the journeys
        "SESSION_IDLE_MIN": "720",  # a role's sign-in is kept for all journeys, however long they take
        **settings,
    }
    log = folder / "product.log"
    with log.open("wb") as sink:
        process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environ, stdout=sink, stderr=sink)
    try:
        _wait_until_ready(url, process, log)
        yield url, process, log
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


class Products:
    """The product that all journeys share, started when it is first asked for, with a port and a var/ of its own."""

    def __init__(self, folders: pytest.TempPathFactory, **settings: str) -> None:
        self._folders = folders
        self._settings = settings
        self._running = contextlib.ExitStack()
        self._made: Product | None = None

    def shared(self) -> Product:
        """Return the product that is running."""
        if self._made is None:
            folder = self._folders.mktemp("product")
            url, process, log = self._running.enter_context(started(folder, **self._settings))
            people = read_people((folder / "var" / "sign-ins.txt").read_text("utf-8"))
            self._made = Product(url, folder / "var", people, process.pid, log)
        return self._made

    def stop(self) -> None:
        """End the product; who asks next gets a new one."""
        self._running.close()
        self._made = None


@pytest.fixture(scope="session")
def products(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Products]:
    made = Products(tmp_path_factory)
    yield made
    made.stop()


@pytest.fixture
def product(products: Products, request: pytest.FixtureRequest) -> Product:
    """Return the product that journeys share; who tries a second time gets one in which nothing was done yet."""
    if getattr(request.node, "execution_count", 1) > 1:
        products.stop()
    made = products.shared()
    attempts.begin(request.node, made.log)
    return made


@pytest.fixture
def kept(product: Product, request: pytest.FixtureRequest) -> dict[str, str]:
    """Keep what the first journey of a file brings, for its others."""
    return product.kept.setdefault(request.module.__name__, {})


@pytest.fixture(scope="session")
def ruled_products(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Products]:
    made = Products(tmp_path_factory, COMPLIANCE_WATCH="on")
    yield made
    made.stop()


@pytest.fixture
def ruled(ruled_products: Products, request: pytest.FixtureRequest) -> Product:
    """Return a product of its own, shared by the journeys of compliance, whose sample portfolios have rules to keep."""
    if getattr(request.node, "execution_count", 1) > 1:
        ruled_products.stop()
    made = ruled_products.shared()
    attempts.begin(request.node, made.log)
    bring_rules(made)
    return made


class Watched:
    """Everything that a page complained about; a journey ends with none of it."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.foreign: list[str] = []

    def watch(self, page: Page, url: str) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error.stack or error}"))
        page.on("request", lambda request: self._request(request.url, url))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(one in message.text for one in NO_COMPLAINTS):
            self.complaints.append(f"{message.type}: {message.text[:500]} ({message.location.get('url', '')})")

    def _request(self, asked: str, url: str) -> None:
        if not asked.startswith((url, "data:", "blob:", url.replace("http", "ws", 1), "about:")):
            self.foreign.append(asked)


SignIn = Callable[..., Page]


@pytest.fixture
def watched() -> Iterator[Watched]:
    """Fail a journey during which a page complained or asked a foreign host."""
    made = Watched()
    yield made
    assert not made.complaints
    assert not made.foreign


@pytest.fixture
def sign_in(product: Product, browser: Browser, watched: Watched) -> Iterator[SignIn]:
    """Return a function that opens a page for somebody: ``sign_in("portfolio_manager", width=390)``, or with touch.

    A journey finds nobody's wizard filled in by an earlier one; windows that it opens itself share what it left there.
    """
    contexts: list[BrowserContext] = []
    begun: set[str] = set()

    def open_page(
        role: str = "portfolio_manager",
        *,
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
        touch: bool = False,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            storage_state=product.sessions.get(role),  # type: ignore[arg-type]
            color_scheme="dark" if dark else "light",
            has_touch=touch or width < 1000,
            is_mobile=touch,
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        watched.watch(page, product.url)
        if role not in product.sessions:
            by_form(page, product, role)
            product.sessions[role] = dict(context.storage_state())
        elif role not in begun:
            forget_draft(context.request, product, role)
        begun.add(role)
        return page

    yield open_page
    for context in contexts:
        context.close()


def by_form(page: Page, product: Product, role: str) -> None:
    """Sign in through the form, as a person does."""
    email, password = product.people[role]
    page.goto(f"{product.url}/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(re.escape(product.url) + r"/(?!account)"))
    expect(page.locator("main h1")).to_be_visible()
    page.wait_for_load_state("networkidle")


NEW_PASSWORD = "seven green kettles sing"


@pytest.fixture
def newcomer(
    product: Product, sign_in: SignIn, browser: Browser, watched: Watched, request: pytest.FixtureRequest
) -> str:
    """Return the role of somebody new to ``sign_in``: a portfolio manager who was invited, one a file of journeys."""
    role = f"newcomer of {request.module.__name__}"
    if role in product.people:
        return role
    email = f"newcomer.{time.time_ns()}@example.com"
    page = sign_in("administrator")
    page.goto(f"{product.url}/users")
    page.get_by_role("button", name="Invite somebody").click()
    asked = page.get_by_role("dialog", name="Invite somebody")
    asked.get_by_label("Name").fill("Nora Vale")
    asked.get_by_label("E-mail").fill(email)
    asked.get_by_label("Role").select_option("portfolio_manager")
    asked.get_by_label("Sample desk").check()  # chosen already where it is the only team
    asked.get_by_role("button", name="Make the link").click()
    expect(asked).to_contain_text("The link is ready")
    link = re.search(r"http://\S+/account/invite/[\w-]+", asked.inner_text())
    assert link is not None
    context = browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
    try:
        window = context.new_page()
        window.set_default_timeout(PATIENCE_MS)
        watched.watch(window, product.url)
        window.goto(link[0])
        window.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
        window.get_by_label("Password again").fill(NEW_PASSWORD)
        window.get_by_role("button", name="Start").click()
        expect(window.get_by_text("Your account is ready")).to_be_visible()
    finally:
        context.close()
    product.people[role] = (email, NEW_PASSWORD)
    return role
