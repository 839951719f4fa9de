//! Pages in which nothing from outside has become markup.

/// The one script there is: it sends a form whose answer goes to the client.
const SCRIPT: &str = "document.forms[0].submit()";

/// Checks that a page is made of plain tags whose attributes are all in quotes, and that none of
/// them can load anything or run a script of another's.
///
/// # Panics
/// If that is not so.
pub fn assert_harmless(page: &str) {
    let mut rest = page.strip_prefix("<!doctype html>").expect("a document type");
    while let Some((_, after)) = rest.split_once('<') {
        let (tag, after) = after.split_once('>').expect("the end of a tag");
        assert_harmless_tag(tag);
        rest = match tag {
            // Its content is no markup.
            "style" => after.split_once("</style>").expect("the end of the style").1,
            "script" => {
                let (script, after) = after.split_once("</script>").expect("the end of the script");
                assert_eq!(script, SCRIPT);
                after
            }
            _ => after,
        };
    }
}

fn assert_harmless_tag(tag: &str) {
    let name_length = tag.find(' ').unwrap_or(tag.len());
    let (name, mut attributes) = tag.split_at(name_length);
    let bare = name.strip_prefix('/').unwrap_or(name);
    assert!(is_word(bare), "not a tag: {tag:?}");
    let loads = ["iframe", "object", "embed", "img", "svg", "base"].contains(&bare);
    assert!(!loads, "a tag that can do harm: {tag:?}");
    while let Some(rest) = attributes.strip_prefix(' ') {
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let (attribute, rest) = rest.split_at(end);
        assert!(is_word(attribute), "not an attribute: {tag:?}");
        let acts = attribute.starts_with("on") || ["style", "src", "srcdoc"].contains(&attribute);
        assert!(!acts, "an attribute that can do harm: {tag:?}");
        attributes = match rest.strip_prefix("=\"") {
            Some(value) => {
                let (value, rest) = value.split_once('"').expect("the end of a value");
                assert!(!value.contains("javascript:") || !is_address(attribute), "{tag:?}");
                rest
            }
            None => rest,
        };
    }
    assert_eq!(attributes, "", "not an attribute: {tag:?}");
}

fn is_word(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(plain)
}

fn is_address(attribute: &str) -> bool {
    ["href", "action", "formaction"].contains(&attribute)
}

/// Where the form goes that a page sends by itself, if it has one.
pub fn form_sent(page: &str) -> Option<String> {
    page.contains(SCRIPT).then(|| {
        let (_, rest) = page.split_once("<form method=\"post\" action=\"").expect("a form");
        unescaped(rest.split('"').next().unwrap_or_default())
    })
}

/// The names and values of the hidden fields of a page.
pub fn hidden_fields(page: &str) -> Vec<(String, String)> {
    let fields = page.split("<input type=\"hidden\" name=\"").skip(1).filter_map(|field| {
        let (name, rest) = field.split_once("\" value=\"")?;
        Some((unescaped(name), unescaped(rest.split('"').next()?)))
    });
    fields.collect()
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    text.replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}
