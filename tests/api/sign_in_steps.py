"""What do the tests of signing in share: words, and the steps of the second factor?"""

from __future__ import annotations

import re
import time
from typing import Any

import pyotp

NEW_PASSWORD = "correct horse battery staple"
GENERIC = "do not match"


def is_in(one: Any) -> bool:
    return one.open("/account/change").status_code == 200


def enroll(one: Any, password: str) -> pyotp.TOTP:
    """Switch the second factor on as a person does; return the authenticator."""
    page = one.form("/account/tf-setup", setup="authenticator")
    assert page.status_code == 200, page.text
    secret = re.search(r"\b((?:[A-Z2-7]{4}[- ]?){7,16}[A-Z2-7]{0,4})\b", page.text)
    assert secret is not None, page.text
    authenticator = pyotp.TOTP(re.sub(r"[- ]", "", secret[1]))
    action = re.search(r'action="(/account/tf-setup/[^"]+)"', page.text)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert action is not None
    assert token is not None
    done = one.open(action[1], "POST", data={"csrf_token": token[1], "code": authenticator.now()})
    assert done.status_code == 302, done.text
    return authenticator


def next_code(authenticator: pyotp.TOTP) -> str:
    """Return the code of the next step, which the window of one step already takes."""
    return authenticator.at(int(time.time()) + 30)
