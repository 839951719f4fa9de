//! The endpoints of an application of Alibaba Cloud IDaaS EIAM (EIAM: sections 0 and 6).

use super::failure::{Failure, Kind};
use super::reason::Reason;
use super::sink::Sink;

/// Which application, and where.
#[derive(Clone, Copy)]
pub(crate) struct Application<'a> {
    /// Region, instance, application, portal (the host of the instance's pages), authorization server.
    pub(crate) parts: [Option<&'a [u8]>; 5],
    /// Whether the endpoints are those of the DeveloperAPI's host.
    pub(crate) developer_api: bool,
}

/// What a part is called, why it is wrong if it is empty, and which character it may have beside letters,
/// digits and `-`: no host has underscores, and only a whole one has dots.
const PARTS: [(&str, Reason, u8); 5] = [
    ("region", Reason::RegionMissing, b'-'),
    ("instance_id", Reason::InstanceMissing, b'_'),
    ("application_id", Reason::ApplicationMissing, b'_'),
    ("portal", Reason::Empty, b'.'),
    ("authorization_server", Reason::Empty, b'_'),
];
const PORTAL: usize = 3;

/// What the parts are called.
#[cfg(feature = "schema")]
pub(crate) const PART_NAMES: &[&str] = &{
    let [(region, ..), (instance, ..), (application, ..), (portal, ..), (server, ..)] = PARTS;
    [region, instance, application, portal, server]
};

/// The endpoints in the order of the metadata (`answer::METADATA`). In the place of `{` and a digit comes a
/// part; of `{5` the host of the API.
type Templates = [&'static str; 9];

/// On the hosts that the discovery document of an application names; with the DeveloperAPI only the host of
/// its endpoints is another.
pub(crate) const APPLICATION: Templates = [
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

/// An authorization server of the instance; what else it has is in its discovery document only.
pub(crate) const INSTANCE: Templates = [
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

/// The same without the portal: GenerateTokenByAuthorizationServer alone.
pub(crate) const INSTANCE_BY_DEVELOPER_API: Templates =
    ["", "", "{5/v2/{1/authorizationServer/{4/oauth2/token", "", "", "", "", "", ""];

/// The host of the API.
pub(crate) const API: &str = "https://eiam-api-{0.aliyuncs.com";

/// The host of the DeveloperAPI.
pub(crate) const DEVELOPER_API: &str = "https://eiam-developerapi.{0.aliyuncs.com";

/// Writes the URLs, U+0000 behind each; nothing for one that it does not have.
///
/// # Errors
/// A part that is missing or cannot stand in a URL.
pub(crate) fn write(application: &Application<'_>, sink: &mut impl Sink) -> Result<(), Failure> {
    for (index, (name, if_empty, also)) in PARTS.into_iter().enumerate() {
        let part = application.parts.get(index).copied().flatten();
        // The first three have to be there.
        let Some(part) = part.or((index < PORTAL).then_some(&[])) else { continue };
        let is_allowed =
            |octet: &u8| octet.is_ascii_alphanumeric() || *octet == b'-' || *octet == also;
        let reason = match part {
            [] => if_empty,
            _ if part.iter().all(is_allowed) => continue,
            // Whoever copies it copies an address.
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

/// Writes a template with its parts; `None` if one of them is missing.
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
