// Made of the rules in src/rules by "npm run generate".

/** The text of each reason that the module gives. @internal */
export const REASONS = [
  "",
  "the text ends in the middle",
  "unexpected character",
  "something follows the value",
  "not a JSON number",
  "not a valid escape",
  "a control character in a string",
  "duplicate member",
  "null and not an object",
  "a boolean and not an object",
  "a string and not an object",
  "an array and not an object",
  "a number and not an object",
  "nested deeper than 32",
  "longer than 1048576 bytes",
  "a string of more than 65536 bytes",
  "more than 512 members",
  "missing",
  "empty",
  "a boolean and not a string",
  "an array and not a string",
  "an object and not a string",
  "a number and not a string",
  "has a character that is not printable ASCII",
  "not a number of seconds",
  "negative",
  "not a whole number of seconds",
  "outside the range of int64",
  "a type of token that this client cannot use",
  "missing though openid was asked for",
] as const;

/** The number of the kind of failure `oauth`. @internal */
export const KIND_OAUTH = 0;

/** The number of the kind of failure `gateway`. @internal */
export const KIND_GATEWAY = 1;

/** The number of the kind of failure `http`. @internal */
export const KIND_HTTP = 2;

/** The number of the kind of failure `malformed`. @internal */
export const KIND_MALFORMED = 3;

/** The number of the kind of failure `callback`. @internal */
export const KIND_CALLBACK = 4;

/** The number of the kind of failure `argument`. @internal */
export const KIND_ARGUMENT = 5;

/** The number of the kind of failure `not_supported`. @internal */
export const KIND_NOT_SUPPORTED = 6;

/** The reason for text that something follows. @internal */
export const REASON_TRAILING_CHARACTERS = 3;

/** The reason for text that is too long. @internal */
export const REASON_TOO_LONG = 14;

/** A slot's mark: the member is there, and not `null`. @internal */
export const FOUND = 1;

/** A slot's mark: the content has escapes. @internal */
export const ESCAPED = 2;

/** A slot's mark: the member is missing, and the former value stays. @internal */
export const KEPT = 8;

/** A slot's mark: the member is there, and cannot be read. @internal */
export const UNREAD = 16;

/** The safety of an address that may be without TLS. @internal */
export const HTTP = 0;

/** The safety of an address that may be without TLS on loopback only. @internal */
export const HTTP_ON_LOOPBACK = 1;

/** The safety of an address that has to be with TLS. @internal */
export const HTTPS = 2;

/** A flag for an answer: an id_token has to come. @internal */
export const WANTS_ID_TOKEN = 4;

/** A flag for an answer: it is the answer to a refresh. @internal */
export const IS_REFRESH = 8;

/** The lowest of the seven bits with a failure's kind. @internal */
export const KIND_SHIFT = 24;

/** The lowest of the eight bits with a failure's reason. @internal */
export const REASON_SHIFT = 16;

/** The bits with a failure's detail. @internal */
export const DETAIL = 65535;

/** The detail of a failure that is about the whole text. @internal */
export const TEXT = 65535;

/** The octets of the result of a call that writes a text. @internal */
export const OUT = 86;

/** The octets of the table of an answer's members. @internal */
export const TABLE = 426;

/** How many slots there are. @internal */
export const SLOTS = 18;

/** The most octets that an answer may have. @internal */
export const LONGEST = 1048576;

/** The members of an answer: tokens. @internal */
export const TOKENS_ANSWER = "K<access_tokenB:token_typer=refresh_tokeni8id_tokent5scopes:expires_inu:expires_at";

/** The slot of `access_token` in that answer. @internal */
export const TOKENS_ACCESS_TOKEN = 0;

/** The slot of `token_type` in that answer. @internal */
export const TOKENS_TOKEN_TYPE = 1;

/** The slot of `refresh_token` in that answer. @internal */
export const TOKENS_REFRESH_TOKEN = 2;

/** The slot of `id_token` in that answer. @internal */
export const TOKENS_ID_TOKEN = 3;

/** The slot of `scope` in that answer. @internal */
export const TOKENS_SCOPE = 4;

/** The slot of `expires_in` in that answer. @internal */
export const TOKENS_EXPIRES_IN = 5;

/** The slot of `expires_at` in that answer. @internal */
export const TOKENS_EXPIRES_AT = 6;

/** The members of an answer: device. @internal */
export const DEVICE_ANSWER =
  "K;device_codeT9user_codeA@verification_uriaIverification_uri_completes:expires_inu:expires_ats8interval";

/** The slot of `device_code` in that answer. @internal */
export const DEVICE_DEVICE_CODE = 0;

/** The slot of `user_code` in that answer. @internal */
export const DEVICE_USER_CODE = 1;

/** The slot of `verification_uri` in that answer. @internal */
export const DEVICE_VERIFICATION_URI = 2;

/** The slot of `verification_uri_complete` in that answer. @internal */
export const DEVICE_VERIFICATION_URI_COMPLETE = 3;

/** The slot of `expires_in` in that answer. @internal */
export const DEVICE_EXPIRES_IN = 4;

/** The slot of `expires_at` in that answer. @internal */
export const DEVICE_EXPIRES_AT = 5;

/** The slot of `interval` in that answer. @internal */
export const DEVICE_INTERVAL = 6;

/** The members of an answer: introspection. @internal */
export const INTROSPECTION_ANSWER = "F6actived3expd3iatd3nbf";

/** The slot of `active` in that answer. @internal */
export const INTROSPECTION_ACTIVE = 0;

/** The slot of `exp` in that answer. @internal */
export const INTROSPECTION_EXP = 1;

/** The slot of `iat` in that answer. @internal */
export const INTROSPECTION_IAT = 2;

/** The slot of `nbf` in that answer. @internal */
export const INTROSPECTION_NBF = 3;

/** The members of an answer: metadata. @internal */
export const METADATA_ANSWER =
  "A6issuereFauthorization_endpointe>token_endpointeMdevice_authorization_endpointeAuserinfo_endpointeCrevocation_endpointeFintrospection_endpointeDend_session_endpointe8jwks_urif^authorization_response_iss_parameter_supported";

/** The slot of `issuer` in that answer. @internal */
export const METADATA_ISSUER = 0;

/** The slot of `authorization_endpoint` in that answer. @internal */
export const METADATA_AUTHORIZATION_ENDPOINT = 1;

/** The slot of `token_endpoint` in that answer. @internal */
export const METADATA_TOKEN_ENDPOINT = 2;

/** The slot of `device_authorization_endpoint` in that answer. @internal */
export const METADATA_DEVICE_AUTHORIZATION_ENDPOINT = 3;

/** The slot of `userinfo_endpoint` in that answer. @internal */
export const METADATA_USERINFO_ENDPOINT = 4;

/** The slot of `revocation_endpoint` in that answer. @internal */
export const METADATA_REVOCATION_ENDPOINT = 5;

/** The slot of `introspection_endpoint` in that answer. @internal */
export const METADATA_INTROSPECTION_ENDPOINT = 6;

/** The slot of `end_session_endpoint` in that answer. @internal */
export const METADATA_END_SESSION_ENDPOINT = 7;

/** The slot of `jwks_uri` in that answer. @internal */
export const METADATA_JWKS_URI = 8;

/** The slot of `authorization_response_iss_parameter_supported` in that answer. @internal */
export const METADATA_AUTHORIZATION_RESPONSE_ISS_PARAMETER_SUPPORTED = 9;

/** The members of an answer: keys. @internal */
export const KEYS_ANSWER = "L4keys";

/** The slot of `keys` in that answer. @internal */
export const KEYS_KEYS = 0;

/** The members of an answer: user info. @internal */
export const USER_INFO_ANSWER = "T3sub";

/** The slot of `sub` in that answer. @internal */
export const USER_INFO_SUB = 0;

/** The members of an answer: lifetime. @internal */
export const LIFETIME_ANSWER = "s4text";

/** The slot of `text` in that answer. @internal */
export const LIFETIME_TEXT = 0;

/** The members of an answer: claims. @internal */
export const CLAIMS_ANSWER = "m3expm3iatm3nbfm9auth_time";

/** The slot of `exp` in that answer. @internal */
export const CLAIMS_EXP = 0;

/** The slot of `iat` in that answer. @internal */
export const CLAIMS_IAT = 1;

/** The slot of `nbf` in that answer. @internal */
export const CLAIMS_NBF = 2;

/** The slot of `auth_time` in that answer. @internal */
export const CLAIMS_AUTH_TIME = 3;

/** The plan of a request: authorization. @internal */
export const AUTHORIZATION_PLAN =
  "PFauthorization_endpoint=Bresponse_type=code#9client_id!<redirect_uri?5scope!5state?5nonce!>code_challenge!Ecode_challenge_method~6prompt~:login_hint~7max_age~=response_mode~:ui_locales~:acr_values~6claims~7display";

/** The plan of a request: authorization code. @internal */
export const AUTHORIZATION_CODE_PLAN =
  "F>token_endpoint=Mgrant_type=authorization_code!4code!<redirect_uri!=code_verifier";

/** The plan of a request: device code. @internal */
export const DEVICE_CODE_PLAN =
  "F>token_endpoint=ggrant_type=urn:ietf:params:oauth:grant-type:device_code!;device_code";

/** The plan of a request: refresh token. @internal */
export const REFRESH_TOKEN_PLAN = "F>token_endpoint=Hgrant_type=refresh_token!=refresh_token?5scope";

/** The plan of a request: client credentials. @internal */
export const CLIENT_CREDENTIALS_PLAN = "F>token_endpoint=Mgrant_type=client_credentials?5scope";

/** The plan of a request: password. @internal */
export const PASSWORD_PLAN = "F>token_endpoint=Cgrant_type=password!8username!8password?5scope";

/** The plan of a request: device authorization. @internal */
export const DEVICE_AUTHORIZATION_PLAN = "FMdevice_authorization_endpoint?5scope";

/** The plan of a request: user info. @internal */
export const USER_INFO_PLAN = "BAuserinfo_endpoint!<access_token";

/** The plan of a request: revocation. @internal */
export const REVOCATION_PLAN = "FCrevocation_endpoint!5token??token_type_hint";

/** The plan of a request: introspection. @internal */
export const INTROSPECTION_PLAN = "FFintrospection_endpoint!5token??token_type_hint";

/** The plan of a request: logout. @internal */
export const LOGOUT_PLAN = "PDend_session_endpoint#9client_id?=id_token_hint?Hpost_logout_redirect_uri?5state";

/** The plan of a request: keys. @internal */
export const KEYS_PLAN = "N8jwks_uri";

/** The seconds between polls, unless the server says another number. @internal */
export const DEFAULT_INTERVAL = 5;

/** The seconds that `slow_down` adds to the time between polls. @internal */
export const SLOW_DOWN = 5;

/** The seconds between polls up to which a poll without an answer doubles them. @internal */
export const LONGEST_BACK_OFF = 60;
