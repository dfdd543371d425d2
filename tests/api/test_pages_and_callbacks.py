"""Are addresses without a page, and callbacks that are none, answered as what they are?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from api.callback_form import fault_of
from services.auth.roles import Role


@pytest.mark.parametrize("path", ["/nowhere", "/clients/", "/not-found-404", "/portfolios", "/runs/a/b", "/a/%c3%a9",
                                  "/account/nowhere", "/account/logout"])  # fmt: skip
def test_an_address_without_a_page_has_the_frame_and_the_right_status(browser: Callable[..., Any], path: str) -> None:
    one = browser(Role.VIEWER)
    answer, home = one.open(path), one.open("/")
    assert answer.status_code == (200 if path == "/clients/" else 404), path
    assert answer.mimetype == "text/html"
    assert "_dash-renderer" in answer.text
    assert answer.text.count("<script") == home.text.count("<script")
    assert answer.headers["Content-Security-Policy"] == home.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/optimize", "/optimize?portfolio=x", "/runs", "/runs/abc", "/portfolios/abc",
                                  "/clients", "/settings", "/users"])  # fmt: skip
def test_an_address_with_a_page_is_found(browser: Callable[..., Any], path: str) -> None:
    assert browser(Role.ADMINISTRATOR).open(path).status_code == 200


def test_a_signed_out_person_is_led_to_the_sign_in_page_whatever_the_address(browser: Callable[..., Any]) -> None:
    assert browser(None).open("/nowhere").status_code == 302


def test_no_callback_takes_the_place_of_another(product: Any) -> None:
    """Without outputs their inputs alone tell callbacks apart: a second one on the same inputs silences the first."""
    counts = Counter(one["output"] for one in product.dash._callback_list)
    assert len(counts) > 400
    assert [output for output, count in counts.items() if count > 1] == []


def bodies(product: Any) -> list[Any]:
    """Return bodies that no page would send, made from every callback that there is."""
    made: list[Any] = [None, [], "x", 5, {}, {"output": 5}, {"output": "no.such"}, {"output": ["a"]}]
    for output, one in product.dash.callback_map.items():
        sound = sound_body(output, one)
        made += [
            {"output": output},
            {**sound, "inputs": []} if one["inputs"] else {**sound, "inputs": [5]},
            {**sound, "inputs": "x"},
            {**sound, "inputs": [5] * len(one["inputs"])},
            {**sound, "inputs": [{}] * len(one["inputs"])},
            {**sound, "inputs": [[{"id": {}, "property": 5}]] * len(one["inputs"])},
            {**sound, "state": {"a": 1}},
            {**sound, "state": [*sound["state"], {"id": "x", "property": "y"}]},
            {**sound, "changedPropIds": 5},
            {**sound, "changedPropIds": [5]},
            {**sound, "outputs": 5},
            {**sound, "outputs": {"id": 5}} if not one.get("no_output") else {**sound, "outputs": "x"},
        ]
    return made


def sound_body(output: str, one: Any) -> dict[str, Any]:
    """Return the body that the renderer would send, without values."""

    def item(declared: dict[str, str]) -> Any:
        many = declared["id"].startswith("{")
        return [] if many else {"id": declared["id"], "property": declared["property"]}

    names = output.strip(".").split("...") if output.startswith("..") else [output]
    names = [] if one.get("no_output") else names
    outputs: Any = [
        [] if name.startswith("{") else dict(zip(("id", "property"), name.rsplit(".", 1), strict=True))
        for name in names
    ]
    return {
        "output": output,
        "outputs": outputs if output.startswith("..") or not names else outputs[0],
        "inputs": [item(one) for one in one["inputs"]],
        "state": [item(one) for one in one["state"]],
        "changedPropIds": [],
    }


def test_the_renderers_own_bodies_have_the_right_form(product: Any) -> None:
    known = product.dash.callback_map
    assert len(known) > 10
    for output, one in known.items():
        assert fault_of(sound_body(output, one), known) is None, output


def test_a_callback_of_another_form_is_refused_and_never_a_failure(browser: Callable[..., Any], product: Any) -> None:
    one = browser(Role.PORTFOLIO_MANAGER)
    one.open("/")
    for body in bodies(product):
        answer = one.callback(body)
        assert 400 <= answer.status_code < 500, (body, answer.status_code)
        assert answer.mimetype == "application/problem+json", body
    for text in (b"", b"{", b"\xff", b"[" * 100_000):
        answer = one.open(
            "/_dash-update-component",
            "POST",
            data=text,
            content_type="application/json",
            headers={"X-CSRFToken": one.cookie("csrf") or "", "Accept": "application/json"},
        )
        assert 400 <= answer.status_code < 500, text[:20]
        assert answer.mimetype == "application/problem+json"
