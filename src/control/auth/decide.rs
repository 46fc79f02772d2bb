//! One step of a sign-in: decided, recorded and answered, for the operations of applications and of administrators alike.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::control::Control;
use crate::control::asked::Decided;
use crate::control::error::AwsError;
use crate::control::error::sign_in::{Step, refusal};
use crate::domain::id::UserPoolId;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::scope::Scope;
use crate::domain::sign_in::Origin;
use crate::domain::trace::{Cut, Evidence};
use crate::explain;
use crate::registry::{Caller, pools};
use crate::sign_in::{
    Answer, Attempt, Challenge, Flow, Named, Next, Parameter, Proven, SignInFailure, Steps, check_flow,
    check_secret_hash, required,
};
use crate::tokens::{ClientView, Issuing, Occasion, PersonTokens, RefreshWay, find_client};

use super::AuthAnswer;

/// The only scope that a sign-in through the API grants.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html>
const API_SCOPE: &str = "aws.cognito.signin.user.admin";

/// A step as it was asked for, by an application or an administrator. Analytics and context are of no use here.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Request {
    /// Whose pool it is: in the operations of administrators always there, in the others never.
    user_pool_id: Option<UserPoolId>,
    client_id: String,
    /// The flow's or the challenge's name.
    #[serde(rename = "AuthFlow", alias = "ChallengeName")]
    name: String,
    #[serde(default, rename = "AuthParameters", alias = "ChallengeResponses")]
    parameters: Named,
    #[serde(default, rename = "ClientMetadata")]
    metadata: Named,
    /// Of a first step: that of the sign-up which it completes.
    session: Option<String>,
    #[serde(default, rename = "AnalyticsMetadata")]
    _analytics: IgnoredAny,
    #[serde(default, rename = "UserContextData", alias = "ContextData")]
    _context: IgnoredAny,
}

/// What kind of step it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The first.
    Begins,
    /// An answer.
    Answers,
}

/// A step, and who asks for it.
struct Asked<'a> {
    request: &'a Request,
    /// Of an administrator: whose pool it is.
    admin: Option<(&'a Caller, &'a UserPoolId)>,
    kind: Kind,
}

/// What a step came to.
enum Outcome {
    Asked(Challenge),
    Issued(PersonTokens),
}

impl Request {
    /// Decides the step and keeps the decision under the request's id.
    pub(super) async fn decide(self, control: &Control, caller: &Caller, kind: Kind) -> Result<AuthAnswer, AwsError> {
        let admin = self.user_pool_id.as_ref().map(|pool| (caller, pool));
        Asked { request: &self, admin, kind }.decide(control).await
    }
}

impl Asked<'_> {
    async fn decide(self, control: &Control) -> Result<AuthAnswer, AwsError> {
        let (mut trace, mut view, request) = (Steps::new(), None, self.request);
        let result = match self.run(control, &mut view, &mut trace).await {
            Ok(outcome) => Ok(outcome),
            Err(failure) => Err(refusal(failure, &self.step(view.as_deref()))),
        };
        let answer = match &result {
            Ok(Outcome::Asked(asked)) => explain::Answer::Challenged { challenge: asked.name },
            Ok(Outcome::Issued(tokens)) => {
                explain::Answer::Granted { scopes: tokens.scopes.clone(), expires_in: tokens.expires_in }
            }
            Err(error) => explain::Answer::Refused {
                status: error.code.status().as_u16(),
                error: Some(error.code.name()),
                description: None,
            },
        };
        control.record(Decided {
            name: &request.name,
            client: &request.client_id,
            view: view.as_deref(),
            answer,
            trace,
        });
        result.map(|outcome| match outcome {
            Outcome::Asked(asked) => asked.into(),
            Outcome::Issued(tokens) => tokens.into(),
        })
    }

    fn step<'a>(&'a self, view: Option<&'a ClientView>) -> Step<'a> {
        Step { name: &self.request.name, client: &self.request.client_id, view, admin: self.admin.is_some() }
    }

    async fn run(
        &self,
        control: &Control,
        found: &mut Option<Arc<ClientView>>,
        trace: &mut Steps,
    ) -> Result<Outcome, SignInFailure> {
        let flow = match self.kind {
            Kind::Begins => Some(self.flow()?),
            Kind::Answers => None,
        };
        let (view, parameters) = (self.client(control, trace).await?, &self.request.parameters);
        *found = Some(Arc::clone(&view));
        let next = if let Some(flow) = flow {
            check_flow(&view, (flow, &self.request.name), trace)?;
            if flow == Flow::Refresh {
                return self.refresh(control, &view, trace).await.map(Outcome::Issued);
            }
            let username = required(parameters, "USERNAME")?;
            check_secret_hash(&view, username, parameters, trace)?;
            let attempt = self.attempt(&view, username);
            match &self.request.session {
                Some(session) => control.sign_ins.first_sign_in(&attempt, session, parameters, trace).await?,
                None => control.sign_ins.begin(flow, &attempt, parameters, trace).await?,
            }
        } else {
            check_secret_hash(&view, required(parameters, "USERNAME")?, parameters, trace)?;
            control.sign_ins.answer(&self.answer(&view), trace).await?
        };
        match next {
            Next::Challenge(asked) => Ok(Outcome::Asked(asked)),
            Next::SignedIn(proven) => issue(control, &view, &proven, trace).await.map(Outcome::Issued),
        }
    }

    /// The flow that begins. Only one of them completes a sign-up.
    fn flow(&self) -> Result<Flow, SignInFailure> {
        let flow = Flow::of_name(&self.request.name, self.admin.is_some()).ok_or(Parameter::Flow)?;
        if self.request.session.is_some() && flow != Flow::Choice {
            return Err(Parameter::SessionNotTaken.into());
        }
        Ok(flow)
    }

    async fn client(&self, control: &Control, trace: &mut Steps) -> Result<Arc<ClientView>, SignInFailure> {
        if let Some((caller, pool)) = self.admin {
            control.database.transact(async |tx| pools::require(tx, caller, pool).await).await?;
        }
        let admits = |owner: &UserPoolId| self.admin.is_none_or(|(_, pool)| pool == owner);
        Ok(find_client(&control.sign_ins.tokens.views, (&self.request.client_id, None), admits, trace).await?)
    }

    fn attempt<'a>(&'a self, view: &'a Arc<ClientView>, username: &'a str) -> Attempt<'a> {
        let admin = self.admin.is_some();
        Attempt { view, username, metadata: &self.request.metadata, door: Origin::Api, admin }
    }

    fn answer<'a>(&'a self, view: &'a Arc<ClientView>) -> Answer<'a> {
        Answer {
            view,
            challenge: &self.request.name,
            session: self.request.session.as_deref(),
            responses: &self.request.parameters,
            metadata: &self.request.metadata,
            door: Origin::Api,
            admin: self.admin.is_some(),
        }
    }

    async fn refresh(
        &self,
        control: &Control,
        view: &ClientView,
        trace: &mut Steps,
    ) -> Result<PersonTokens, SignInFailure> {
        let presented = required(&self.request.parameters, "REFRESH_TOKEN")?;
        // COGNITO: the hash is made with the user's own name, which the request does not say.
        let owner = control.sign_ins.tokens.owner_of_refresh_token(view, presented).await?;
        let hash = self.request.parameters.get("SECRET_HASH");
        let hashed = !view.secrets.is_empty() && hash.is_some_and(|hash| !hash.is_empty());
        if owner.is_none() && hashed {
            // With whose name the hash should have been made, nobody knows.
            let unknown = Evidence::Remark("no refresh token of a user of this client has this text");
            trace.require(SignInRule::RefreshTokenKnown, false, unknown)?;
        }
        let username = owner.as_ref().map_or("", |user| user.username.as_str());
        check_secret_hash(view, username, &self.request.parameters, trace)?;
        let issuer = control.issuer(view);
        let metadata = &self.request.metadata;
        let issuing = Issuing { view, issuer: &issuer, occasion: Occasion::RefreshTokens, metadata };
        Ok(control.sign_ins.tokens.refresh(&issuing, presented, RefreshWay::Flow, trace).await?)
    }
}

/// The tokens of a user who has answered everything.
async fn issue(
    control: &Control,
    view: &ClientView,
    proven: &Proven,
    trace: &mut Steps,
) -> Result<PersonTokens, SignInFailure> {
    let listed = view.settings.allowed_scopes();
    let names = listed.iter().take(10).map(|scope| Cut::new(scope.as_str())).collect();
    let evidence = Evidence::Names { of: "the client's list, which does not count here", names, total: listed.len() };
    trace.note(SignInRule::ApiSignInScope, evidence);
    let tokens = &control.sign_ins.tokens;
    let scopes = vec![Scope::from(API_SCOPE)];
    let sign_in = tokens.new_sign_in(view, &proven.user, scopes, (Origin::Api, proven.at));
    let issuer = control.issuer(view);
    let issuing = Issuing { view, issuer: &issuer, occasion: proven.occasion, metadata: &proven.metadata };
    Ok(tokens.begin(&issuing, &proven.user, sign_in, trace).await?)
}
