//! The endpoints of an application of Alibaba Cloud IDaaS EIAM (EIAM: sections 0 and 6).

use super::failure::{Failure, Kind};
use super::reason::Reason;
use super::sink::Sink;

/// An application, by the parts of its address.
#[derive(Clone, Copy)]
pub(crate) struct Application<'a> {
    /// The region, the instance, the application, the portal (the host of the instance's pages), and the
    /// authorization server, in the order of [`PARTS`].
    pub(crate) parts: [Option<&'a [u8]>; 5],
    /// Whether the endpoints are those of the DeveloperAPI's host.
    pub(crate) developer_api: bool,
}

/// For each part its name, the reason for refusing an empty one, and the character that it may have beside
/// letters, digits and `-`: a label of a host has no underscores, and only a whole host has dots.
const PARTS: [(&str, Reason, u8); 5] = [
    ("region", Reason::RegionMissing, b'-'),
    ("instance_id", Reason::InstanceMissing, b'_'),
    ("application_id", Reason::ApplicationMissing, b'_'),
    ("portal", Reason::Empty, b'.'),
    ("authorization_server", Reason::Empty, b'_'),
];
/// The place of the portal among the parts. Those before it are required.
const PORTAL: usize = 3;

/// The URLs of endpoints, in the order of `answer::METADATA`; an empty one is an endpoint that the server does
/// not have. `{` and a digit stand for the part with that place, and `{5` for the host of the API.
type Templates = [&'static str; 9];

/// The application's own endpoints, on the hosts that its discovery document names. With the DeveloperAPI, only
/// the host of the API is another one.
const APPLICATION: Templates = [
    "https://eiam-api-{0.aliyuncs.com/v2/{1/{2/oidc",
    "https://{3/login/app/{2/oauth2/authorize",
    "{5/v2/{1/{2/oauth2/token",
    "{5/v2/{1/{2/oauth2/device/code",
    "{5/v2/{1/{2/oauth2/userinfo",
    "{5/v2/{1/{2/oauth2/revoke",
    "",
    "https://{3/login/app/{2/oauth2/logout",
    "https://eiam-api-{0.aliyuncs.com/v2/{1/{2/oidc/jwks",
];

/// The endpoints of an authorization server of the instance. It may have others, which only its discovery
/// document names.
const INSTANCE: Templates = [
    "https://{3/api/v2/{4/oauth2",
    "https://{3/login/app/common/oauth2/authorize",
    "https://{3/api/v2/{4/oauth2/token",
    "",
    "",
    "",
    "",
    "https://{3/login/app/common/oauth2/logout",
    "https://{3/api/v2/{4/oauth2/jwks",
];

/// The only endpoint of an authorization server of the instance that is known without the portal:
/// GenerateTokenByAuthorizationServer.
const INSTANCE_BY_DEVELOPER_API: Templates =
    ["", "", "{5/v2/{1/authorizationServer/{4/oauth2/token", "", "", "", "", "", ""];

/// The template of the API's host.
const API: &str = "https://eiam-api-{0.aliyuncs.com";

/// The template of the DeveloperAPI's host.
const DEVELOPER_API: &str = "https://eiam-developerapi.{0.aliyuncs.com";

/// Writes the URLs of the endpoints in the order of `answer::METADATA`, with U+0000 behind each. It writes
/// nothing before the U+0000 of an endpoint that the server does not have.
///
/// # Errors
/// Fails for a part that is missing or cannot stand in a URL.
pub(crate) fn write(application: &Application<'_>, sink: &mut impl Sink) -> Result<(), Failure> {
    for (index, (name, if_empty, also)) in PARTS.into_iter().enumerate() {
        let part = application.parts.get(index).copied().flatten();
        // The parts before the portal are required, so a missing one is judged as an empty one.
        let Some(part) = part.or((index < PORTAL).then_some(&[])) else { continue };
        let is_allowed =
            |octet: &u8| octet.is_ascii_alphanumeric() || *octet == b'-' || *octet == also;
        let reason = match part {
            [] => if_empty,
            _ if part.iter().all(is_allowed) => continue,
            // Users often copy the whole address of a page in place of its host.
            _ if index == PORTAL => Reason::NotAHost,
            _ => Reason::CannotStandInIt,
        };
        return Err(Failure::about(sink, Kind::Argument, name.as_bytes(), b"", reason));
    }
    let [.., portal, server] = application.parts;
    let (templates, developer_api) = match (server, portal) {
        (Some(_), Some(_)) => (&INSTANCE, false),
        (Some(_), None) => (&INSTANCE_BY_DEVELOPER_API, true),
        _ => (&APPLICATION, application.developer_api),
    };
    let host = if developer_api { DEVELOPER_API } else { API };
    for template in templates {
        let start = sink.length();
        if expand(template, &application.parts, host, sink).is_none() {
            sink.cut(start);
        }
        sink.push(0);
    }
    Ok(())
}

/// Writes a template with the parts and the host in their places; `None` if a part in it is missing.
fn expand(
    template: &str,
    parts: &[Option<&[u8]>; 5],
    host: &str,
    sink: &mut impl Sink,
) -> Option<()> {
    let mut octets = template.bytes();
    while let Some(octet) = octets.next() {
        if octet != b'{' {
            sink.push(octet);
            continue;
        }
        match parts.get(usize::from(octets.next()?.wrapping_sub(b'0'))) {
            Some(part) => sink.extend((*part)?),
            None => expand(host, parts, "", sink)?,
        }
    }
    Some(())
}
