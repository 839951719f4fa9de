"""A browser small enough for sign-in pages: cookies, redirects, forms. Standard library only."""

import dataclasses
import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser


@dataclasses.dataclass
class Form:
    action: str
    method: str
    # Every named field with its value; None for a button, which counts only if it is pressed.
    fields: list


@dataclasses.dataclass
class Page:
    url: str
    status: int
    text: str

    def forms(self):
        reader = _FormReader()
        reader.feed(self.text)
        return reader.forms

    def form_with(self, name):
        """The form that has a field of this name."""
        for form in self.forms():
            if any(field == name for field, _, _ in form.fields):
                return form
        raise AssertionError(f"no form with {name!r} at {self.status} {_without_query(self.url)}")


class _FormReader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms = []
        self._open = None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            method = attributes.get("method", "get").upper()
            self._open = Form(attributes.get("action", ""), method, [])
            self.forms.append(self._open)
        elif tag in ("input", "button") and self._open and attributes.get("name"):
            kind = attributes.get("type", "submit" if tag == "button" else "text")
            value = attributes.get("value") or ""
            self._open.fields.append((attributes["name"], value, kind == "submit"))

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = None


class _StopAtRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    """Follows redirects below `origin`; one that leaves it is where the walk ends."""

    def __init__(self, origin):
        self.origin = origin
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), _StopAtRedirect()
        )

    def open(self, url, data=None):
        for _ in range(10):
            # As browsers do; an issuer may compare it.
            headers = {"Origin": self.origin} if data is not None else {}
            request = urllib.request.Request(url, data=data, headers=headers)
            try:
                with self._opener.open(request, timeout=10) as response:
                    return Page(url, response.status, response.read().decode())
            except urllib.error.HTTPError as error:
                with error:
                    location = error.headers.get("Location")
                    if not location:
                        return Page(url, error.code, error.read().decode())
            url, data = urllib.parse.urljoin(url, location), None
            if not url.startswith(self.origin + "/"):
                return Page(url, 302, "")
        raise AssertionError("redirected in circles")

    def submit(self, page, form, values, press=None):
        """Fills a form in and sends it, by the button `press` = (name, value) if given."""
        pairs = [
            (name, values.get(name, value))
            for name, value, is_button in form.fields
            if not is_button or (name, value) == press
        ]
        action = urllib.parse.urljoin(page.url, form.action)
        encoded = urllib.parse.urlencode(pairs)
        if form.method == "GET":
            return self.open(f"{action.partition('?')[0]}?{encoded}")
        return self.open(action, encoded.encode())


def query_of(url):
    """The parameters of a URL's query, each of which is there once."""
    pairs = urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query, strict_parsing=True)
    parameters = dict(pairs)
    assert len(parameters) == len(pairs), "a parameter is there twice"
    return parameters


def _without_query(url):
    return url.partition("?")[0]
