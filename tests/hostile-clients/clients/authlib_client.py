"""Signs in with Authlib for every line of standard input, and writes what came of it as a line of JSON.

Usage: authlib_client.py PORT. Everything that is for https://as.example goes to this port of this machine, and
everything else is answered with 404, and noted.
"""

import json
import math
import sys
import urllib.parse

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import (
    BaseApp,
    FrameworkIntegration,
    OAuth2Mixin,
    OpenIDMixin,
)
from authlib.integrations.requests_client import OAuth2Session
from requests.adapters import HTTPAdapter

PORT = int(sys.argv[1])
HOST = "as.example"
REDIRECT = "https://app.example/cb"
ELSEWHERE = []


class _Adapter(HTTPAdapter):
    """The network: the issuer, and nobody else."""

    def send(self, request, **options):
        url = request.url
        parts = urllib.parse.urlsplit(url)
        if parts.hostname != HOST:
            ELSEWHERE.append(url)
            response = requests.Response()
            response.status_code, response.url, response.request = 404, url, request
            return response
        request.url = urllib.parse.urlunsplit(
            ("http", f"127.0.0.1:{PORT}", parts.path, parts.query, "")
        )
        response = super().send(request, **options)
        request.url = response.url = url
        return response


def _reached(session):
    session.trust_env = False
    session.mount("https://", _Adapter())
    session.mount("http://", _Adapter())
    return session


class _Session(OAuth2Session):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        _reached(self)


class _Framework(FrameworkIntegration):
    """Keeps no tokens."""

    def update_token(self, token, refresh_token=None, access_token=None):
        pass


class _App(OAuth2Mixin, OpenIDMixin, BaseApp):
    client_cls = _Session


def sign_in(issuer, client, secret):
    """The whole code flow, up to the user's claims. When the access token expires; none if that is not known."""
    app = _App(
        _Framework("issuer"),
        client_id=client,
        client_secret=secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256"},
    )
    nonce = generate_token()
    kept = app.create_authorization_url(
        REDIRECT, code_verifier=generate_token(48), nonce=nonce, max_age=600
    )
    page = _reached(requests.Session()).get(kept["url"], allow_redirects=False)
    tokens = app.fetch_access_token(
        REDIRECT,
        authorization_response=page.headers["location"],
        state=kept["state"],
        code_verifier=kept["code_verifier"],
    )
    claims = app.parse_id_token(tokens, nonce=nonce)
    if claims is None:
        raise ValueError("there is no id_token")
    app.userinfo(token=tokens)
    return tokens.get("expires_at")


def main():
    for line in sys.stdin:
        asked = json.loads(line)
        ELSEWHERE.clear()
        report = {"error": None, "expiresAt": None}
        try:
            at = sign_in(asked["issuer"], asked["clientId"], asked["clientSecret"])
            # JSON has no other numbers.
            report["expiresAt"] = at if at is None or math.isfinite(at) else -1
        except Exception as exception:
            report["error"] = f"{type(exception).__name__}: {exception}"
        print(json.dumps({**report, "elsewhere": ELSEWHERE}), flush=True)


main()
