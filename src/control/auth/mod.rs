//! Signing in, and the factors that signing in asks for.

mod decide;
mod factors;
mod initiate;
mod preference;
mod respond;
mod software_token;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::sign_in::Challenge;
use crate::tokens::PersonTokens;

use super::operation::Entry;
use super::tokens::AuthenticationResult;

/// The operations of this folder.
pub(super) const OPERATIONS: &[Entry] = &[
    Entry::of::<initiate::InitiateAuth>(),
    Entry::of::<initiate::AdminInitiateAuth>(),
    Entry::of::<respond::RespondToAuthChallenge>(),
    Entry::of::<respond::AdminRespondToAuthChallenge>(),
    Entry::of::<software_token::AssociateSoftwareToken>(),
    Entry::of::<software_token::VerifySoftwareToken>(),
    Entry::of::<software_token::AdminDeleteSoftwareToken>(),
    Entry::of::<preference::SetUserMFAPreference>(),
    Entry::of::<preference::AdminSetUserMFAPreference>(),
    Entry::of::<factors::GetUserAuthFactors>(),
    Entry::of::<factors::AdminGetUserAuthFactors>(),
];

/// What a step of a sign-in answers: a challenge or tokens.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AuthAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    challenge_parameters: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authentication_result: Option<AuthenticationResult>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    available_challenges: Vec<String>,
}

impl From<Challenge> for AuthAnswer {
    fn from(asked: Challenge) -> Self {
        Self {
            challenge_name: Some(asked.name),
            session: asked.session,
            challenge_parameters: asked.parameters,
            authentication_result: None,
            available_challenges: asked.available,
        }
    }
}

impl From<PersonTokens> for AuthAnswer {
    fn from(tokens: PersonTokens) -> Self {
        Self {
            challenge_name: None,
            session: None,
            challenge_parameters: BTreeMap::new(),
            authentication_result: Some(tokens.into()),
            available_challenges: Vec::new(),
        }
    }
}
