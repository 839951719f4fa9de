//! Changes to logout tokens, which the issuer sends without being asked.

use crate::issuer::LogoutNotice;
use crate::issuer::jose::jwk::PublicJwk;

use super::case::{Case, Deed, Place, Seen};
use super::{Hostile, token};

impl Hostile {
    /// Changes what a client is told, by each of the active cases about it. Each of them is used once more now.
    pub(crate) fn change_notice(
        &mut self,
        notice: &mut LogoutNotice,
        now: i64,
        key: Option<&PublicJwk>,
    ) {
        let seen = Seen { endpoint: None, now, key };
        for case in self.use_up(|case| case.place == Place::LogoutToken) {
            change(case, notice, &seen);
        }
    }
}

fn change(case: &Case, notice: &mut LogoutNotice, seen: &Seen<'_>) {
    match case.deed {
        Deed::Signature(forgery) => {
            // The forgeries of these cases need no signature.
            let token = notice.token(&[]);
            notice.send_instead(token::forged(&token, forgery, seen.key));
        }
        _ => token::edit(case, notice.unsigned_mut(), seen),
    }
}
