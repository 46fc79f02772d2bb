//! The flows of the JSON API, each of which begins a sign-in.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html>

use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::trace::{Cut, Evidence};
use crate::self_service::secret_hash::{self, SecretHashProblem};
use crate::tokens::ClientView;

use super::{Attempt, Challenge, Named, Next, Parameter, SignInFailure, SignIns, Steps};

/// A flow that begins a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// `USER_SRP_AUTH`
    Srp,
    /// `USER_PASSWORD_AUTH`
    Password,
    /// `ADMIN_USER_PASSWORD_AUTH`, formerly `ADMIN_NO_SRP_AUTH`.
    AdminPassword,
    /// `CUSTOM_AUTH`
    Custom,
    /// `USER_AUTH`
    Choice,
    /// `REFRESH_TOKEN_AUTH`, which begins nothing.
    Refresh,
}

const NO_SECRET: &str = "the client has no secret, so there is no hash of it";

/// The flows of a client whose flows were never set.
const DEFAULT: [&str; 3] = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"];

impl Flow {
    /// The flow of this name, if the operation has it.
    pub fn of_name(name: &str, admin: bool) -> Option<Self> {
        Some(match (name, admin) {
            ("USER_SRP_AUTH", _) => Self::Srp,
            ("USER_PASSWORD_AUTH", false) => Self::Password,
            ("ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH", true) => Self::AdminPassword,
            ("CUSTOM_AUTH", _) => Self::Custom,
            ("USER_AUTH", _) => Self::Choice,
            ("REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN", _) => Self::Refresh,
            _ => return None,
        })
    }

    /// Whether the client may use it. The older names, without `ALLOW_`, do not speak of the flows that every client had.
    fn is_allowed(self, listed: &[&str]) -> bool {
        let lists = |name: &str| listed.contains(&name);
        let older = !listed.iter().any(|name| name.starts_with("ALLOW_"));
        let customs_only = lists("CUSTOM_AUTH_FLOW_ONLY");
        match self {
            Self::Srp => lists("ALLOW_USER_SRP_AUTH") || (older && !customs_only),
            Self::Password => lists("ALLOW_USER_PASSWORD_AUTH") || lists("USER_PASSWORD_AUTH"),
            Self::AdminPassword => lists("ALLOW_ADMIN_USER_PASSWORD_AUTH") || lists("ADMIN_NO_SRP_AUTH"),
            Self::Custom => lists("ALLOW_CUSTOM_AUTH") || older,
            Self::Choice => lists("ALLOW_USER_AUTH"),
            Self::Refresh => lists("ALLOW_REFRESH_TOKEN_AUTH") || older,
        }
    }
}

/// The flows of the client.
fn flows(view: &ClientView) -> Vec<&str> {
    let listed = view.settings.explicit_auth_flows.as_deref().unwrap_or_default();
    if listed.is_empty() { DEFAULT.to_vec() } else { listed.iter().map(String::as_str).collect() }
}

/// Whether the client may begin with a choice of factors.
pub(super) fn may_choose(view: &ClientView) -> bool {
    Flow::Choice.is_allowed(&flows(view))
}

/// Refuses a flow that the client may not use.
pub fn check_flow(view: &ClientView, (flow, name): (Flow, &str), trace: &mut Steps) -> Result<(), SignInFailure> {
    let listed = flows(view);
    let evidence = Evidence::Names {
        of: "the client's flows",
        names: listed.iter().map(|name| Cut::new(name)).collect(),
        total: listed.len(),
    };
    let allowed = flow.is_allowed(&listed);
    trace.note(SignInRule::AuthFlowEnabled, Evidence::Presented { parameter: "AuthFlow", value: Cut::new(name) });
    Ok(trace.require(SignInRule::AuthFlowEnabled, allowed, evidence)?)
}

/// Refuses a wrong or missing secret hash.
pub fn check_secret_hash(
    view: &ClientView,
    username: &str,
    parameters: &Named,
    trace: &mut Steps,
) -> Result<(), SignInFailure> {
    // Older clients without a secret send an empty hash, which is none (aws-amplify/aws-sdk-android#2728).
    let presented = parameters.get("SECRET_HASH").map(String::as_str).filter(|hash| !hash.is_empty());
    let problem = secret_hash::check(view, username, presented).err();
    if view.secrets.is_empty() {
        // Of a client without a secret there is nothing to demand, only something to refuse.
        let Some(_unexpected) = problem else { return Ok(()) };
        return Ok(trace.require(SignInRule::SecretHashMatches, false, Evidence::Remark(NO_SECRET))?);
    }
    let missing = problem == Some(SecretHashProblem::Missing);
    trace.require(SignInRule::SecretHashPresented, !missing, Evidence::Nothing)?;
    Ok(trace.require(SignInRule::SecretHashMatches, problem.is_none(), Evidence::Nothing)?)
}

/// A parameter that must be there.
pub fn required<'a>(parameters: &'a Named, name: &'static str) -> Result<&'a str, SignInFailure> {
    parameters.get(name).map(String::as_str).ok_or(Parameter::Missing(name).into())
}

impl SignIns {
    /// Begins a sign-in with any flow but the one that refreshes.
    pub async fn begin(
        &self,
        flow: Flow,
        attempt: &Attempt<'_>,
        parameters: &Named,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        match flow {
            Flow::Password | Flow::AdminPassword => {
                self.with_password(attempt, required(parameters, "PASSWORD")?, trace).await
            }
            Flow::Srp => self.with_srp(attempt, required(parameters, "SRP_A")?, trace).await,
            Flow::Choice => self.with_choice(attempt, parameters, trace).await,
            Flow::Custom => self.with_custom(attempt, parameters, trace).await,
            Flow::Refresh => Err(Parameter::Flow.into()),
        }
    }

    async fn with_srp(&self, attempt: &Attempt<'_>, a: &str, trace: &mut Steps) -> Result<Next, SignInFailure> {
        let found = self.look_up(attempt.view, attempt.username).await?;
        self.check_lock(attempt, found.as_ref(), trace).await?;
        super::accounts::admit(attempt.view, attempt.username, found.as_ref(), trace)?;
        self.pre_authentication(attempt, found.as_ref(), trace).await?;
        let none = Named::new();
        let asked = self.begin_srp(attempt, &attempt.progress(&none), found.as_ref(), a).await?;
        // COGNITO: here the secret block is all there is, and clients such as pycognito send no session back.
        Ok(Next::Challenge(Challenge { session: None, ..asked }))
    }
}
