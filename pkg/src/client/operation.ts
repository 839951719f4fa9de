/**
 * The operations of the wasm module by their numbers: the list of `src/wasm/client/operation.rs`, which
 * says what each takes and gives, in the same order.
 *
 * @module
 */

export const GeneratePkce = 0;
export const CodeChallenge = 1;
export const ParseSeconds = 2;
export const EiamServer = 3;
export const CheckClient = 4;
export const DiscoveryRequest = 5;
export const ParseDiscovery = 6;
export const AuthorizationRequest = 7;
export const ParseCallback = 8;
export const AuthorizationCode = 9;
export const DeviceCode = 10;
export const RefreshToken = 11;
export const ClientCredentials = 12;
export const Password = 13;
export const ParseTokens = 14;
export const DeviceAuthorization = 15;
export const ParseDeviceAuthorization = 16;
export const ParseDevicePoll = 17;
export const DeviceUnreachable = 18;
export const UserInfoRequest = 19;
export const ParseUserInfo = 20;
export const RevocationRequest = 21;
export const ParseRevocation = 22;
export const IntrospectionRequest = 23;
export const ParseIntrospection = 24;
export const LogoutUrl = 25;
export const DecodeIdToken = 26;
export const CheckIdToken = 27;
export const KeySetRequest = 28;
export const ParseKeySet = 29;
export const SelectKey = 30;
export const ClientAssertion = 31;
