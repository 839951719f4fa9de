//! Who signs in, and who agrees, without anybody who fills in a form.

/// What happens by itself where a page would ask. By default nothing does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Automatic {
    /// The user who signs in, by id or username; none for nobody.
    pub user: Option<String>,
    /// Whether the user signs in whom the `login_hint` of the request means: by id, username, email or
    /// phone number. Without a hint, or with one that means nobody, it is [`Automatic::user`].
    pub by_login_hint: bool,
    /// Whether the user agrees to all that clients and devices ask for.
    pub consent: bool,
}
