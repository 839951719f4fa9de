"""Gets tokens from the issuer with cloud-idaas-core, the SDK for machines of the service's makers.

Usage: core_sdk.py ENDPOINT, as in 127.0.0.1:9400. Its documented way in makes every address https;
its builder and its functions take http.
"""

import base64
import json
import os
import sys
import time

from cloud_idaas.core.constants import TokenAuthnMethod
from cloud_idaas.core.exceptions import ClientException
from cloud_idaas.core.http.oauth2_token_util import OAuth2TokenUtil
from cloud_idaas.core.implementation.authentication.jwt import (
    StaticClientSecretAssertionProvider,
    StaticPrivateKeyAssertionProvider,
)
from cloud_idaas.core.implementation.authentication.oidc import StaticOidcTokenProvider
from cloud_idaas.core.implementation.idaas_machine_credential_provider import (
    IDaaSMachineCredentialProvider,
)
from cloud_idaas.core.implementation.idaas_machine_token_exchange_credential_provider import (
    IDaaSMachineTokenExchangeCredentialProvider,
)

from cases import case, raises, run
from pages import answer_device

ORIGIN = f"http://{sys.argv[1]}"
SERVER = f"{ORIGIN}/api/v2/iauths_system/oauth2"
ALIAS = f"{ORIGIN}/v2/idaas_peers/authorizationServer/iauths_system/oauth2"
APPLICATIONS = f"{ORIGIN}/v2/idaas_peers"
SECRET = "CS+/=&% machine: a secret of more than 32 bytes"
SCOPE = "api://api.example.com|read:file"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
JWT = "urn:ietf:params:oauth:token-type:jwt"


def provider(method, client="app_machine", base=SERVER, secret=SECRET, scope=SCOPE):
    return (
        IDaaSMachineCredentialProvider.builder()
        .client_id(client)
        .scope(scope)
        .token_endpoint(f"{base}/token")
        .authn_method(method)
        .client_secret_supplier(lambda: secret)
        .build()
    )


def with_assertion(method, assertion, client, base=SERVER, audience=None):
    assertion.client_id = client
    assertion.token_endpoint = audience or f"{base}/token"
    return (
        IDaaSMachineCredentialProvider.builder()
        .client_id(client)
        .scope(SCOPE)
        .token_endpoint(f"{base}/token")
        .authn_method(method)
        .client_assertion_provider(assertion)
        .build()
    )


def check(machine):
    credential = machine.get_credential()
    assert credential.get_token_type() == "Bearer", credential.get_token_type()
    assert credential.get_access_token(), "no access token"
    # Its documentation: both are empty for an identity of type client.
    assert credential.get_id_token() is None and credential.get_refresh_token() is None
    assert credential.expires_in == 1200, credential.expires_in
    assert abs(credential.expires_at - 1200 - time.time()) < 10, credential.expires_at
    assert not credential.will_soon_expire()
    # It asks again at each call if it takes what it has for stale.
    assert machine.get_bearer_token() == machine.get_bearer_token() == credential.access_token
    return credential


def refused(error, call, *arguments):
    """The OAuth error under what a call ends in: the SDK may wrap it."""
    exception = raises(Exception, call, *arguments)
    chain = []
    while exception is not None:
        chain.append(exception)
        cause = getattr(exception, "cause", None)
        exception = cause if isinstance(cause, Exception) else exception.__cause__
    codes = [one.error_code for one in chain if isinstance(one, ClientException)]
    assert error in codes, f"{codes} in {chain}"
    found = next(one for one in chain if getattr(one, "error_code", None) == error)
    assert found.request_id and found.error_message, "no request_id or no description"


def device_code(scope="openid"):
    url = f"{APPLICATIONS}/app_device/oauth2/device/code"
    return OAuth2TokenUtil.get_device_code("app_device", scope, url)


def poll(code):
    url = f"{APPLICATIONS}/app_device/oauth2/token"
    return OAuth2TokenUtil.get_token_by_device_code("app_device", code, url)


@case
def client_secret_basic_at_the_instance_with_a_secret_that_it_does_not_encode():
    check(provider(TokenAuthnMethod.CLIENT_SECRET_BASIC))


@case
def client_secret_post_at_the_instance():
    check(provider(TokenAuthnMethod.CLIENT_SECRET_POST))


@case
def client_secret_basic_at_the_application():
    check(provider(TokenAuthnMethod.CLIENT_SECRET_BASIC, base=f"{APPLICATIONS}/app_machine/oauth2"))


@case
def client_secret_post_at_the_authorization_server_of_the_developer_api():
    check(provider(TokenAuthnMethod.CLIENT_SECRET_POST, base=ALIAS))


@case
def client_secret_post_with_two_scopes():
    both = f"{SCOPE} api://api.example.com|write:file"
    assert provider(TokenAuthnMethod.CLIENT_SECRET_POST, scope=both).get_bearer_token()


@case
def two_providers_get_different_tokens():
    first, second = (check(provider(TokenAuthnMethod.CLIENT_SECRET_POST)) for _ in range(2))
    assert first.access_token != second.access_token


@case
def client_secret_basic_with_a_wrong_secret():
    machine = provider(TokenAuthnMethod.CLIENT_SECRET_BASIC, secret="CSwrong")
    refused("invalid_client", machine.get_bearer_token)


@case
def client_secret_post_with_a_wrong_secret():
    machine = provider(TokenAuthnMethod.CLIENT_SECRET_POST, secret="CSwrong")
    refused("invalid_client", machine.get_bearer_token)


@case
def a_scope_that_the_application_does_not_have():
    machine = provider(TokenAuthnMethod.CLIENT_SECRET_POST, scope="api://api.example.com|delete")
    refused("invalid_scope", machine.get_bearer_token)


@case
def client_secret_jwt():
    assertion = StaticClientSecretAssertionProvider(lambda: SECRET)
    check(with_assertion(TokenAuthnMethod.CLIENT_SECRET_JWT, assertion, "app_machine"))


@case
def client_secret_jwt_at_the_authorization_server_of_the_developer_api():
    assertion = StaticClientSecretAssertionProvider(lambda: SECRET)
    method = TokenAuthnMethod.CLIENT_SECRET_JWT
    check(with_assertion(method, assertion, "app_machine", base=ALIAS))


@case
def client_secret_jwt_with_a_wrong_secret():
    assertion = StaticClientSecretAssertionProvider(lambda: "CS wrong, and long enough for HS256")
    machine = with_assertion(TokenAuthnMethod.CLIENT_SECRET_JWT, assertion, "app_machine")
    refused("invalid_client", machine.get_bearer_token)


@case
def client_secret_jwt_for_another_server():
    assertion = StaticClientSecretAssertionProvider(lambda: SECRET)
    method = TokenAuthnMethod.CLIENT_SECRET_JWT
    other = "https://other.example/token"
    machine = with_assertion(method, assertion, "app_machine", audience=other)
    refused("invalid_client", machine.get_bearer_token)


@case
def private_key_jwt_with_an_rsa_key():
    assertion = StaticPrivateKeyAssertionProvider(os.environ["RSA_KEY"])
    check(with_assertion(TokenAuthnMethod.PRIVATE_KEY_JWT, assertion, "app_keys"))


@case
def private_key_jwt_with_an_elliptic_curve():
    assertion = StaticPrivateKeyAssertionProvider(os.environ["EC_KEY"])
    check(with_assertion(TokenAuthnMethod.PRIVATE_KEY_JWT, assertion, "app_keys"))


@case
def private_key_jwt_of_an_application_without_keys():
    assertion = StaticPrivateKeyAssertionProvider(os.environ["RSA_KEY"])
    machine = with_assertion(TokenAuthnMethod.PRIVATE_KEY_JWT, assertion, "app_machine")
    refused("invalid_client", machine.get_bearer_token)


@case
def device_code_that_the_user_approves_and_a_refresh():
    codes = device_code()
    assert codes.interval == 5 and codes.expires_in == 1200, (codes.interval, codes.expires_in)
    assert poll(codes.device_code) is None
    answer_device(ORIGIN, codes.verification_uri_complete, codes.user_code, "allow")
    time.sleep(codes.interval)
    tokens = poll(codes.device_code)
    assert tokens.access_token and tokens.id_token and tokens.refresh_token
    url = f"{APPLICATIONS}/app_device/oauth2/token"
    fresh = OAuth2TokenUtil.refresh_token("app_device", tokens.refresh_token, url)
    # Its Java sibling needs all of these in the answer to a refresh.
    assert fresh.access_token and fresh.id_token and fresh.refresh_token
    assert fresh.access_token != tokens.access_token


@case
def device_code_polled_too_fast_gives_nothing_and_no_error():
    """It takes slow_down for authorization_pending."""
    codes = device_code()
    assert poll(codes.device_code) is None
    assert poll(codes.device_code) is None


@case
def device_code_that_the_user_refuses():
    codes = device_code()
    answer_device(ORIGIN, codes.verification_uri_complete, codes.user_code, "deny")
    refused("access_denied", poll, codes.device_code)


@case
def refresh_with_a_wrong_token():
    url = f"{APPLICATIONS}/app_device/oauth2/token"
    refused("invalid_grant", OAuth2TokenUtil.refresh_token, "app_device", "RTwrong", url)


def exchanger(method, **more):
    return IDaaSMachineTokenExchangeCredentialProvider(
        client_id="app_exchange",
        scope=SCOPE,
        token_endpoint=f"{SERVER}/token",
        authn_method=method,
        client_secret_supplier=lambda: SECRET,
        **more,
    )


def device_tokens():
    """The tokens of a user at the instance's server."""
    url = f"{SERVER}/device/code"
    codes = OAuth2TokenUtil.get_device_code("app_device", f"openid {SCOPE}", url)
    answer_device(ORIGIN, codes.verification_uri_complete, codes.user_code, "allow")
    return OAuth2TokenUtil.get_token_by_device_code("app_device", codes.device_code, f"{SERVER}/token")


def claims(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def check_exchanged(credential, subject):
    assert credential.get_token_type() == "Bearer", credential.get_token_type()
    assert credential.get_refresh_token() is None and credential.get_id_token() is None
    assert 0 < credential.expires_in <= 1200, credential.expires_in
    assert credential.issued_token_type == JWT, credential.issued_token_type
    said = claims(credential.get_access_token())
    assert said["sub"] == subject and said["client_id"] == "app_exchange", said
    assert said["aud"] == "api://api.example.com" and said["scope"] == "read:file", said
    return said


@case
def token_exchange_of_a_machines_token_by_basic():
    subject = provider(TokenAuthnMethod.CLIENT_SECRET_POST).get_bearer_token()
    exchange = exchanger(TokenAuthnMethod.CLIENT_SECRET_BASIC)
    check_exchanged(exchange.get_credential(subject, ACCESS_TOKEN, JWT), "app_machine")


@case
def token_exchange_of_a_machines_token_by_post():
    subject = provider(TokenAuthnMethod.CLIENT_SECRET_POST).get_bearer_token()
    exchange = exchanger(TokenAuthnMethod.CLIENT_SECRET_POST)
    check_exchanged(exchange.get_credential(subject, JWT, JWT), "app_machine")
    # Its default is an access token of any kind.
    credential = exchange.get_credential(subject, ACCESS_TOKEN)
    assert credential.issued_token_type == ACCESS_TOKEN, credential.issued_token_type


@case
def token_exchange_by_client_secret_jwt():
    subject = provider(TokenAuthnMethod.CLIENT_SECRET_POST).get_bearer_token()
    assertion = StaticClientSecretAssertionProvider(lambda: SECRET)
    assertion.client_id, assertion.token_endpoint = "app_exchange", f"{SERVER}/token"
    exchange = exchanger(TokenAuthnMethod.CLIENT_SECRET_JWT, client_assertion_provider=assertion)
    check_exchanged(exchange.get_credential(subject, ACCESS_TOKEN, JWT), "app_machine")


@case
def token_exchange_of_a_users_tokens():
    tokens = device_tokens()
    exchange = exchanger(TokenAuthnMethod.CLIENT_SECRET_BASIC)
    check_exchanged(exchange.get_credential(tokens.access_token, ACCESS_TOKEN, JWT), "user_alice")
    check_exchanged(exchange.get_credential(tokens.id_token, ID_TOKEN, JWT), "user_alice")


@case
def token_exchange_of_a_token_of_a_trusted_issuer():
    exchange = exchanger(TokenAuthnMethod.CLIENT_SECRET_BASIC)
    check_exchanged(exchange.get_credential(os.environ["USER_TOKEN"], JWT, JWT), "user_alice")


@case
def token_exchange_with_an_actor_token():
    actor = provider(TokenAuthnMethod.CLIENT_SECRET_POST, client="app_exchange").get_bearer_token()
    said = check_exchanged(
        OAuth2TokenUtil.token_exchange_with_client_secret_basic(
            client_id="app_exchange",
            client_secret=SECRET,
            subject_token=os.environ["USER_TOKEN"],
            subject_token_type=JWT,
            requested_token_type=JWT,
            token_endpoint=f"{SERVER}/token",
            scope=SCOPE,
            actor_token=actor,
            actor_token_type=ACCESS_TOKEN,
        ),
        "user_alice",
    )
    assert said["act"] == {"sub": "app_exchange"}, said


@case
def token_exchange_of_a_wrong_token():
    exchange = exchanger(TokenAuthnMethod.CLIENT_SECRET_BASIC)
    refused("invalid_request", exchange.get_credential, "ATwrong", ACCESS_TOKEN)


@case
def token_exchange_by_a_client_that_has_not_opened_it():
    exchange = exchanger(TokenAuthnMethod.CLIENT_SECRET_BASIC)
    exchange.client_id = "app_machine"
    refused("invalid_grant", exchange.get_credential, os.environ["USER_TOKEN"], JWT)


def federated(name="deployment", token="JOB_TOKEN"):
    return (
        IDaaSMachineCredentialProvider.builder()
        .client_id("app_exchange")
        .scope(SCOPE)
        .token_endpoint(f"{SERVER}/token")
        .authn_method(TokenAuthnMethod.OIDC)
        .application_federated_credential_name(name)
        .oidc_token_provider(StaticOidcTokenProvider(os.environ[token]))
        .build()
    )


@case
def a_federated_credential_of_oidc():
    check(federated())
    # It is the workload's for a while.
    check(federated())


@case
def a_federated_credential_of_oidc_at_token_exchange():
    exchange = exchanger(
        TokenAuthnMethod.OIDC,
        application_federated_credential_name="deployment",
        oidc_token_provider=StaticOidcTokenProvider(os.environ["JOB_TOKEN"]),
    )
    check_exchanged(exchange.get_credential(os.environ["USER_TOKEN"], JWT, JWT), "user_alice")


@case
def a_federated_credential_that_is_another():
    refused("invalid_client", federated(name="other").get_bearer_token)
    refused("invalid_client", federated(token="USER_TOKEN").get_bearer_token)


run()
