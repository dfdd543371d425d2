"""How does somebody who was invited become a user?

The page behind an invitation link, and behind the link that a new installation prints for its first administrator. The
link works once; looking at it does not use it up.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, get_flashed_messages, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_security import hash_password
from flask_security.proxies import _security
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, PasswordField, StringField, SubmitField  # type: ignore[import-untyped]
from wtforms.validators import EqualTo, InputRequired, ValidationError  # type: ignore[import-untyped]

from api.access import services
from api.session.config import PASSWORD_MAX_COUNT, PASSWORD_MIN_COUNT
from services.errors import FieldProblem, NotFound, ServiceError
from services.invitations import SETUP_EMAIL
from services.messages.users import InviteView
from services.users_checks import email_problems, name_problems

pages = Blueprint("account", __name__, url_prefix="/account")

BACK = "/settings?tab=security"
_TEMPLATE = "security/invitation.html"
_AUTOCOMPLETE = {"autocomplete": "new-password"}


class _Checked:
    """Checks a field by the rule of the services, so that its problems are told with those of the password."""

    def __init__(self, problems: Callable[[str], list[FieldProblem]]) -> None:
        self._problems = problems

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Refuse what the services would refuse.

        Raises
        ------
        wtforms.validators.ValidationError
        """
        for problem in self._problems(str(field.data or "")):
            raise ValidationError(f"{problem.message} {problem.advice}")


class PasswordChoice(FlaskForm):  # type: ignore[misc]
    """A person chooses a password."""

    password = PasswordField("Password", render_kw=_AUTOCOMPLETE, validators=[InputRequired("Choose a password.")])
    password_confirm = PasswordField(
        "Password again", render_kw=_AUTOCOMPLETE, validators=[EqualTo("password", "The two passwords differ.")]
    )
    submit = SubmitField("Start")


class FirstAdministrator(PasswordChoice):
    """The first administrator also says who they are."""

    email = EmailField(
        "E-mail address",
        render_kw={"autocomplete": "email"},
        validators=[InputRequired("Write your address."), _Checked(email_problems)],
    )
    name = StringField(
        "Name",
        render_kw={"autocomplete": "name"},
        validators=[InputRequired("Write your name."), _Checked(name_problems)],
    )


def _form(invitation: InviteView) -> PasswordChoice:
    """Return the form that fits the link."""
    return FirstAdministrator() if invitation.email == SETUP_EMAIL else PasswordChoice()


def _is_acceptable(form: PasswordChoice, email: str) -> bool:
    """Check the form and the password by the same rules as everywhere."""
    if not form.is_submitted():
        return False
    is_valid = bool(form.validate())
    if form.password.errors:
        return False
    reasons, normalized = _security.password_util.validate(form.password.data or "", False, user=_Address(email))
    form.password.data = normalized
    form.password.errors = list(reasons or [])
    return is_valid and not reasons


def _tell(form: PasswordChoice, error: ServiceError) -> None:
    """Put each problem beside its field, and the rest above the form."""
    named = {problem.path: problem for problem in error.fields if problem.path in form._fields}
    for path, problem in named.items():
        form[path].errors = [f"{problem.message} {problem.advice}"]
    if not named:
        form.form_errors.append(error.sentence)


class _Address:
    """Whose address must not be the password."""

    def __init__(self, email: str) -> None:
        self.email = email


@pages.route("/done")
def done() -> ResponseReturnValue:
    """Say what was changed, once, and lead back to the settings."""
    told = get_flashed_messages()
    return render_template("security/done.html", told=told) if told else redirect(BACK)


@pages.route("/invite/<token>", methods=["GET", "POST"])
def accept_invitation(token: str) -> ResponseReturnValue:
    """Show the page, or make the user and lead to the sign-in page."""
    try:
        invitation = services().invitations.look(token)
    except NotFound as error:
        return render_template("security/dead_link.html", error=error), 404
    form = _form(invitation)
    is_first = isinstance(form, FirstAdministrator)
    email = str(form.email.data or "") if isinstance(form, FirstAdministrator) else invitation.email
    if _is_acceptable(form, email):
        name = str(form.name.data) if isinstance(form, FirstAdministrator) else invitation.name
        try:
            services().invitations.accept(token, hash_password(form.password.data), email=email, name=name)
        except ServiceError as error:
            _tell(form, error)
        else:
            flash("Your account is ready. Sign in with your new password.", "success")
            return redirect("/account/login")
    return render_template(
        _TEMPLATE,
        form=form,
        invitation=invitation,
        is_first=is_first,
        length_min=PASSWORD_MIN_COUNT,
        length_max=PASSWORD_MAX_COUNT,
    )
