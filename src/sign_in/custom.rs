//! Sign-in whose challenges the pool's triggers choose, make and judge.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-challenge.html>

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::auth_session::{Round, Waiting};
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::settings::LambdaConfig;
use crate::domain::trace::Evidence;
use crate::domain::user::{Factor, User};
use crate::hooks::HookFailure;

use super::answer::Answer;
use super::sessions::Open;
use super::start::required;
use super::triggers::{Call, attributes, unless_empty};
use super::{
    Attempt, Challenge, Named, Next, Parameter, Person, Progress, SignInFailure, SignIns, Steps, accounts, factors,
};

/// How many rounds a sign-in can have.
const MOST_ROUNDS: usize = 50;

/// What was just answered: the challenge, whether rightly, and what the trigger calls it.
pub(super) type Answered = (&'static str, bool, Option<String>);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a, More> {
    user_attributes: BTreeMap<String, String>,
    user_not_found: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_metadata: Option<&'a Named>,
    #[serde(flatten)]
    more: More,
}

#[derive(Serialize)]
struct Define<'a> {
    session: &'a [Round],
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Defined {
    challenge_name: Option<String>,
    issue_tokens: Option<bool>,
    fail_authentication: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Create<'a> {
    challenge_name: &'static str,
    session: &'a [Round],
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Created {
    public_challenge_parameters: Option<Named>,
    private_challenge_parameters: Option<Named>,
    challenge_metadata: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Verify<'a> {
    private_challenge_parameters: &'a Named,
    challenge_answer: &'a str,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Verified {
    answer_correct: Option<bool>,
}

impl SignIns {
    /// Begins a sign-in that the triggers lead; with SRP first if the client asks for that.
    pub(super) async fn with_custom(
        &self,
        attempt: &Attempt<'_>,
        parameters: &Named,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        let found = self.look_up(attempt.view, attempt.username).await?;
        self.check_lock(attempt, found.as_ref(), trace).await?;
        accounts::admit(attempt.view, attempt.username, found.as_ref(), trace)?;
        self.pre_authentication(attempt, found.as_ref(), trace).await?;
        let none = Named::new();
        let mut progress = attempt.progress(&none);
        if parameters.get("CHALLENGE_NAME").is_none_or(|name| name != "SRP_A") {
            progress.rounds = Some(Vec::new());
            return self.define(progress, found, None, trace).await;
        }
        let a = required(parameters, "SRP_A")?;
        let first = Round { challenge_name: "SRP_A".to_owned(), challenge_result: true, challenge_metadata: None };
        progress.rounds = Some(vec![first]);
        self.define(progress, found, Some((attempt, a)), trace).await
    }

    /// Takes the answer to a challenge that a trigger made.
    pub(super) async fn answer_custom(
        &self,
        answer: &Answer<'_>,
        (open, progress): (&Open, Progress<'_>),
        user: Option<User>,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        let Waiting::Custom { private, metadata } = &open.session.waiting else {
            return Err(SignInFailure::Refused(SignInRule::SessionKnown.into()));
        };
        let more = Verify { private_challenge_parameters: private, challenge_answer: answer.required("ANSWER")? };
        self.spend_now(open, trace).await?;
        let arn = function(&progress, |functions| functions.verify_auth_challenge_response.as_deref())?;
        let person = Person { user: user.as_ref(), name: progress.username };
        let call =
            call("VerifyAuthChallengeResponse", "VerifyAuthChallengeResponse_Authentication", arn, &person, &progress);
        let asked = request(&person, &progress, more);
        let said = self.call::<_, _, Verified>(call, asked, Verified::default(), trace).await?;
        let right = said.unwrap_or_default().answer_correct == Some(true);
        self.next_round(progress, user, ("CUSTOM_CHALLENGE", right, metadata.clone()), trace).await
    }

    /// Goes on when a challenge was answered, rightly or not.
    pub(super) async fn next_round(
        &self,
        mut progress: Progress<'_>,
        user: Option<User>,
        (challenge, right, metadata): Answered,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        let mut rounds = progress.rounds.take().unwrap_or_default();
        let evidence = Evidence::Remark("a sign-in that triggers lead has at most 50 rounds");
        trace.require(SignInRule::AttemptsLeft, rounds.len() < MOST_ROUNDS, evidence)?;
        rounds.push(Round {
            challenge_name: challenge.to_owned(),
            challenge_result: right,
            challenge_metadata: metadata,
        });
        progress.rounds = Some(rounds);
        self.define(progress, user, None, trace).await
    }

    /// Asks the trigger what comes next. With `srp`, it may be the second step of SRP.
    async fn define(
        &self,
        progress: Progress<'_>,
        user: Option<User>,
        srp: Option<(&Attempt<'_>, &str)>,
        trace: &mut Steps,
    ) -> Result<Next, SignInFailure> {
        let arn = function(&progress, |functions| functions.define_auth_challenge.as_deref())?;
        let person = Person { user: user.as_ref(), name: progress.username };
        let call = call("DefineAuthChallenge", "DefineAuthChallenge_Authentication", arn, &person, &progress);
        let more = Define { session: progress.rounds.as_deref().unwrap_or_default() };
        let asked = request(&person, &progress, more);
        let said = self.call::<_, _, Defined>(call, asked, Defined::default(), trace).await?.unwrap_or_default();
        let failed = said.fail_authentication == Some(true);
        trace.require(SignInRule::ChallengeAnswered, !failed, Evidence::Remark("DefineAuthChallenge"))?;
        if said.issue_tokens == Some(true) {
            trace.require(SignInRule::UserExists, user.is_some(), Evidence::Nothing)?;
            let Some(user) = user else { return Err(SignInFailure::Refused(SignInRule::UserExists.into())) };
            accounts::check_account(&user, trace)?;
            return self.finish(&progress, user, trace).await;
        }
        let next = match (said.challenge_name.as_deref(), srp, user) {
            (Some("CUSTOM_CHALLENGE"), _, user) => self.create(&progress, user.as_ref(), trace).await?,
            (Some("PASSWORD_VERIFIER"), Some((attempt, a)), user) => {
                self.begin_srp(attempt, &progress, user.as_ref(), a).await?
            }
            (Some(name), _, Some(user)) => {
                let usable = |factor: &Factor| {
                    factors::has(&user, *factor) && factors::available(&progress.view.owner).contains(factor)
                };
                let Some(factor) = Factor::of_name(name).filter(usable) else { return Err(unusable()) };
                self.ask_factor(&progress, &user, factor).await?
            }
            _ => return Err(unusable()),
        };
        Ok(Next::Challenge(next))
    }

    async fn create(
        &self,
        progress: &Progress<'_>,
        user: Option<&User>,
        trace: &mut Steps,
    ) -> Result<Challenge, SignInFailure> {
        let arn = function(progress, |functions| functions.create_auth_challenge.as_deref())?;
        let person = Person { user, name: progress.username };
        let call = call("CreateAuthChallenge", "CreateAuthChallenge_Authentication", arn, &person, progress);
        let session = progress.rounds.as_deref().unwrap_or_default();
        let asked = request(&person, progress, Create { challenge_name: "CUSTOM_CHALLENGE", session });
        let said = self.call::<_, _, Created>(call, asked, Created::default(), trace).await?.unwrap_or_default();
        let mut parameters = said.public_challenge_parameters.unwrap_or_default();
        parameters.insert("USERNAME".to_owned(), user.map_or(progress.username, |user| &user.username).to_owned());
        let private = said.private_challenge_parameters.unwrap_or_default();
        let waiting = Waiting::Custom { private, metadata: said.challenge_metadata };
        self.ask(progress, user, waiting, parameters).await
    }
}

fn function<'a>(
    progress: &Progress<'a>,
    of: impl FnOnce(&'a LambdaConfig) -> Option<&'a str>,
) -> Result<&'a str, SignInFailure> {
    let functions = progress.view.owner.settings.lambda_config.as_ref();
    functions.and_then(of).ok_or(Parameter::NoCustomTrigger.into())
}

fn call<'a>(
    trigger: &'static str,
    source: &'static str,
    arn: &'a str,
    person: &Person<'a>,
    progress: &Progress<'a>,
) -> Call<'a> {
    let user_name = person.user.map_or(person.name, |user| user.username.as_str());
    Call { trigger, arn, source, view: progress.view, user_name }
}

fn request<'a, More>(person: &Person<'_>, progress: &Progress<'a>, more: More) -> Request<'a, More> {
    Request {
        user_attributes: attributes(person.user),
        user_not_found: person.user.is_none(),
        client_metadata: unless_empty(progress.metadata),
        more,
    }
}

/// The trigger named no challenge that this sign-in could go on with.
fn unusable() -> SignInFailure {
    let problem = "it named no challenge that can come now".to_owned();
    SignInFailure::Trigger("DefineAuthChallenge", HookFailure::Unreadable("DefineAuthChallenge".to_owned(), problem))
}
