//! The real cause of an answer in one plain sentence, with the smallest thing that would change it.

use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::scope;
use crate::domain::trace::{Evidence, Outcome, Slip, Standing, Step};

use super::{Answer, Record, people};

/// Scopes that OpenID Connect knows and the service does not.
const FOREIGN: [&str; 3] = ["offline_access", "address", "groups"];

/// Why the decision came out as it did.
pub(super) fn sentence(record: &Record) -> String {
    let steps = record.trace.steps();
    let refused = steps.iter().find(|step| step.outcome == Outcome::Refused);
    match (&record.answer, refused) {
        (Answer::Refused { .. }, Some(step)) => refusal(record, step),
        (Answer::Refused { .. }, None) => {
            "something failed in poolpass itself, which its log names; the request was not at fault".to_owned()
        }
        (Answer::Challenged { challenge }, _) => format!("the sign-in goes on with {challenge}"),
        (Answer::Granted { scopes, .. }, _) => granted(scopes.len(), steps),
    }
}

fn granted(count: usize, steps: &[Step<IssueRule>]) -> String {
    let inactive = names(steps, |standing| standing == Standing::Inactive);
    let undefined = names(steps, |standing| standing == Standing::UndefinedAndNotOnList);
    let removed =
        names(steps, |standing| matches!(standing, Standing::DefinedButNotOnList | Standing::BuiltInNotOnList));
    let is_remark = |step: &Step<IssueRule>| matches!(step.evidence, Evidence::Remark(_));
    let noted = |step: &Step<IssueRule>| step.outcome == Outcome::Noted && is_on_list(step.rule);
    let omitted = steps.iter().any(|step| noted(step) && is_remark(step));
    let mut text = people::granted(count, steps).unwrap_or_else(|| match (count, omitted) {
        (0, _) => "no scope is left, so the token has no scope claim".to_owned(),
        (_, true) => "no scope was asked for, so the token has every active scope of the client's list".to_owned(),
        (_, false) => listed(count, steps).to_owned(),
    });
    if !inactive.is_empty() {
        text.push_str(&left_out(&inactive));
    }
    if !undefined.is_empty() {
        text.extend(["; left out: ", &list(&undefined), ", which no resource server defines"]);
    }
    if !removed.is_empty() {
        text.extend(["; no longer on the client's list since the sign-in: ", &list(&removed)]);
    }
    text.push_str(&people::notes(steps));
    if steps.iter().any(|step| step.rule == IssueRule::PoolHasDomain) {
        text.push_str("; on AWS the pool would have no token endpoint, since it has no domain: give it one");
    }
    text
}

/// Who knows the scopes of the token: resource servers only those that are not built in.
fn listed(count: usize, steps: &[Step<IssueRule>]) -> &'static str {
    let held = |wanted: Standing| {
        let held = steps.iter().filter(|step| step.outcome == Outcome::Held);
        held.into_iter().any(|step| matches!(step.evidence, Evidence::Scope { standing, .. } if standing == wanted))
    };
    match (count, held(Standing::BuiltIn), held(Standing::Active)) {
        (1, true, _) => "the scope asked for is on the client's list",
        (1, false, _) => "the scope asked for is on the client's list and a resource server defines it",
        (_, true, false) => "the scopes in the token are on the client's list",
        (_, true, true) => {
            "the scopes in the token are on the client's list, and resource servers define those that are not built in"
        }
        (_, false, _) => "the scopes in the token are on the client's list and resource servers define them",
    }
}

fn left_out(inactive: &[String]) -> String {
    let (are, them) = (if inactive.len() == 1 { "is" } else { "are" }, it_or_them(inactive));
    format!(
        "; left out: {}, which {are} on the client's list but no resource server defines now: define {them} again to \
         get {them} back",
        list(inactive)
    )
}

fn is_on_list(rule: IssueRule) -> bool {
    matches!(rule, IssueRule::ScopeOnClientList | IssueRule::ObservedScopeOnClientList)
}

fn names(steps: &[Step<IssueRule>], wanted: impl Fn(Standing) -> bool) -> Vec<String> {
    let noted = steps.iter().filter(|step| step.outcome == Outcome::Noted);
    noted
        .filter_map(|step| match &step.evidence {
            Evidence::Scope { scope, standing } if wanted(*standing) => Some(format!("`{scope}`")),
            Evidence::UnlistedScope { scope, standing, .. } if wanted(*standing) => {
                Some(format!("`{}`", scope.as_str()))
            }
            _ => None,
        })
        .collect()
}

/// The first few, and how many more.
fn list(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(5).map(String::as_str).collect();
    match names.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn it_or_them(names: &[String]) -> &'static str {
    if names.len() == 1 { "it" } else { "them" }
}

fn refusal(record: &Record, step: &Step<IssueRule>) -> String {
    let client = record.client.as_ref().map_or("?", |client| client.as_str());
    match step.rule {
        IssueRule::RequestIsForm
        | IssueRule::RequestIsWellFormed
        | IssueRule::ParameterGivenOnce
        | IssueRule::GrantTypePresent
        | IssueRule::GrantTypeKnown
        | IssueRule::GrantParametersPresent => request(step),
        IssueRule::ClientNamed
        | IssueRule::CredentialsReadable
        | IssueRule::CredentialsAgree
        | IssueRule::ClientExists
        | IssueRule::PoolHasDomain
        | IssueRule::SecretPresented
        | IssueRule::SecretMatches
        | IssueRule::PublicClientWithoutSecret => credentials(client, step),
        IssueRule::FlowAllowed | IssueRule::ObservedFlowAllowed => flow(client, record.trace.steps(), step),
        IssueRule::ScopesNotTooMany => "too many scopes are asked for at once: name those that are needed".to_owned(),
        IssueRule::ClientHasCustomScopes
        | IssueRule::ScopeOnClientList
        | IssueRule::ScopeFitsGrant
        | IssueRule::ScopeActive
        | IssueRule::SomeScopeActive
        | IssueRule::ObservedSomeScopeDefined
        | IssueRule::ObservedScopeIsCustom
        | IssueRule::ObservedScopeOnClientList => scopes(client, record.trace.steps(), step),
        IssueRule::OtherProfile | IssueRule::GrantProven | IssueRule::Issued => {
            "what the grant presents is not good, or no longer".to_owned()
        }
        IssueRule::SignIn(rule) => people::refusal(client, rule, step),
    }
}

fn request(step: &Step<IssueRule>) -> String {
    let (parameter, value) = presented(step);
    let remark = remark(step);
    match step.rule {
        IssueRule::RequestIsForm if value.is_empty() => {
            "the request is no form: send a POST with the type `application/x-www-form-urlencoded`".to_owned()
        }
        IssueRule::RequestIsForm => format!(
            "the request is no form (its {parameter} is `{value}`): send a POST with the type \
             `application/x-www-form-urlencoded`"
        ),
        IssueRule::RequestIsWellFormed => format!("`{remark}` is not UTF-8 once it is decoded: encode it as UTF-8"),
        IssueRule::ParameterGivenOnce => {
            format!("`{remark}` is given more than once, query and body counted together: send it once")
        }
        IssueRule::GrantTypePresent => "there is no `grant_type`: add `grant_type=client_credentials`".to_owned(),
        IssueRule::GrantTypeKnown => {
            let hint = if value.trim() == value { "" } else { "; it has a blank around it" };
            format!(
                "`{value}` is no grant type of this endpoint, which knows client_credentials, authorization_code and \
                 refresh_token{hint}"
            )
        }
        _ => format!("the grant needs `{remark}`, which is missing or empty: add it"),
    }
}

fn credentials(client: &str, step: &Step<IssueRule>) -> String {
    let (_, value) = presented(step);
    match (step.rule, &step.evidence) {
        (IssueRule::ClientNamed, _) => {
            "the request names no client: send `client_id`, or a Basic header made of `client_id:client_secret`"
                .to_owned()
        }
        (IssueRule::CredentialsReadable, _) => {
            "the Basic header cannot be read: it is the base64 of `client_id:client_secret`".to_owned()
        }
        (IssueRule::CredentialsAgree, Evidence::Hinted { .. }) => {
            format!("the Basic header names the client `{client}`, the form names `{value}`: send one of them")
        }
        (IssueRule::CredentialsAgree, _) => {
            "the Basic header and the form present different secrets: send one of them".to_owned()
        }
        (IssueRule::ClientExists, Evidence::Client { pool, .. }) => format!(
            "client `{client}` belongs to pool `{pool}`, but the path or the host name of the request names another: \
             use that pool's address"
        ),
        (IssueRule::ClientExists, Evidence::Hinted { slip: Some(Slip::SwappedWithSecret), .. }) => {
            "the client id and the secret are swapped: what came as the secret is the id of a client".to_owned()
        }
        (IssueRule::ClientExists, Evidence::Hinted { slip: Some(Slip::BlankAround), .. }) => {
            format!("no client has the id `{value}`, which has a blank around it: send it without")
        }
        (IssueRule::ClientExists, _) => {
            format!("no client has the id `{value}`: it was never made here, or it was deleted")
        }
        (IssueRule::PoolHasDomain, _) => {
            "the pool has no domain and therefore, as on AWS, no token endpoint: give it one with CreateUserPoolDomain, \
             or set require_domain to false"
                .to_owned()
        }
        (IssueRule::SecretPresented, _) => format!(
            "client `{client}` has a secret and the request presents none: send it as `client_secret` or in a Basic \
             header"
        ),
        (IssueRule::SecretMatches, _) => {
            format!("{}; client `{client}` was found, so the id is right", remark(step))
        }
        _ => format!(
            "client `{client}` has no secret, yet one was presented (an empty one in a Basic header counts): send only \
             `client_id`"
        ),
    }
}

fn flow(client: &str, steps: &[Step<IssueRule>], refused: &Step<IssueRule>) -> String {
    let switched_off = steps.iter().any(|step| step.rule == IssueRule::FlowAllowed && step.outcome == Outcome::Noted);
    let flow = remark(refused);
    if switched_off {
        return format!(
            "client `{client}` has AllowedOAuthFlowsUserPoolClient at false, which switches every OAuth flow off: set \
             it to true"
        );
    }
    if flow == "refresh_token" {
        return format!("client `{client}` may not refresh: add ALLOW_REFRESH_TOKEN_AUTH to its ExplicitAuthFlows");
    }
    format!("client `{client}` may not use `{flow}`: add it to AllowedOAuthFlows")
}

fn scopes(client: &str, steps: &[Step<IssueRule>], step: &Step<IssueRule>) -> String {
    match &step.evidence {
        Evidence::UnlistedScope { scope, standing, meant } => {
            let meant = meant.as_ref().map(scope::Scope::as_str);
            if *standing == Standing::BuiltInNotOnList && !of_machine(steps) {
                return format!(
                    "`{}` is a built-in scope and not on the list of client `{client}`: add it to AllowedOAuthScopes",
                    scope.as_str()
                );
            }
            unlisted(client, scope.as_str(), *standing, meant)
        }
        Evidence::Scope { scope, .. } => built_in(scope.as_str()),
        Evidence::Presented { value, .. } => bare(client, value.as_str(), None),
        _ if step.rule == IssueRule::ClientHasCustomScopes => format!(
            "the list of client `{client}` (AllowedOAuthScopes) holds no custom scope, and a machine can only get \
             those: define a resource server and add one of its scopes, written `identifier/scope`"
        ),
        _ => nothing_active(client, steps),
    }
}

/// Whether the machine grant is what was decided: only it begins with these.
fn of_machine(steps: &[Step<IssueRule>]) -> bool {
    let own = [
        IssueRule::ClientHasCustomScopes,
        IssueRule::ObservedSomeScopeDefined,
        IssueRule::ObservedScopeIsCustom,
        IssueRule::ObservedScopeOnClientList,
    ];
    steps.iter().any(|step| own.contains(&step.rule))
}

fn nothing_active(client: &str, steps: &[Step<IssueRule>]) -> String {
    let inactive = names(steps, |standing| standing == Standing::Inactive);
    let undefined = names(steps, |standing| standing == Standing::UndefinedAndNotOnList);
    match (inactive.is_empty(), undefined.is_empty()) {
        (false, _) => format!(
            "nothing active is left for client `{client}`: {} {} on its list, but no resource server defines {} now: \
             define {} again",
            list(&inactive),
            if inactive.len() == 1 { "is" } else { "are" },
            it_or_them(&inactive),
            it_or_them(&inactive),
        ),
        (true, false) => format!(
            "no resource server defines {}: define {} and add {} to AllowedOAuthScopes of client `{client}`",
            list(&undefined),
            it_or_them(&undefined),
            it_or_them(&undefined),
        ),
        (true, true) => format!(
            "no scope is left for client `{client}`: ask for one that is in its AllowedOAuthScopes and that a resource \
             server defines"
        ),
    }
}

fn unlisted(client: &str, name: &str, standing: Standing, meant: Option<&str>) -> String {
    if let Some(meant) = meant.filter(|_| scope::split(name).is_some()) {
        return format!(
            "`{name}` is not on the list of client `{client}`, which has `{meant}`: names are compared exactly, case \
             included"
        );
    }
    if name.contains(',') {
        return format!("`{name}` is one name, and not on the list of client `{client}`: part scopes with spaces");
    }
    match (standing, scope::split(name)) {
        (Standing::DefinedButNotOnList, Some((server, _))) => format!(
            "`{name}` is not on the list of client `{client}` (it is defined by resource server `{server}`): add it to \
             AllowedOAuthScopes"
        ),
        (Standing::BuiltInNotOnList, _) => built_in(name),
        (_, None) => bare(client, name, meant),
        (_, Some((server, scope_name))) => format!(
            "`{name}` is neither on the list of client `{client}` nor defined: check the spelling, or define \
             `{scope_name}` in resource server `{server}` and add it to AllowedOAuthScopes"
        ),
    }
}

fn built_in(name: &str) -> String {
    format!(
        "`{name}` is a built-in scope for people who sign in, and a client of the machine grant cannot have it: leave \
         it out"
    )
}

fn bare(client: &str, name: &str, meant: Option<&str>) -> String {
    if scope::is_built_in(name) {
        return built_in(name);
    }
    if FOREIGN.contains(&name) {
        return format!("`{name}` is a scope of other providers, which Cognito does not know: leave it out");
    }
    match meant {
        Some(meant) => format!(
            "`{name}` is only the last part of a name; the list of client `{client}` has `{meant}`: ask for that, \
             identifier included"
        ),
        None => format!(
            "`{name}` has no slash, so it names no resource server: ask for `identifier/{name}`, and see that it is \
             on the list of client `{client}`"
        ),
    }
}

fn remark(step: &Step<IssueRule>) -> &'static str {
    match step.evidence {
        Evidence::Remark(remark) => remark,
        _ => "",
    }
}

fn presented(step: &Step<IssueRule>) -> (&'static str, &str) {
    match &step.evidence {
        Evidence::Presented { parameter, value } | Evidence::Hinted { parameter, value, .. } => {
            (parameter, value.as_str())
        }
        _ => ("", ""),
    }
}
