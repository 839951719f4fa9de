//! The languages of the pages.

use crate::form;
use crate::http::HttpRequest;
use crate::issuer::codec::bytes::{Reader, Writer};

/// A language that all pages are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    #[default]
    English,
    Chinese,
}

impl Language {
    /// All languages.
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The tag (RFC 5646). EIAM: Alibaba Cloud uses `zh-CN` for simplified Chinese.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// Writes the language into a sealed form.
    pub(crate) fn write(self, writer: &mut Writer) {
        writer.bool(self == Self::Chinese);
    }

    /// Reads what [`Language::write`] wrote.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(if reader.bool()? { Self::Chinese } else { Self::English })
    }

    /// The language of a page, unless a transaction already has one.
    pub(crate) fn of_request(request: &HttpRequest, query: &str) -> Self {
        let body = core::str::from_utf8(&request.body).unwrap_or_default();
        let locales = [query, body]
            .into_iter()
            // The endpoints read no more parameters than these.
            .flat_map(|form| form.split('&').take(form::Limits::default().parameters))
            .find_map(|pair| pair.strip_prefix("ui_locales="))
            .and_then(|value| form::decode(value).ok());
        Self::choose(locales.as_deref(), request.headers.value("accept-language"))
    }

    /// Chooses the first known language of `ui_locales` (OpenID Connect Core section 3.1.2.1), or
    /// else the one that `Accept-Language` prefers (RFC 9110 section 12.5.4).
    pub(crate) fn choose(ui_locales: Option<&str>, accept_language: Option<&str>) -> Self {
        ui_locales
            .and_then(|tags| tags.split(' ').take(MAX_TAGS).find_map(Self::from_tag))
            .or_else(|| accept_language.and_then(Self::accepted))
            .unwrap_or_default()
    }

    /// The language of a tag. Everything after the language itself is ignored (RFC 4647 section
    /// 3.4). All kinds of Chinese get simplified Chinese, which is closer to them than English.
    fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or(tag);
        Self::ALL.into_iter().find(|language| {
            let own = language.tag().split('-').next().unwrap_or_default();
            own.eq_ignore_ascii_case(primary)
        })
    }

    /// The language that an `Accept-Language` header prefers.
    fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(Self, u32)> = None;
        for range in header.split(',').take(MAX_TAGS) {
            let mut parts = range.split(';').map(str::trim);
            let language = parts.next().and_then(Self::from_tag);
            let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1000, thousandths);
            if let Some(language) = language
                && weight > best.map_or(0, |(_, weight)| weight)
            {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language)
    }
}

/// How many languages of a request are read.
const MAX_TAGS: usize = 32;

/// A weight such as `0.8` (RFC 9110 section 12.4.2) in thousandths; 0 if it is not valid.
fn thousandths(weight: &str) -> u32 {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let fraction = format!("{fraction:0<3}");
    match (whole.parse::<u32>(), fraction.parse::<u32>()) {
        (Ok(whole), Ok(fraction)) if fraction < 1000 => whole.min(1) * 1000 + fraction,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{Chinese, English};

    #[test]
    fn oidc_core_section_3_1_2_1_ui_locales_in_order_of_preference() {
        for (tags, expected) in [
            ("zh-CN", Chinese),
            ("zh-Hans-CN en", Chinese),
            ("en-GB zh", English),
            ("fr-CA fr zh en", Chinese),
            ("ZH", Chinese),
            ("fr", English),
            ("", English),
        ] {
            assert_eq!(Language::choose(Some(tags), None), expected, "{tags}");
        }
        assert_eq!(Language::choose(Some("fr"), Some("zh")), Chinese);
        assert_eq!(Language::choose(Some("en"), Some("zh")), English);
    }

    #[test]
    fn so_many_languages_are_looked_at_and_no_more() {
        let with =
            |before: usize, separator| format!("{}zh", format!("fr{separator}").repeat(before));
        assert_eq!(Language::choose(Some(&with(MAX_TAGS - 1, " ")), None), Chinese);
        assert_eq!(Language::choose(Some(&with(MAX_TAGS, " ")), None), English);
        assert_eq!(Language::choose(None, Some(&with(MAX_TAGS - 1, ","))), Chinese);
        assert_eq!(Language::choose(None, Some(&with(MAX_TAGS, ","))), English);
    }

    #[test]
    fn rfc_9110_section_12_5_4_accept_language() {
        for (header, expected) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Chinese),
            ("en-US,en;q=0.9,zh;q=0.8", English),
            ("fr, zh;q=0.2, en;q=0.1", Chinese),
            ("en;q=0.5, zh;q=0.55", Chinese),
            ("zh;q=0, en;q=0.1", English),
            ("zh;q=0", English),
            ("*", English),
            ("", English),
            ("zh;q=x", English),
        ] {
            assert_eq!(Language::choose(None, Some(header)), expected, "{header}");
        }
    }
}
