//! Use-cases of signing in: from a user name to a proven user, challenge by challenge.
//!
//! What enters: an [`Attempt`] with what proves the user, or an [`Answer`] to a challenge. What leaves: the [`Next`]
//! challenge, or a [`Proven`] user, from whom a surface makes tokens or a code. Between two steps a sign-in lies in the
//! store under a digest of its session; a session is answered once, before its end, by the client that it was made for.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html>

mod accounts;
mod answer;
mod choice;
mod codes;
mod custom;
mod factors;
mod failure;
mod first;
mod migration;
mod new_password;
mod nobody;
mod password;
pub mod preference;
mod sessions;
mod software_token;
mod srp;
mod start;
mod triggers;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::auth_session::{Round, SessionUser};
use crate::domain::quotas::Quotas;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::sign_in::Origin;
use crate::domain::time::Timestamp;
use crate::domain::trace::Trace;
use crate::domain::user::User;
use crate::self_service::SelfService;
use crate::tokens::{ClientView, Occasion, Tokens};

pub use answer::Answer;
pub use choice::first_factors_of;
pub use failure::{Parameter, SignInFailure};
pub use first::SigningUp;
pub use software_token::{Associated, Holder, Verified};
pub use start::{Flow, check_flow, check_secret_hash, required};

/// What signing in works with; cloning shares it.
#[derive(Clone)]
pub struct SignIns {
    /// Clients, keys, clock and functions.
    pub tokens: Tokens,
    /// Codes and the messages that carry them.
    pub self_service: SelfService,
}

/// The steps of a decision about a person's token.
pub type Steps = Trace<IssueRule>;

/// What a request says by name: `AuthParameters` or `ChallengeResponses`, and `ClientMetadata`.
pub type Named = BTreeMap<String, String>;

/// The beginning of a sign-in.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// The client.
    pub view: &'a Arc<ClientView>,
    /// The name as it was entered: a user name or an alias.
    pub username: &'a str,
    /// `ClientMetadata`, for the pool's triggers.
    pub metadata: &'a Named,
    /// The door it comes through.
    pub door: Origin,
    /// Whether an administrator's credentials vouch for the application.
    pub admin: bool,
}

/// What a step led to.
pub enum Next {
    /// Something else must be answered.
    Challenge(Challenge),
    /// The user is proven.
    SignedIn(Box<Proven>),
}

/// A question to the user or the application.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Its name.
    pub name: &'static str,
    /// What the answer must come with; none where the parameters hold it.
    pub session: Option<String>,
    /// What goes with it.
    pub parameters: Named,
    /// What can be chosen from, in choice-based sign-in.
    pub available: Vec<String>,
}

/// A user who has answered everything.
pub struct Proven {
    /// The user.
    pub user: User,
    /// What the trigger before token generation is told.
    pub occasion: Occasion,
    /// When.
    pub at: Timestamp,
    /// `ClientMetadata` of the last step, for the trigger before token generation.
    pub metadata: Named,
}

/// A sign-in on its way, with a user who has proven something.
struct Progress<'a> {
    view: &'a Arc<ClientView>,
    door: Origin,
    /// The name it began with.
    username: &'a str,
    /// `ClientMetadata` of an answer; that of the beginning is for other triggers.
    metadata: &'a Named,
    /// Whether a new password was chosen on the way.
    new_password: bool,
    /// The rounds, if the pool's triggers lead the way.
    rounds: Option<Vec<Round>>,
}

/// The user of a progress, or nobody.
struct Person<'a> {
    user: Option<&'a User>,
    name: &'a str,
}

impl SignIns {
    /// With these clients, keys, clock and functions.
    pub fn new(tokens: Tokens) -> Self {
        let self_service = SelfService {
            database: tokens.views.database().clone(),
            effects: tokens.effects.clone(),
            hooks: Arc::clone(&tokens.hooks),
            issuers: tokens.issuers.clone(),
            quotas: Quotas::default(),
        };
        Self { tokens, self_service }
    }

    fn now(&self) -> Timestamp {
        self.tokens.effects.clock.now()
    }

    fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.tokens.effects.random.fill(&mut bytes);
        bytes
    }
}

impl<'a> Attempt<'a> {
    fn progress(&self, none: &'a Named) -> Progress<'a> {
        Progress {
            view: self.view,
            door: self.door,
            username: self.username,
            metadata: none,
            new_password: false,
            rounds: None,
        }
    }
}

/// Whether the client hides who exists.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html>
pub fn hides_users(view: &ClientView) -> bool {
    view.settings.prevent_user_existence_errors.as_deref() == Some("ENABLED")
}

fn session_user(view: &ClientView, user: &User) -> SessionUser {
    SessionUser { key: crate::registry::users::key_of(&view.owner, &user.username), sub: user.sub.clone() }
}
