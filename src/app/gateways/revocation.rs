//! Whether an authorizer can know which tokens were revoked: only the server that issued them does.

use crate::config::gateway::misdeclared;
use crate::config::{DeclaredGateway, Misdeclared};

/// Refuses authorizers that ask in vain, and says of which issuers nobody is asked; `here` is whether the pools are here.
pub(super) fn notes(declared: &DeclaredGateway, here: bool) -> Result<Vec<String>, Misdeclared> {
    let mut notes = Vec::new();
    for (name, authorizer) in declared.authorizers.iter().filter(|(_, authorizer)| authorizer.check_revocation) {
        if !here || authorizer.pools.is_empty() {
            let problem = "the tokens are issued elsewhere, and only the pools of this server know what they revoked";
            return Err(misdeclared(format!("authorizers.{name}.check_revocation"), problem));
        }
        let note = |issuer| {
            let gateway = &declared.name;
            format!("the authorizer `{name}` of `{gateway}`: revoked tokens of {issuer} are let through until they end")
        };
        notes.extend(authorizer.issuers.iter().map(note));
    }
    Ok(notes)
}
