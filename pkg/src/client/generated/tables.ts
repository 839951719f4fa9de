// Made of the rules in src/rules by "npm run generate".

/** The text of each reason why a text is no JSON object. @internal */
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
  "more than 512 members",
] as const;

/** The reason for text that something follows. @internal */
export const REASON_TRAILING_CHARACTERS = 3;

/** The reason for text that is too long. @internal */
export const REASON_TOO_LONG = 14;

/** A slot's mark: the content has escapes. @internal */
export const ESCAPED = 2;

/** A slot's mark: the content has a character that is not printable ASCII. @internal */
export const ODD = 4;

/** A slot's mark: the content has half of a surrogate pair. @internal */
export const HALF = 32;

/** The safety of an address that may be without TLS. @internal */
export const HTTP = 0;

/** The safety of an address that may be without TLS on loopback only. @internal */
export const HTTP_ON_LOOPBACK = 1;

/** The safety of an address that has to be with TLS. @internal */
export const HTTPS = 2;

/** The octets of the result of a call that writes a text. @internal */
export const OUT = 86;

/** The octets of the table of an answer's members. @internal */
export const TABLE = 426;

/** How many slots there are. @internal */
export const SLOTS = 20;

/** The most octets that an answer may have. @internal */
export const LONGEST = 1048576;

/** The members of an answer: tokens. @internal */
export const TOKENS_ANSWER = "K<access_tokenB:token_typer=refresh_tokeni8id_tokent5scopes:expires_inu:expires_at";

/** The members of an answer: device. @internal */
export const DEVICE_ANSWER =
  "K;device_codeT9user_codeA@verification_uriaIverification_uri_completes:expires_inu:expires_ats8interval";

/** The members of an answer: introspection. @internal */
export const INTROSPECTION_ANSWER = "F6actived3expd3iatd3nbf";

/** The members of an answer: metadata. @internal */
export const METADATA_ANSWER =
  "A6issuereFauthorization_endpointe>token_endpointeMdevice_authorization_endpointeAuserinfo_endpointeCrevocation_endpointeFintrospection_endpointeDend_session_endpointe8jwks_urif^authorization_response_iss_parameter_supportedeUpushed_authorization_request_endpointeEregistration_endpointfUrequire_pushed_authorization_requests";

/** The members of an answer: keys. @internal */
export const KEYS_ANSWER = "L4keys";

/** The members of an answer: user info. @internal */
export const USER_INFO_ANSWER = "T3sub";

/** The members of an answer: lifetime. @internal */
export const LIFETIME_ANSWER = "s4text";

/** The members of an answer: claims. @internal */
export const CLAIMS_ANSWER = "m3expm3iatm3nbfm9auth_time";

/** The members of an answer: refusal. @internal */
export const REFUSAL_ANSWER = "t5errortAerror_descriptiont9error_urit:request_idt9RequestIdt4Codet7Message";

/** The members of an answer: pushed. @internal */
export const PUSHED_ANSWER = "T;request_uris:expires_in";

/** The members of an answer: registration. @internal */
export const REGISTRATION_ANSWER =
  "T9client_idt=client_secretdHclient_secret_expires_atdCclient_id_issued_atkIregistration_access_tokentGregistration_client_uri";

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

/** The plan of a request: pushed. @internal */
export const PUSHED_PLAN = "FUpushed_authorization_request_endpoint";

/** The plan of a request: pushed page. @internal */
export const PUSHED_PAGE_PLAN = "PFauthorization_endpoint#9client_id?7request?;request_uri";

/** The plan of a request: token exchange. @internal */
export const TOKEN_EXCHANGE_PLAN =
  "F>token_endpoint=jgrant_type=urn:ietf:params:oauth:grant-type:token-exchange!=subject_token!Bsubject_token_type?;actor_token?@actor_token_type?Drequested_token_type?5scope";

/** The plan of a request: jwt bearer. @internal */
export const JWT_BEARER_PLAN =
  "F>token_endpoint=fgrant_type=urn:ietf:params:oauth:grant-type:jwt-bearer!9assertion?5scope";

/** The seconds between polls, unless the server says another number. @internal */
export const DEFAULT_INTERVAL = 5;

/** The seconds that `slow_down` adds to the time between polls. @internal */
export const SLOW_DOWN = 5;

/** The seconds between polls up to which a poll without an answer doubles them. @internal */
export const LONGEST_BACK_OFF = 60;
