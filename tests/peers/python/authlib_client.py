"""Uses the issuer with Authlib: over requests, and over httpx.

Usage: authlib_client.py ENDPOINT, as in 127.0.0.1:9400. Authlib discovers the endpoints and
validates the id_tokens itself, by its mixin for OpenID Connect.
"""

import os
import sys
import time
import urllib.parse

import joserfc.errors
from authlib.common.security import generate_token
from authlib.integrations.base_client import (
    BaseApp,
    FrameworkIntegration,
    OAuth2Mixin,
    OAuthError,
    OpenIDMixin,
)
from authlib.integrations.httpx_client import OAuth2Client
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import ClientSecretJWT, PrivateKeyJWT
from joserfc.jwk import ECKey

from browser import Browser, query_of
from cases import case, raises, run
from pages import walk

ORIGIN = f"http://{sys.argv[1]}"
REDIRECT = "http://127.0.0.1:8700/cb?a=1&b=2"
SECRET = os.environ["CLIENT_SECRET"]
AWKWARD = os.environ["AWKWARD_SECRET"]
INSTANCE = f"{ORIGIN}/api/v2/iauths_system/oauth2"
SCOPE = "openid profile email"


class _Framework(FrameworkIntegration):
    """Keeps no tokens: the cases have them in their hands."""

    def update_token(self, token, refresh_token=None, access_token=None):
        pass


class _App(OAuth2Mixin, OpenIDMixin, BaseApp):
    client_cls = OAuth2Session


class _HttpxApp(_App):
    client_cls = OAuth2Client


def app(
    client="app_web", secret=SECRET, method=None, issuer=None, kind=_App, auth=None, scope=SCOPE
):
    issuer = issuer or f"{ORIGIN}/v2/idaas_peers/{client}/oidc"
    options = {"scope": scope, "code_challenge_method": "S256"}
    if method:
        options["token_endpoint_auth_method"] = method
        options["revocation_endpoint_auth_method"] = method
    return kind(
        _Framework("issuer"),
        client_id=client,
        client_secret=secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs=options,
        client_auth_methods=[auth] if auth else None,
    )


def session(one):
    """A client of the app's, as Authlib itself makes it."""
    return one._get_oauth_client(**one.load_server_metadata())


def authorize(one, **parameters):
    """Up to the answer at the redirect URI, and what must be kept until then."""
    kept = one.create_authorization_url(
        REDIRECT, code_verifier=generate_token(48), nonce=generate_token(), **parameters
    )
    answer = walk(ORIGIN, kept["url"], REDIRECT)
    parameters = query_of(answer)
    assert parameters["iss"] == one.load_server_metadata()["issuer"], parameters
    assert parameters["state"] == kept["state"]
    return answer, kept


def sign_in(one, **parameters):
    """The whole code flow. The session parses the answer and compares `state`."""
    answer, kept = authorize(one, **parameters)
    tokens = one.fetch_access_token(
        REDIRECT,
        authorization_response=answer,
        state=kept["state"],
        code_verifier=kept["code_verifier"],
    )
    assert tokens["token_type"] == "Bearer"
    assert abs(tokens["expires_at"] - tokens["expires_in"] - time.time()) < 10
    return tokens, kept


def check(one, tokens, kept):
    claims = one.parse_id_token(tokens, nonce=kept["nonce"], leeway=0)
    metadata = one.load_server_metadata()
    assert claims["sub"] == "user_alice" and claims["iss"] == metadata["issuer"]
    assert claims["at_hash"], "no at_hash, so it was not compared"
    return claims


def refused(error, call, *arguments, **parameters):
    exception = raises(OAuthError, call, *arguments, **parameters)
    assert exception.error == error, f"{exception.error} and not {error}"
    assert exception.description, "no description"


@case
def authorization_code_with_pkce_over_requests():
    one = app()
    tokens, kept = sign_in(one)
    check(one, tokens, kept)
    assert tokens["refresh_token"] and tokens["scope"] == SCOPE


@case
def authorization_code_with_pkce_over_httpx():
    one = app(kind=_HttpxApp)
    check(one, *sign_in(one))


@case
def authorization_code_at_the_instance():
    one = app(issuer=INSTANCE)
    check(one, *sign_in(one))


@case
def authorization_code_of_a_public_client_over_requests():
    one = app("app_spa", None)
    check(one, *sign_in(one))


@case
def authorization_code_of_a_public_client_over_httpx():
    one = app("app_spa", None, kind=_HttpxApp)
    check(one, *sign_in(one))


@case
def id_token_with_another_nonce_is_refused():
    one = app()
    tokens, _ = sign_in(one)
    raises(joserfc.errors.InvalidClaimError, one.parse_id_token, tokens, nonce="another")


@case
def id_token_beside_another_access_token_is_refused():
    one = app()
    tokens, kept = sign_in(one)
    tokens["access_token"] += "x"
    error = joserfc.errors.InvalidClaimError
    raises(error, one.parse_id_token, tokens, nonce=kept["nonce"])


@case
def id_token_with_another_signature_is_refused():
    one = app()
    tokens, kept = sign_in(one)
    other, _ = sign_in(one)
    signed, _, _ = tokens["id_token"].rpartition(".")
    tokens["id_token"] = f"{signed}.{other['id_token'].rpartition('.')[2]}"
    error = joserfc.errors.BadSignatureError
    raises(error, one.parse_id_token, tokens, nonce=kept["nonce"])


@case
def id_token_of_another_client_is_refused():
    one, other = app(issuer=INSTANCE), app("app_spa", None, issuer=INSTANCE)
    tokens, kept = sign_in(one)
    error = joserfc.errors.JoseError
    raises(error, other.parse_id_token, tokens, nonce=kept["nonce"])


@case
def request_without_pkce_is_refused():
    one = app()
    kept = one.create_authorization_url(REDIRECT)
    url, _ = session(one).create_authorization_url(
        one.load_server_metadata()["authorization_endpoint"], redirect_uri=REDIRECT
    )
    assert "code_challenge" in kept["url"] and "code_challenge" not in url
    answer = query_of(Browser(ORIGIN).open(url).url)
    assert answer["error"] == "invalid_request" and "code" not in answer, answer


@case
def code_with_another_verifier_is_refused():
    one = app()
    answer, kept = authorize(one)
    parameters = {"authorization_response": answer, "state": kept["state"]}
    refused(
        "invalid_grant",
        one.fetch_access_token,
        REDIRECT,
        code_verifier=generate_token(48),
        **parameters,
    )


@case
def code_that_is_used_twice_is_refused_and_ends_what_it_gave():
    one = app()
    answer, kept = authorize(one)
    parameters = {
        "authorization_response": answer,
        "state": kept["state"],
        "code_verifier": kept["code_verifier"],
    }
    tokens = one.fetch_access_token(REDIRECT, **parameters)
    refused("invalid_grant", one.fetch_access_token, REDIRECT, **parameters)
    assert one.get(one.load_server_metadata()["userinfo_endpoint"], token=tokens).status_code == 401


@case
def answer_with_another_state_is_refused_by_authlib():
    one = app()
    answer, kept = authorize(one)
    raises(
        Exception,
        one.fetch_access_token,
        REDIRECT,
        authorization_response=answer,
        state="another",
        code_verifier=kept["code_verifier"],
    )


@case
def userinfo():
    for kind in (_App, _HttpxApp):
        one = app(kind=kind)
        tokens, _ = sign_in(one)
        info = one.userinfo(token=tokens)
        assert info["sub"] == "user_alice" and info["email"] == "alice@example.com", info


@case
def refresh_rotates_and_its_id_token_is_valid():
    one = app()
    tokens, kept = sign_in(one)
    client = session(one)
    fresh = client.refresh_token(refresh_token=tokens["refresh_token"])
    assert fresh["refresh_token"] != tokens["refresh_token"]
    # OpenID Connect Core section 12.2: no nonce, or the same.
    claims = one.parse_id_token(fresh, nonce=None)
    assert claims["sub"] == "user_alice" and claims.get("nonce", kept["nonce"]) == kept["nonce"]
    refused("invalid_grant", client.refresh_token, refresh_token=tokens["refresh_token"])
    refused("invalid_grant", client.refresh_token, refresh_token=fresh["refresh_token"])


@case
def refresh_of_a_public_client():
    one = app("app_spa", None)
    tokens, _ = sign_in(one)
    assert session(one).refresh_token(refresh_token=tokens["refresh_token"])["access_token"]


@case
def tokens_that_expired_are_refreshed_by_authlib_itself():
    one = app()
    tokens, _ = sign_in(one)
    client = session(one)
    client.token = {**tokens, "expires_at": 1}
    answer = client.get(one.load_server_metadata()["userinfo_endpoint"])
    assert answer.status_code == 200 and client.token["access_token"] != tokens["access_token"]


def machine(method, secret=SECRET, client="app_web", auth=None, kinds=(_App, _HttpxApp)):
    """Client credentials, introspection and revocation, all by one way of authenticating."""
    for kind in kinds:
        one = app(client, secret, method, kind=kind, auth=auth, scope=None)
        metadata = one.load_server_metadata()
        assert method in metadata["token_endpoint_auth_methods_supported"], metadata
        tokens = session(one).fetch_token(grant_type="client_credentials")
        assert "id_token" not in tokens and "refresh_token" not in tokens
        introspect(one, tokens["access_token"])
        revoke(one, tokens["access_token"])
        assert introspect(one, tokens["access_token"], active=False) == {"active": False}


def introspect(one, token, active=True, **parameters):
    url = one.load_server_metadata()["introspection_endpoint"]
    answer = session(one).introspect_token(url, token=token, **parameters).json()
    assert answer["active"] is active, answer
    return answer


def revoke(one, token, **parameters):
    url = one.load_server_metadata()["revocation_endpoint"]
    answer = session(one).revoke_token(url, token=token, **parameters)
    assert answer.status_code == 200, answer.text


@case
def client_secret_basic():
    machine("client_secret_basic")


@case
def client_secret_basic_that_is_not_encoded_is_refused():
    """Authlib leaves the encoding of RFC 6749 section 2.3.1 out; profile rfc9700 insists on it."""
    fetch = session(app(secret=AWKWARD, scope=None)).fetch_token
    refused("invalid_client", fetch, grant_type="client_credentials")


@case
def client_secret_post():
    machine("client_secret_post")
    machine("client_secret_post", AWKWARD)


@case
def client_secret_jwt():
    machine("client_secret_jwt", auth=ClientSecretJWT())
    machine("client_secret_jwt", AWKWARD, auth=ClientSecretJWT())


@case
def client_secret_jwt_for_the_token_endpoint():
    endpoint = f"{ORIGIN}/v2/idaas_peers/app_web/oauth2/token"
    machine("client_secret_jwt", auth=ClientSecretJWT(endpoint))


@case
def private_key_jwt_with_an_rsa_key():
    machine("private_key_jwt", os.environ["RSA_KEY"], "app_keys", PrivateKeyJWT())


@case
def private_key_jwt_with_an_elliptic_curve():
    key = ECKey.import_key(os.environ["EC_KEY"])
    machine("private_key_jwt", key, "app_keys", PrivateKeyJWT(alg="ES256"))


@case
def authorization_code_and_refresh_with_private_key_jwt():
    key = os.environ["RSA_KEY"]
    one = app("app_keys", key, "private_key_jwt", auth=PrivateKeyJWT())
    tokens, kept = sign_in(one)
    check(one, tokens, kept)
    assert session(one).refresh_token(refresh_token=tokens["refresh_token"])["id_token"]


@case
def wrong_secrets_are_refused():
    for method, auth in (
        ("client_secret_basic", None),
        ("client_secret_post", None),
        ("client_secret_jwt", ClientSecretJWT()),
    ):
        one = app(secret="CSwrong-and-long-enough-for-HS256-0123", method=method, auth=auth)
        fetch = session(one).fetch_token
        refused("invalid_client", fetch, grant_type="client_credentials")


@case
def introspection_of_an_access_token_and_of_a_refresh_token():
    one = app()
    tokens, _ = sign_in(one)
    answer = introspect(one, tokens["access_token"], token_type_hint="access_token")
    assert answer["sub"] == "user_alice" and answer["client_id"] == "app_web", answer
    assert answer["iss"] == one.load_server_metadata()["issuer"]
    assert answer["exp"] - answer["iat"] == tokens["expires_in"], answer
    assert answer["scope"] == SCOPE and answer["token_type"] == "Bearer", answer
    introspect(one, tokens["refresh_token"], token_type_hint="refresh_token")


@case
def revocation_of_a_refresh_token_ends_the_access_token():
    one = app()
    tokens, _ = sign_in(one)
    revoke(one, tokens["refresh_token"], token_type_hint="refresh_token")
    introspect(one, tokens["refresh_token"], active=False)
    introspect(one, tokens["access_token"], active=False)


@case
def logout_by_the_id_token():
    one = app()
    kept = one.create_authorization_url(
        REDIRECT, code_verifier=generate_token(48), nonce=generate_token()
    )
    browser = Browser(ORIGIN)
    answer = walk(ORIGIN, kept["url"], REDIRECT, browser=browser)
    tokens = one.fetch_access_token(
        REDIRECT,
        authorization_response=answer,
        state=kept["state"],
        code_verifier=kept["code_verifier"],
    )
    leave = one.create_logout_url("http://127.0.0.1:8700/bye", id_token_hint=tokens["id_token"])
    # By the id_token of this very session: nothing is asked.
    page = browser.open(leave["url"])
    assert urllib.parse.urlsplit(page.url).path == "/bye", page.text
    assert query_of(page.url)["state"] == leave["state"]
    # Signed out: the next request asks for the password.
    again = one.create_authorization_url(REDIRECT, code_verifier=generate_token(48))
    assert browser.open(again["url"]).form_with("password")


run()
