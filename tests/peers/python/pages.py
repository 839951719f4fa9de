"""What users do at the issuer's pages."""

from browser import Browser

ALICE = {"username": "alice", "password": "alice-password"}


def sign_in(browser, page, username, password):
    form = page.form_with("password")
    return browser.submit(page, form, {"username": username, "password": password})


def press(browser, page, value):
    """Presses the button of this value, whatever its name is."""
    for form in page.forms():
        for name, button, is_button in form.fields:
            if is_button and button == value:
                return browser.submit(page, form, {}, press=(name, value))
    raise AssertionError(f"no button {value!r}: {page.status} {page.text}")


def walk(origin, url, redirect_uri, user=ALICE, browser=None):
    """Signs in where an authorization request leads to, and gives the URL that ends the walk."""
    browser = browser or Browser(origin)
    page = sign_in(browser, browser.open(url), **user)
    if not page.url.startswith(redirect_uri):
        page = press(browser, page, "allow")
    assert page.url.startswith(redirect_uri), f"{page.status} {page.text}"
    return page.url


def answer_device(origin, verification_uri, user_code, answer):
    """Types the user code in, signs in, and answers."""
    browser = Browser(origin)
    page = browser.open(verification_uri)
    for _ in range(4):
        names = {name for form in page.forms() for name, _, _ in form.fields}
        if "password" in names:
            page = sign_in(browser, page, **ALICE)
        elif any(
            button == answer
            for form in page.forms()
            for _, button, is_button in form.fields
            if is_button
        ):
            page = press(browser, page, answer)
            assert page.status == 200, f"{page.status} {page.text}"
            return
        else:
            form = page.form_with("user_code")
            page = browser.submit(page, form, {"user_code": user_code})
    raise AssertionError(f"the walk did not come to an end: {page.status} {page.text}")
