//! The trigger before token generation: what it is told, and what its answer changes.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html>

mod answer;

use serde_json::{Map, Value, json};

use crate::domain::claim_rules::TokenChanges;
use crate::domain::claims::TokenUse;
use crate::domain::id::ClientId;
use crate::domain::person_claims::GroupClaims;
use crate::domain::pool::UserPool;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::scope::Scope;
use crate::domain::trace::{Cut, Evidence, Trace};
use crate::domain::user::User;
use crate::hooks::HookFailure;

use super::{Issuing, TokenFailure, Tokens};

pub(super) use answer::Answer;

const NAME: &str = "PreTokenGeneration";

/// What an event can say and an answer can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// ID token claims and groups.
    V1,
    /// Access token claims and scopes as well.
    V2,
    /// Access tokens of machines as well.
    V3,
}

/// The function that a pool wants to be asked.
pub(super) struct Trigger<'a> {
    arn: &'a str,
    version: Version,
}

/// For whom tokens are generated.
pub(super) enum Subject<'a> {
    /// A user, with what the groups come to.
    User {
        /// Who.
        user: &'a User,
        /// What the groups come to.
        groups: &'a GroupClaims,
    },
    /// A client on its own behalf.
    Machine,
}

/// The pool's trigger, if it has one.
pub(super) fn of(pool: &UserPool) -> Option<Trigger<'_>> {
    let config = pool.settings.lambda_config.as_ref()?;
    if let Some(trigger) = &config.pre_token_generation_config {
        let version = match trigger.lambda_version.as_str() {
            "V3_0" => Version::V3,
            "V2_0" => Version::V2,
            _ => Version::V1,
        };
        return Some(Trigger { arn: &trigger.lambda_arn, version });
    }
    config.pre_token_generation.as_deref().map(|arn| Trigger { arn, version: Version::V1 })
}

/// The pool's trigger, if it wants to be asked about machines.
pub(super) fn of_machines(pool: &UserPool) -> Option<Trigger<'_>> {
    of(pool).filter(|trigger| trigger.version == Version::V3)
}

impl Tokens {
    /// Asks the trigger; that it answered is a step of the decision.
    pub(super) async fn ask(
        &self,
        trigger: &Trigger<'_>,
        issuing: &Issuing<'_>,
        (subject, scopes): (&Subject<'_>, &[Scope]),
        trace: &mut Trace<IssueRule>,
    ) -> Result<Answer, TokenFailure> {
        let event = event(trigger.version, issuing, subject, scopes);
        let answer = match self.hooks.invoke(trigger.arn, event).await {
            Ok(returned) => answer::read(trigger.version, trigger.arn, &returned),
            Err(failure) => Err(failure),
        };
        let failure = match answer {
            Ok(answer) => {
                trace.grant(SignInRule::TriggerAllowed, Evidence::Remark(NAME));
                return Ok(answer);
            }
            Err(failure) => failure,
        };
        let shown = Cut::guarded(&failure.to_string(), Cut::LIMIT);
        let evidence = Evidence::Presented { parameter: NAME, value: shown };
        let _the_failure_says_more = trace.require(SignInRule::TriggerAllowed, false, evidence);
        Err(TokenFailure::Hook(failure))
    }
}

fn event(version: Version, issuing: &Issuing<'_>, subject: &Subject<'_>, scopes: &[Scope]) -> Value {
    let number = match version {
        Version::V1 => "1",
        Version::V2 => "2",
        Version::V3 => "3",
    };
    let (user_name, attributes, groups) = match subject {
        Subject::User { user, groups } => (user.username.as_str(), attributes(user), configuration(groups)),
        Subject::Machine => ("ClientCredentials", Map::new(), Value::Null),
    };
    let mut request = Map::new();
    request.insert("userAttributes".to_owned(), Value::Object(attributes));
    request.insert("groupConfiguration".to_owned(), groups);
    if version != Version::V1 {
        request.insert("scopes".to_owned(), scopes.iter().map(Scope::as_str).collect());
    }
    if !issuing.metadata.is_empty() {
        request.insert("clientMetadata".to_owned(), json!(issuing.metadata));
    }
    let response = if version == Version::V1 { "claimsOverrideDetails" } else { "claimsAndScopeOverrideDetails" };
    json!({
        "version": number,
        "triggerSource": issuing.occasion.name(),
        "region": issuing.view.pool.region(),
        "userPoolId": issuing.view.pool,
        "userName": user_name,
        "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": issuing.view.client },
        "request": request,
        "response": { response: null },
    })
}

/// Everything that is known of the user, whatever the client may read.
fn attributes(user: &User) -> Map<String, Value> {
    let own = user.attributes.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    let more = [("sub", user.sub.as_str()), ("cognito:user_status", user.status.name())];
    own.chain(more.map(|(name, value)| (name.to_owned(), Value::from(value)))).collect()
}

fn configuration(groups: &GroupClaims) -> Value {
    json!({
        "groupsToOverride": groups.names,
        "iamRolesToOverride": groups.roles,
        "preferredRole": groups.preferred_role,
    })
}

/// Shows in the trace which groups the token will name instead of others.
pub(super) fn note_groups(before: &GroupClaims, after: &GroupClaims, trace: &mut Trace<IssueRule>) {
    if before == after {
        return;
    }
    for (of, groups) in [("groups before", before), ("groups after", after)] {
        let names = Evidence::names(of, groups.names.iter().map(String::as_str));
        trace.note(SignInRule::TriggerChangedToken, names);
    }
}

/// Shows in the trace what a trigger or a declared rule changes.
pub(super) fn note_changes(
    rule: SignInRule,
    (before, after): (&[Scope], &[Scope]),
    (changes, client): (&TokenChanges, &ClientId),
    trace: &mut Trace<IssueRule>,
) {
    if before != after {
        trace.note(rule, Evidence::names("scopes before", before.iter().map(Scope::as_str)));
        trace.note(rule, Evidence::names("scopes after", after.iter().map(Scope::as_str)));
    }
    for (token, added, suppressed, kept) in [
        (TokenUse::Access, "access token claims set", "access token claims left out", "access token claims kept"),
        (TokenUse::Id, "ID token claims set", "ID token claims left out", "ID token claims kept"),
    ] {
        let fates = changes.of(token).fates(token, client);
        let set = fates.set.into_iter().map(|(name, _)| name).collect();
        for (of, names) in [(added, set), (suppressed, fates.left_out), (kept, fates.kept)] {
            if !names.is_empty() {
                trace.note(rule, Evidence::names(of, names));
            }
        }
    }
}

/// A failure to make sense of what a function returned.
fn unreadable(arn: &str, reason: impl Into<String>) -> HookFailure {
    HookFailure::Unreadable(arn.to_owned(), reason.into())
}
