"""Where does the set-up of the second factor differ from Flask-Security's own?

A wrong code there throws the secret away, so that the person would have to scan a new picture for each mistyped digit;
here the same picture stays. Loading the page of new recovery codes again would make yet other ones, so that those just
written down would be worth nothing; here a form makes codes once. Switching the second factor off leads to a page that
says so, not to new recovery codes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import current_user
from flask_security.proxies import _security
from flask_security.utils import check_and_get_token_status

from api.session.config import DONE
from api.session.forms import CodeForm
from api.session.messages import MESSAGES

CODES = "security.mf_recovery_codes"
SETUP = "security.two_factor_setup"
VALIDATE = "security.two_factor_setup_validate"
_MARK = "codes_once"
_TEMPLATE = "security/two_factor_setup.html"
View = Callable[..., Any]


def register(server: Flask) -> None:
    """Put our behavior around the views."""
    server.view_functions[CODES] = _not_made_twice(server.view_functions[CODES])
    server.view_functions[SETUP] = _told_when_off(server.view_functions[SETUP])
    server.view_functions[VALIDATE] = _keeps_the_picture(server.view_functions[VALIDATE])


def new_mark() -> str:
    """Return what the form for new recovery codes carries, good for sending it once."""
    session[_MARK] = secrets.token_urlsafe(12)
    return str(session[_MARK])


def _not_made_twice(stock: View) -> View:
    def mf_recovery_codes() -> Any:
        is_form = request.method == "POST" and not request.is_json
        if is_form and session.pop(_MARK, None) != request.form.get("once", ""):
            flash("Codes are shown once, and these were. If you did not keep them, make new ones.", "info")
            return redirect(url_for(CODES))
        return stock()

    return mf_recovery_codes


def _told_when_off(stock: View) -> View:
    def two_factor_setup() -> Response:
        answer = make_response(stock())
        if answer.status_code == 302 and answer.location == current_app.config["SECURITY_TWO_FACTOR_POST_SETUP_VIEW"]:
            return make_response(redirect(DONE))
        return answer

    return two_factor_setup


def _keeps_the_picture(stock: View) -> View:
    def two_factor_setup_validate(token: str) -> Response:
        answer = make_response(stock(token))
        is_refused = answer.status_code == 302 and str(answer.location).endswith("/tf-setup")
        if not is_refused or not current_user.is_authenticated:
            return answer
        expired, invalid, state = check_and_get_token_status(
            token, "tf_setup", current_app.config["SECURITY_TWO_FACTOR_SETUP_WITHIN"]
        )
        if expired or invalid or state["method"] != "authenticator":
            return answer
        session.pop("_flashes", None)  # the sentence stands beside the field instead
        return make_response(_again(token, state["totp_secret"]))

    return two_factor_setup_validate


def _again(token: str, secret: str) -> str:
    """Show the same picture once more, with what was wrong beside the code."""
    form = CodeForm()
    form.code.data = None
    form.code.errors = [MESSAGES["TWO_FACTOR_INVALID_TOKEN"][0]]
    shown = _security.totp_factory.fetch_setup_values(secret, current_user)
    return render_template(
        _TEMPLATE,
        two_factor_verify_code_form=form,
        chosen_method="authenticator",
        changing=True,
        state_token=token,
        authr_qrcode=shown["image"],
        authr_key=shown["key"],
        authr_username=shown["username"],
        authr_issuer=shown["issuer"],
    )
