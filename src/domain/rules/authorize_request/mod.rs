//! Can an authorize request be followed, and must the user be asked?
//!
//! The scopes are a decision of their own ([`super::resolve_scopes`]), and so is the callback ([`super::redirect`]).

#[cfg(test)]
mod tests;

use url::{Host, Url};

use crate::domain::client::{ClientSettings, OAuthFlow};
use crate::domain::trace::{Cut, Evidence, Refused, Trace};

use super::issue_rule::IssueRule;
use super::redirect;
use super::sign_in_rule::SignInRule;

/// What a request says, each parameter decoded; one without a value counts as left out.
#[derive(Debug, Clone, Copy, Default)]
pub struct AuthorizeRequest<'a> {
    /// `code` or `token`.
    pub response_type: Option<&'a str>,
    /// Where to answer to.
    pub redirect_uri: Option<&'a str>,
    /// The hash of a verifier (RFC 7636).
    pub code_challenge: Option<&'a str>,
    /// How it was made.
    pub code_challenge_method: Option<&'a str>,
    /// Who is to sign the user in.
    pub identity_provider: Option<&'a str>,
    /// The same under another name.
    pub idp_identifier: Option<&'a str>,
    /// Whether the user is to be asked.
    pub prompt: Option<&'a str>,
    /// The API that the access token is for (RFC 8707).
    pub resource: Option<&'a str>,
    /// Whether there is more than one of those.
    pub several_resources: bool,
}

/// A request that can be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The grant.
    pub flow: OAuthFlow,
    /// The S256 challenge.
    pub code_challenge: Option<String>,
    /// The API that the access token is for.
    pub resource: Option<String>,
    /// Whether the user is to be asked.
    pub prompt: Prompt,
}

/// Whether the user is to be asked, whoever the browser is signed in as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Prompt {
    /// Only if nobody is signed in.
    #[default]
    IfNeeded,
    /// Never.
    Never,
    /// For an account, which may be the one that is signed in.
    Account,
    /// For the password.
    Password,
}

/// How a browser that is signed in comes to the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// With nothing but its session.
    Session,
    /// The user chose to go on with that session.
    Chosen,
    /// The user has signed in just now.
    SignedIn,
}

/// Where an answer goes before anything else is judged: what is refused here never leaves our own pages.
pub fn callback<'a>(
    request: &AuthorizeRequest<'_>,
    client: &'a ClientSettings,
    trace: &mut Trace<IssueRule>,
) -> Result<&'a str, Refused<IssueRule>> {
    let Some(response_type) = request.response_type else {
        trace.require(IssueRule::GrantParametersPresent, false, Evidence::Remark("response_type"))?;
        return Ok("");
    };
    // COGNITO: `id_token` and the hybrid types, which old discovery documents named, are unknown (measured).
    let evidence = presented("response_type", response_type);
    trace.require(SignInRule::ResponseTypeKnown, flow(response_type).is_some(), evidence)?;
    let callback = redirect::callback(request.redirect_uri, client, trace)?;
    identity_provider(request, client, trace)?;
    Ok(callback)
}

/// Everything else about the request; what is refused here is answered to the callback.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html>
pub fn authorize_request(
    request: &AuthorizeRequest<'_>,
    client: &ClientSettings,
    trace: &mut Trace<IssueRule>,
) -> Result<Asked, Refused<IssueRule>> {
    let flow = request.response_type.and_then(flow).unwrap_or(OAuthFlow::Code);
    if !client.allows(flow) {
        trace.require(IssueRule::FlowAllowed, false, Evidence::Remark(flow.name()))?;
    }
    Ok(Asked {
        flow,
        code_challenge: code_challenge(request, trace)?,
        resource: resource(request, trace)?,
        prompt: prompt(request.prompt, trace)?,
    })
}

/// Whether the browser's session answers the request; if not, the user is asked to sign in.
pub fn session_answers(
    prompt: Prompt,
    session: Option<(Arrival, Evidence)>,
    trace: &mut Trace<IssueRule>,
) -> Result<bool, Refused<IssueRule>> {
    let Some((arrival, who)) = session else {
        if prompt == Prompt::Never {
            trace.require(SignInRule::NobodyMustBeAsked, false, Evidence::Remark("prompt"))?;
        }
        trace.note(SignInRule::BrowserSignedIn, Evidence::Remark("the browser has no session with the pool"));
        return Ok(false);
    };
    let answers = match prompt {
        Prompt::IfNeeded | Prompt::Never => true,
        Prompt::Account => arrival != Arrival::Session,
        Prompt::Password => arrival == Arrival::SignedIn,
    };
    if answers {
        trace.grant(SignInRule::BrowserSignedIn, who);
    } else {
        trace.note(SignInRule::BrowserSignedIn, Evidence::Remark("`prompt` asks for the user all the same"));
    }
    Ok(answers)
}

/// The grant behind a response type.
pub fn flow(response_type: &str) -> Option<OAuthFlow> {
    match response_type {
        "code" => Some(OAuthFlow::Code),
        "token" => Some(OAuthFlow::Implicit),
        _ => None,
    }
}

/// Only the pool itself signs anybody in here, whatever else the client lists.
fn identity_provider(
    request: &AuthorizeRequest<'_>,
    client: &ClientSettings,
    trace: &mut Trace<IssueRule>,
) -> Result<(), Refused<IssueRule>> {
    let (parameter, asked) = match (request.identity_provider, request.idp_identifier) {
        (Some(provider), _) => ("identity_provider", provider),
        (None, Some(identifier)) => ("idp_identifier", identifier),
        (None, None) => return Ok(()),
    };
    let listed = client.supported_identity_providers.as_ref().is_none_or(|list| list.iter().any(|name| name == asked));
    let held = asked == "COGNITO" && listed && parameter == "identity_provider";
    trace.require(SignInRule::IdentityProviderAllowed, held, presented(parameter, asked))
}

/// Cognito knows S256 only: `plain`, a challenge without method (which RFC 7636 reads as `plain`) and a method without
/// challenge are errors, or an attacker could take PKCE away from a request.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/using-pkce-in-authorization-code.html>
fn code_challenge(
    request: &AuthorizeRequest<'_>,
    trace: &mut Trace<IssueRule>,
) -> Result<Option<String>, Refused<IssueRule>> {
    let (held, evidence) = match (request.code_challenge, request.code_challenge_method) {
        (None, None) => return Ok(None),
        (Some(_), None) => (false, Evidence::Remark("there is a code_challenge and no code_challenge_method")),
        (None, Some(_)) => (false, Evidence::Remark("there is a code_challenge_method and no code_challenge")),
        (Some(challenge), Some("S256")) if is_challenge(challenge) => (true, Evidence::Remark("S256")),
        (Some(_), Some("S256")) => {
            (false, Evidence::Remark("the code_challenge is not the base64url of a SHA-256, which has 43 characters"))
        }
        (Some(_), Some(method)) => (false, presented("code_challenge_method", method)),
    };
    trace.require(SignInRule::CodeChallengeUsable, held, evidence)?;
    Ok(request.code_challenge.map(str::to_owned))
}

/// 43 to 128 unreserved characters (RFC 7636, section 4.2).
fn is_challenge(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(unreserved)
}

fn resource(
    request: &AuthorizeRequest<'_>,
    trace: &mut Trace<IssueRule>,
) -> Result<Option<String>, Refused<IssueRule>> {
    let Some(resource) = request.resource else { return Ok(None) };
    if request.several_resources {
        trace.require(SignInRule::ResourceUsable, false, Evidence::Remark("there is more than one"))?;
    }
    trace.require(SignInRule::ResourceUsable, names_an_api(resource), presented("resource", resource))?;
    Ok(Some(resource.to_owned()))
}

/// An absolute URL without fragment (RFC 8707, section 2): `https`, an app's own scheme, or `http` to this machine.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html>
fn names_an_api(resource: &str) -> bool {
    let sound = resource.bytes().all(|byte| byte.is_ascii_graphic()) && resource.contains("://");
    let Ok(url) = Url::parse(resource) else { return false };
    let here = matches!(url.host(), Some(Host::Domain("localhost")));
    sound && !resource.contains('#') && (url.scheme() != "http" || here)
}

fn prompt(parameter: Option<&str>, trace: &mut Trace<IssueRule>) -> Result<Prompt, Refused<IssueRule>> {
    let Some(parameter) = parameter else { return Ok(Prompt::IfNeeded) };
    let values: Vec<&str> = parameter.split(' ').filter(|value| !value.is_empty()).collect();
    let known = values.iter().all(|value| matches!(*value, "none" | "login" | "select_account" | "consent"));
    // `none` stands alone (OpenID Connect Core, section 3.1.2.1).
    let usable = known && (values.len() == 1 || !values.contains(&"none"));
    trace.require(SignInRule::PromptUsable, usable, presented("prompt", parameter))?;
    Ok(if values.contains(&"none") {
        Prompt::Never
    } else if values.contains(&"login") {
        Prompt::Password
    } else if values.contains(&"select_account") {
        Prompt::Account
    } else {
        Prompt::IfNeeded
    })
}

fn presented(parameter: &'static str, value: &str) -> Evidence {
    Evidence::Presented { parameter, value: Cut::guarded(value, Cut::LIMIT) }
}
