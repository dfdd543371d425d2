"""What answers rules as files: which are given out, and what somebody takes in?"""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import urlencode

from dash import Input, Output, State, callback, html
from dash.exceptions import PreventUpdate

from callbacks import present_compliance_rules as present
from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import form, part
from callbacks.present_toast import put, read_anew, say
from callbacks.wording import told
from components.compliance_rule_files import EXPORT
from components.ids import ComplianceRuleFiles as Ids
from components.ids import ComplianceRules, Shell
from services import formatting
from services.errors import FieldProblem, InvalidRequest


@callback(
    Output(Ids.SAID, "children"),
    Output(Ids.YAML, "href"),
    Output(Ids.JSON, "href"),
    Input(ComplianceRules.LIBRARY, "selectedRows"),
    Input(ComplianceRules.LIBRARY, "rowData"),
)
@part
def offer(selected: Any, rows: list[dict[str, Any]] | None) -> tuple[Any, ...]:
    """Give out the rules that are ticked, else all of the house that are approved."""
    ids = [row["id"] for row in present.ticked(selected, rows)]
    asked = f"?{urlencode({'ids': ','.join(ids)})}" if ids else ""
    said = f"{formatting.count(len(ids), 'rule')} ticked above, each as it is in force, else as written last."
    return told(said) if ids else "All approved rules of the house.", f"{EXPORT}/file{asked}", f"{EXPORT}{asked}"


@callback(Output(Ids.TAKE_IN, "hidden"), Input(Shell.RESYNC, "data"))
@part
def offer_taking_in(_resync: object) -> bool:
    """Show the place for a file to those who may write rules."""
    return not may(Permission.RULES_WRITE)


@callback(
    Output(Ids.FILE_SAID, "children"),
    Input(Ids.FILE, "contents"),
    State(Ids.FILE, "filename"),
    prevent_initial_call=True,
)
@form(Ids.PROBLEMS, {})
def take_in(contents: str | None, name: str | None) -> Any:
    """Take in the rules of a file as drafts, all or none."""
    if not contents:
        raise PreventUpdate  # the field was emptied below: what was said of its file stays
    put(Ids.FILE, contents=None)
    done = services().rules.drafts.import_text(_raw(contents), actor())
    say("Taken in as drafts", told(done.sentence))
    read_anew("rules taken in")
    return html.P(told(f"{name or 'The file'}: {done.sentence}"))


def _raw(contents: str) -> bytes:
    try:
        return base64.b64decode(contents.partition(",")[2], validate=True)
    except (ValueError, binascii.Error):
        problem = FieldProblem("", "The file did not arrive whole.", "Drop it once more.")
        raise InvalidRequest(problem.message, problem.advice, fields=(problem,)) from None
