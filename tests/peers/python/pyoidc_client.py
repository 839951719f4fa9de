"""Uses the issuer with pyoidc, the reference implementation of the specification's own authors.

Usage: pyoidc_client.py ENDPOINT, as in 127.0.0.1:9400.
"""

import secrets
import sys
import urllib.parse

from jwkest import BadSignature
from oic.exception import PyoidcError
from oic.oauth2.message import ErrorResponse
from oic.oic import Client
from oic.oic.message import (
    AccessTokenResponse,
    AuthorizationErrorResponse,
    AuthorizationResponse,
    EndSessionRequest,
    IdToken,
    OpenIDSchema,
    RegistrationResponse,
)
from oic.utils.authn.client import CLIENT_AUTHN_METHOD

from browser import Browser, query_of
from cases import case, raises, run
from pages import walk

ORIGIN = f"http://{sys.argv[1]}"
ISSUER = f"{ORIGIN}/v2/idaas_peers/app_web/oidc"
REDIRECT = "http://127.0.0.1:8700/cb"
BYE = "http://127.0.0.1:8700/bye"
SECRET = "CSweb-of-pyoidc-0123456789abcdefghijklmnop"
SCOPE = ["openid", "profile", "email"]


def new_client(secret=SECRET):
    client = Client(client_id="app_web", client_authn_method=CLIENT_AUTHN_METHOD)
    client.provider_config(ISSUER)
    client.store_registration_info(
        RegistrationResponse(client_id="app_web", client_secret=secret, redirect_uris=[REDIRECT])
    )
    return client


class SignIn:
    """One authorization request, and what has to be remembered for its answer."""

    def __init__(self, client, **parameters):
        self.client = client
        self.browser = Browser(ORIGIN)
        self.nonce = secrets.token_urlsafe()
        self.state = secrets.token_urlsafe()
        challenge, self.verifier = client.add_code_challenge()
        self.request = client.construct_AuthorizationRequest(
            request_args={
                "response_type": "code",
                "scope": SCOPE,
                "state": self.state,
                "nonce": self.nonce,
                "redirect_uri": REDIRECT,
                **challenge,
                **parameters,
            }
        )

    def url(self):
        return self.request.request(self.client.authorization_endpoint)

    def answer(self):
        url = walk(ORIGIN, self.url(), REDIRECT, browser=self.browser)
        answer = self.client.parse_response(
            AuthorizationResponse, info=urllib.parse.urlsplit(url).query, sformat="urlencoded"
        )
        assert isinstance(answer, AuthorizationResponse), answer
        assert answer["state"] == self.state and answer["iss"] == ISSUER
        return answer

    def tokens(self, method="client_secret_basic", **parameters):
        answer = self.answer()
        return self.exchange(answer, method, **parameters)

    def exchange(self, answer, method="client_secret_basic", **parameters):
        arguments = {
            "code": answer["code"],
            "redirect_uri": REDIRECT,
            "code_verifier": self.verifier,
            **parameters,
        }
        return self.client.do_access_token_request(
            state=self.state, request_args=arguments, authn_method=method
        )


def signed_in(method="client_secret_basic", **parameters):
    attempt = SignIn(new_client(), **parameters)
    tokens = attempt.tokens(method)
    assert isinstance(tokens, AccessTokenResponse), tokens
    return attempt, tokens


@case
def provider_discovery():
    client = new_client()
    assert client.provider_info["issuer"] == ISSUER
    for name in ("authorization", "token", "userinfo", "end_session"):
        assert getattr(client, f"{name}_endpoint").startswith(ORIGIN), name
    assert client.keyjar[ISSUER], "no keys"


@case
def discovery_of_another_issuer_is_refused():
    # The document is found below this address as well, and says another issuer.
    other = ISSUER.replace("127.0.0.1", "localhost")
    client = Client(client_id="app_web", client_authn_method=CLIENT_AUTHN_METHOD)
    raises(PyoidcError, client.provider_config, other)


@case
def code_flow_and_id_token_with_client_secret_basic():
    attempt, tokens = signed_in()
    claims = tokens["id_token"]
    # pyoidc parsed it: the signature by the issuer's key, and iss, aud, exp, iat.
    assert isinstance(claims, IdToken) and claims["sub"] == "user_alice"
    assert claims.jws_header["alg"] in ("RS256", "ES256"), claims.jws_header
    attempt.client.verify_id_token(claims, attempt.request)
    assert claims["nonce"] == attempt.nonce


@case
def code_flow_with_client_secret_post():
    attempt, tokens = signed_in("client_secret_post")
    attempt.client.verify_id_token(tokens["id_token"], attempt.request)


@case
def code_flow_with_client_secret_jwt():
    attempt, tokens = signed_in("client_secret_jwt")
    attempt.client.verify_id_token(tokens["id_token"], attempt.request)


@case
def max_age_and_acr_values():
    client = new_client()
    acr = client.provider_info["acr_values_supported"]
    attempt = SignIn(client, max_age=60, acr_values=acr)
    tokens = attempt.tokens()
    claims = tokens["id_token"]
    assert claims["auth_time"] and claims["acr"] in acr
    client.verify_id_token(claims, attempt.request)


@case
def id_token_with_another_nonce_is_refused():
    attempt = SignIn(new_client())
    answer = attempt.answer()
    attempt.client.state2nonce[attempt.state] = "another"
    raises(PyoidcError, attempt.exchange, answer)


@case
def id_token_with_another_signature_is_refused():
    attempt, tokens = signed_in()
    _, others = signed_in()
    signed = tokens["id_token_jwt"].rpartition(".")[0]
    signature = others["id_token_jwt"].rpartition(".")[2]
    mixed = f"{signed}.{signature}"
    keyjar = attempt.client.keyjar
    verified = AccessTokenResponse(access_token="x", token_type="Bearer", id_token=mixed)
    raises(BadSignature, verified.verify, keyjar=keyjar, client_id="app_web", iss=ISSUER)


@case
def wrong_secret_is_refused():
    attempt = SignIn(new_client("CSwrong"))
    answer = attempt.tokens()
    assert isinstance(answer, ErrorResponse) and answer["error"] == "invalid_client", answer


@case
def wrong_verifier_is_refused():
    attempt = SignIn(new_client())
    answer = attempt.tokens(code_verifier="a" * 43)
    assert isinstance(answer, ErrorResponse) and answer["error"] == "invalid_grant", answer


@case
def prompt_none_without_a_session_is_answered_at_the_redirect_uri():
    attempt = SignIn(new_client(), prompt="none")
    page = attempt.browser.open(attempt.url())
    answer = attempt.client.parse_response(
        AuthorizationResponse, info=urllib.parse.urlsplit(page.url).query, sformat="urlencoded"
    )
    assert isinstance(answer, AuthorizationErrorResponse), answer
    assert answer["error"] == "login_required" and answer["state"] == attempt.state


@case
def refresh():
    attempt, tokens = signed_in()
    fresh = attempt.client.do_access_token_refresh(
        state=attempt.state, authn_method="client_secret_basic"
    )
    assert isinstance(fresh, AccessTokenResponse), fresh
    assert fresh["access_token"] != tokens["access_token"]
    assert fresh["refresh_token"] != tokens["refresh_token"]


@case
def userinfo_by_get_and_by_post():
    attempt, tokens = signed_in()
    for method in ("GET", "POST"):
        info = attempt.client.do_user_info_request(method=method, state=attempt.state)
        assert isinstance(info, OpenIDSchema), info
        # pyoidc compares it with the id_token's.
        assert info["sub"] == "user_alice" == tokens["id_token"]["sub"]
        assert info["name"] == "Alice Example" and info["email_verified"] is True


@case
def userinfo_with_a_wrong_token():
    attempt, _ = signed_in()
    answer = attempt.client.do_user_info_request(state=attempt.state, token="ATwrong")
    assert isinstance(answer, ErrorResponse) and answer["error"] == "invalid_token", answer


@case
def end_session():
    attempt, tokens = signed_in()
    request = attempt.client.construct_EndSessionRequest(
        state=attempt.state,
        request_args={"post_logout_redirect_uri": BYE, "state": "leaving"},
    )
    assert isinstance(request, EndSessionRequest) and request["id_token_hint"]
    # By the id_token of this very session: nothing is asked.
    page = attempt.browser.open(request.request(attempt.client.end_session_endpoint))
    assert page.url.startswith(BYE) and query_of(page.url) == {"state": "leaving"}, page.text
    again = SignIn(attempt.client, prompt="none")
    page = attempt.browser.open(again.url())
    assert query_of(page.url)["error"] == "login_required", page.url


run()
