"""Gets tokens from the issuer with Alibaba Cloud's own SDK, which this project did not write.

Usage: official_sdk.py ENDPOINT, as in 127.0.0.1:9400. Prints one line of JSON for each case.

How the SDK shows an OAuth error: a ClientException whose own code and message are the text "None";
the truth is in its `status_code` and `data`.
"""

import asyncio
import base64
import hashlib
import json
import secrets
import sys
import time
import urllib.parse

from alibabacloud_eiam_developerapi20220225 import models
from alibabacloud_eiam_developerapi20220225.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.runtime import RuntimeOptions

from browser import query_of
from cases import case, run
from pages import ALICE, answer_device, walk

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
INSTANCE = "idaas_peers"
WEB = {"client_id": "app_web", "client_secret": "CSweb+/=&%20secret"}
WEB_REDIRECT = "http://127.0.0.1:8700/cb?a=1&b=2"
SPA_REDIRECT = "http://127.0.0.1:8700/spa"
MACHINE = {"client_id": "app_machine", "client_secret": "CSmachine"}

ENDPOINT = sys.argv[1]
ORIGIN = f"http://{ENDPOINT}"
SDK = Client(Config(endpoint=ENDPOINT, protocol="http"))


def token(application, headers=None, **parameters):
    request = models.GenerateTokenRequest(**parameters)
    response = SDK.generate_token_with_options(
        INSTANCE, application, request, headers or {}, RuntimeOptions()
    )
    assert response.status_code == 200, response.status_code
    check_token(response.body)
    return response.body


def check_token(body):
    assert body.token_type == "Bearer", body.token_type
    assert body.access_token, "no access_token"
    assert type(body.expires_in) is int and type(body.expires_at) is int
    assert (
        abs(body.expires_at - body.expires_in - time.time()) < 10
    ), "expires_at is not now + expires_in"


def device_code(application, **parameters):
    request = models.GenerateDeviceCodeRequest(**parameters)
    return SDK.generate_device_code(INSTANCE, application, request).body


def user_info(application, access_token):
    headers = models.GetUserInfoHeaders(authorization=f"Bearer {access_token}")
    return SDK.get_user_info_with_options(
        INSTANCE, application, models.GetUserInfoRequest(), headers, RuntimeOptions()
    ).body


def revoke(application, **parameters):
    request = models.RevokeTokenRequest(**parameters)
    return SDK.revoke_token(INSTANCE, application, request)


def refused(status, error, call, *arguments, **parameters):
    try:
        call(*arguments, **parameters)
    except ClientException as exception:
        shown = (exception.status_code, exception.data.get("error"))
        assert shown == (status, error), f"refused with {shown} and not {(status, error)}"
        assert exception.data.get("request_id"), "no request_id"
        return exception.data.get("error_description")
    raise AssertionError(f"not refused with {error}")


def claims_of(id_token):
    """What a token says. That its signature is right is tested elsewhere."""
    payload = id_token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def challenge_of(verifier):
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def authorize(application, redirect_uri, verifier, user=ALICE):
    """Signs in as a user does, and gives the code that comes to the redirect URI."""
    state = secrets.token_urlsafe()
    query = urllib.parse.urlencode(
        {
            "client_id": application,
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "scope": "openid profile email",
            "state": state,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
    )
    url = f"{ORIGIN}/login/app/{application}/oauth2/authorize?{query}"
    answer = query_of(walk(ORIGIN, url, redirect_uri, user))
    assert answer["state"] == state, "another state"
    return answer["code"]


def new_verifier():
    return secrets.token_urlsafe(32)


def sign_in_with_code():
    verifier = new_verifier()
    code = authorize("app_web", WEB_REDIRECT, verifier)
    return (
        code,
        verifier,
        token(
            "app_web",
            grant_type="authorization_code",
            code=code,
            redirect_uri=WEB_REDIRECT,
            code_verifier=verifier,
            **WEB,
        ),
    )


@case
def client_credentials():
    body = token(
        "app_machine",
        grant_type="client_credentials",
        scope="api://api.example.com|read:file",
        **MACHINE,
    )
    assert body.refresh_token is None and body.id_token is None


@case
def client_credentials_with_a_lifetime_beyond_two_to_the_53():
    body = token("app_machine", grant_type="client_credentials", **MACHINE)
    assert body.expires_in == 9007199254740993, body.expires_in


@case
def client_credentials_by_basic_authentication():
    # The SDK has no field for it; RFC 6749 section 2.3.1 encodes both parts.
    pair = ":".join(urllib.parse.quote_plus(part) for part in WEB.values())
    header = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
    token("app_web", header, grant_type="client_credentials")


@case
def client_credentials_with_a_wrong_secret():
    parameters = {
        "grant_type": "client_credentials",
        "client_id": "app_machine",
        "client_secret": "CSwrong",
    }
    refused(401, "invalid_client", token, "app_machine", **parameters)


@case
def an_unknown_application():
    description = refused(
        404,
        "application_not_found",
        token,
        "app_nobody",
        grant_type="client_credentials",
        **MACHINE,
    )
    assert description == "Application id not found: app_nobody", description


@case
def password():
    body = token("app_web", grant_type="password", scope="openid profile", **ALICE, **WEB)
    assert claims_of(body.id_token)["sub"] == "user_alice"
    assert body.refresh_token, "no refresh_token"


@case
def password_with_characters_that_need_encoding():
    body = token(
        "app_web",
        grant_type="password",
        scope="openid",
        username="用户 a+b",
        password="p&=w%",
        exclusive_tag="ATxxx",
        **WEB,
    )
    assert claims_of(body.id_token)["sub"] == "user_unicode"


@case
def password_that_is_wrong():
    parameters = {"grant_type": "password", "username": "alice", "password": "wrong"}
    refused(400, "invalid_grant", token, "app_web", **parameters, **WEB)


@case
def a_grant_that_is_not_open():
    parameters = {"grant_type": "password", "client_id": "app_spa", **ALICE}
    description = refused(400, "invalid_grant", token, "app_spa", **parameters)
    assert description == "Invalid or not supported grant_type: password", description


@case
def authorization_code():
    _, _, body = sign_in_with_code()
    claims = claims_of(body.id_token)
    assert claims["aud"] in ("app_web", ["app_web"]), claims["aud"]
    assert claims["iss"] == f"{ORIGIN}/v2/{INSTANCE}/app_web/oidc", claims["iss"]
    assert claims["sub"] == "user_alice", claims["sub"]


@case
def authorization_code_of_a_public_client_with_consent():
    verifier = new_verifier()
    code = authorize("app_spa", SPA_REDIRECT, verifier)
    token(
        "app_spa",
        grant_type="authorization_code",
        client_id="app_spa",
        code=code,
        redirect_uri=SPA_REDIRECT,
        code_verifier=verifier,
    )


@case
def authorization_code_used_twice():
    code, verifier, body = sign_in_with_code()
    refused(
        400,
        "invalid_grant",
        token,
        "app_web",
        grant_type="authorization_code",
        code=code,
        redirect_uri=WEB_REDIRECT,
        code_verifier=verifier,
        **WEB,
    )
    # RFC 6749 section 4.1.2: what the code gave before is worth nothing any more.
    refused(400, "invalid_token", user_info, "app_web", body.access_token)


@case
def authorization_code_with_a_wrong_verifier():
    code = authorize("app_web", WEB_REDIRECT, new_verifier())
    refused(
        400,
        "invalid_grant",
        token,
        "app_web",
        grant_type="authorization_code",
        code=code,
        redirect_uri=WEB_REDIRECT,
        code_verifier=new_verifier(),
        **WEB,
    )


@case
def refresh_token():
    _, _, first = sign_in_with_code()
    second = token("app_web", grant_type="refresh_token", refresh_token=first.refresh_token, **WEB)
    assert second.refresh_token and second.refresh_token != first.refresh_token
    assert second.id_token and second.access_token != first.access_token


@case
def refresh_token_used_twice():
    _, _, first = sign_in_with_code()
    token("app_web", grant_type="refresh_token", refresh_token=first.refresh_token, **WEB)
    parameters = {"grant_type": "refresh_token", "refresh_token": first.refresh_token}
    refused(400, "invalid_grant", token, "app_web", **parameters, **WEB)


@case
def device_code_request():
    body = device_code("app_device", scope="openid email")
    assert body.device_code and body.user_code
    assert body.user_code in urllib.parse.unquote(body.verification_uri_complete)
    assert (body.expires_in, body.interval) == (1200, 5), (body.expires_in, body.interval)
    assert abs(body.expires_at - 1200 - time.time()) < 10


@case
def device_code_for_an_application_without_that_grant():
    description = refused(400, "invalid_request", device_code, "app_spa")
    assert description == "Application is not turn device grant flow on", description


@case
def device_code_that_the_user_approves():
    body = device_code("app_device", scope="openid")
    parameters = {
        "grant_type": DEVICE_CODE,
        "client_id": "app_device",
        "device_code": body.device_code,
    }
    refused(400, "authorization_pending", token, "app_device", **parameters)
    answer_device(ORIGIN, body.verification_uri, body.user_code, "allow")
    time.sleep(body.interval)
    answer = token("app_device", **parameters)
    assert claims_of(answer.id_token)["sub"] == "user_alice"
    refused(400, "invalid_grant", token, "app_device", **parameters)


@case
def device_code_that_the_user_refuses():
    body = device_code("app_device")
    parameters = {
        "grant_type": DEVICE_CODE,
        "client_id": "app_device",
        "device_code": body.device_code,
    }
    answer_device(ORIGIN, body.verification_uri_complete, body.user_code, "deny")
    refused(400, "access_denied", token, "app_device", **parameters)


@case
def device_code_polled_too_fast():
    body = device_code("app_device")
    parameters = {
        "grant_type": DEVICE_CODE,
        "client_id": "app_device",
        "device_code": body.device_code,
    }
    refused(400, "authorization_pending", token, "app_device", **parameters)
    refused(400, "slow_down", token, "app_device", **parameters)


@case
def get_user_info():
    _, _, body = sign_in_with_code()
    info = user_info("app_web", body.access_token)
    assert info["sub"] == "user_alice" and info["email"] == "alice@example.com", info


@case
def get_user_info_with_a_wrong_token():
    description = refused(400, "invalid_token", user_info, "app_web", "ATwrong")
    assert description == "Invalid token", description


@case
def revoke_token():
    _, _, body = sign_in_with_code()
    user_info("app_web", body.access_token)
    revoke("app_web", token=body.access_token, token_type_hint="access_token", **WEB)
    refused(400, "invalid_token", user_info, "app_web", body.access_token)


@case
def revoke_token_of_refresh():
    _, _, body = sign_in_with_code()
    revoke("app_web", token=body.refresh_token, **WEB)
    parameters = {"grant_type": "refresh_token", "refresh_token": body.refresh_token}
    refused(400, "invalid_grant", token, "app_web", **parameters, **WEB)


@case
def revoke_token_with_a_wrong_secret():
    parameters = {"client_id": "app_web", "client_secret": "CSwrong", "token": "ATxxx"}
    refused(401, "invalid_client", revoke, "app_web", **parameters)


def server_token(server="iauths_system", **parameters):
    request = models.GenerateTokenByAuthorizationServerRequest(**parameters)
    body = SDK.generate_token_by_authorization_server(INSTANCE, server, request).body
    check_token(body)
    return body


@case
def generate_token_by_authorization_server():
    scope = "api://api.example.com|read:file"
    body = server_token(grant_type="client_credentials", scope=scope, **MACHINE)
    assert "read:file" in body.scope, body.scope
    assert body.refresh_token is None and body.id_token is None


@case
def generate_token_by_authorization_server_with_a_wrong_secret():
    parameters = {
        "grant_type": "client_credentials",
        "client_id": "app_machine",
        "client_secret": "CSwrong",
    }
    refused(401, "invalid_client", server_token, **parameters)


@case
def asynchronous_methods():
    """They send `content-type: application/octet-stream`, with a GET as well, and no content."""

    async def run():
        request = models.GenerateTokenRequest(
            grant_type="password", scope="openid profile", **ALICE, **WEB
        )
        response = await SDK.generate_token_async(INSTANCE, "app_web", request)
        check_token(response.body)
        headers = models.GetUserInfoHeaders(authorization=f"Bearer {response.body.access_token}")
        info = await SDK.get_user_info_with_options_async(
            INSTANCE, "app_web", models.GetUserInfoRequest(), headers, RuntimeOptions()
        )
        assert info.body["name"] == "Alice Example", info.body

        request = models.GenerateDeviceCodeRequest(scope="openid")
        assert (
            await SDK.generate_device_code_async(INSTANCE, "app_device", request)
        ).body.user_code

    asyncio.run(run())


run()
