"""A client of Authlib and what becomes of it when time passes, the network fails or the issuer lies."""

import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests.adapters import HTTPAdapter
from urllib3 import Retry


def userinfo(issuer, token):
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    return requests.get(issuer.clients["web"]["userinfoEndpoint"], headers=headers)


def test_a_token_tells_whose_it_is(issuer):
    token = issuer.control("POST", "tokens", {"client": "web", "user": "alice", "scope": "openid"})
    assert userinfo(issuer, token).json()["sub"] == "alice"


def test_a_token_expires_after_twenty_minutes(issuer):
    token = issuer.control("POST", "tokens", {"client": "web", "user": "alice", "scope": "openid"})
    issuer.control("POST", "clock", {"advance": "19m"})
    assert userinfo(issuer, token).status_code == 200
    issuer.control("POST", "clock", {"advance": "1m"})
    assert userinfo(issuer, token).json()["error"] == "invalid_token"


def machine(issuer, **secret):
    client = {**issuer.clients["machine"], **secret}
    session = OAuth2Session(client["clientId"], client["clientSecret"])
    session.mount("http://", HTTPAdapter(max_retries=Retry(2, status_forcelist=[503], allowed_methods=None)))
    return session.fetch_token(client["tokenEndpoint"], grant_type="client_credentials")


def test_the_client_asks_again_after_a_503(issuer):
    issuer.control("POST", "faults", {"endpoint": "token", "fail": 503, "times": 2})
    assert machine(issuer)["access_token"]
    entries = issuer.control("GET", "journal?endpoint=token")["entries"]
    assert [entry["status"] for entry in entries] == [503, 503, 200]


def test_the_journal_says_why_a_secret_was_refused(issuer):
    with pytest.raises(Exception, match="invalid_client"):
        machine(issuer, clientSecret="a secret of somebody else")
    (entry,) = issuer.control("GET", "journal?endpoint=token")["entries"]
    assert entry["decision"] == "refused"
    assert entry["error"] == "invalid_client"
    assert "somebody else" not in str(entry)


def sign_in(issuer):
    """What an application does: it sends the browser to the issuer, and checks the id_token that it gets."""
    client = issuer.clients["web"]
    session = OAuth2Session(
        client["clientId"],
        client["clientSecret"],
        scope="openid",
        redirect_uri="http://localhost:8000/callback",
        code_challenge_method="S256",
    )
    kept = {"nonce": generate_token(), "code_verifier": generate_token(48)}
    url, state = session.create_authorization_url(client["authorizationEndpoint"], **kept)
    back = requests.get(url, allow_redirects=False).headers["Location"]
    verifier = kept["code_verifier"]
    token = session.fetch_token(
        client["tokenEndpoint"], authorization_response=back, state=state, code_verifier=verifier
    )
    keys = KeySet.import_key_set(requests.get(client["jwksUri"]).json())
    claims = jwt.decode(token["id_token"], keys, algorithms=["RS256"]).claims
    registry = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": client["issuer"]},
        aud={"essential": True, "value": client["clientId"]},
        exp={"essential": True},
        nonce={"essential": True, "value": kept["nonce"]},
    )
    registry.validate(claims)
    return claims["sub"]


def test_alice_signs_in(issuer):
    issuer.control("PUT", "automatic", {"user": "alice", "consent": True})
    assert sign_in(issuer) == "alice"


@pytest.mark.parametrize("case", ["alg_none", "iss_other", "aud_missing", "exp_past", "nonce_other"])
def test_nobody_signs_in_with_a_hostile_id_token(issuer, case):
    issuer.control("PUT", "automatic", {"user": "alice", "consent": True})
    issuer.control("POST", "hostile", {"case": case})
    with pytest.raises(JoseError):
        sign_in(issuer)
