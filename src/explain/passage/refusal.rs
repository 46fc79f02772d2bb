//! What each rule of a gateway says when it refuses: one sentence, and the smallest change that would satisfy it.

use crate::domain::gateway::authorizer::{Authorizer, IdentitySource};
use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::route::Access;
use crate::domain::gateway::target::Ambiguity;
use crate::domain::rules::enforce::NO_TOKEN_FOLLOWS;
use crate::domain::rules::enforce_rule::EnforceRule;
use crate::domain::scope::Scope;
use crate::domain::trace::{Cut, Evidence, Step};

use super::doing::{issuers, listed, place, sending, span, token_taken};
use super::scopes;
use super::why::Why;
use super::{Around, Passage};

/// A refusal, and everything that is known about it.
pub(super) struct Case<'a> {
    pub(super) passage: &'a Passage,
    pub(super) step: &'a Step<EnforceRule>,
    pub(super) around: &'a Around,
}

/// Why the rule refused.
pub(super) fn why(it: &Case<'_>) -> Why {
    match it.step.rule {
        EnforceRule::TargetUnambiguous => ambiguous(it),
        EnforceRule::OriginalUnambiguous => Why::new(
            format!("the proxy does not ask about one request: {}", it.remark()),
            "let the proxy send the method and the URI of the request, once, as the sample configurations do",
        ),
        EnforceRule::RouteMatches => no_route(it),
        EnforceRule::MethodMatches => other_method(it),
        // Neither ever refuses.
        EnforceRule::PreflightAnswered => Why::plain("the gateway does not answer this preflight request"),
        EnforceRule::RouteOpen => Why::plain("the route is not open to everybody"),
        EnforceRule::AuthorizerUsable => authorizer(it),
        EnforceRule::TokenPresented => no_token(it),
        EnforceRule::TokenPresentedOnce => several_tokens(it),
        EnforceRule::TokenSchemeUsable => scheme(it),
        EnforceRule::TokenFormed => malformed(it),
        EnforceRule::AlgorithmAllowed => algorithm(it),
        EnforceRule::IssuerTrusted => issuer(it),
        EnforceRule::IssuerReachable => discovery(it),
        EnforceRule::KeysReachable => keys(it),
        EnforceRule::KeyKnown => key(it),
        EnforceRule::SignatureMatches => Why::new(
            "the key that the token names did not make its signature: the token was changed, or somebody else made it",
            "send the token exactly as it was issued",
        ),
        EnforceRule::AudienceAllowed => audience(it),
        EnforceRule::AudiencePatternMatches => audience_pattern(it),
        EnforceRule::TokenAlive => ended(it),
        EnforceRule::TokenBegun => begun(it),
        EnforceRule::TokenIssued => issued(it),
        EnforceRule::TokenKindFits => kind(it),
        EnforceRule::TokenNotRevoked => revoked(it),
        EnforceRule::SomeScopeGranted | EnforceRule::EveryScopeGranted => scopes::missing(it),
    }
}

impl<'a> Case<'a> {
    pub(super) fn dialect(&self) -> Dialect {
        self.passage.dialect
    }

    pub(super) fn authorizer(&self) -> Option<&'a Authorizer> {
        match self.passage.route.as_ref().map(|route| &route.access) {
            Some(Access::Authorizer(authorizer, _)) => Some(authorizer),
            Some(Access::Open | Access::Closed(_)) | None => None,
        }
    }

    /// The scopes that the route wants.
    pub(super) fn wanted(&self) -> &'a [Scope] {
        self.passage.route.as_ref().map_or(&[], |route| route.scopes())
    }

    /// A claim of the token, if it is a text.
    pub(super) fn claim(&self, name: &str) -> Option<&'a str> {
        self.passage.token.as_ref().and_then(|token| token.claims().get(name)?.as_str())
    }

    /// Whether the token is about a person; one of a machine names nobody.
    pub(super) fn is_of_person(&self) -> bool {
        self.claim("username").or_else(|| self.claim("cognito:username")).is_some()
    }

    fn name(&self) -> &'a str {
        self.authorizer().map_or("?", |authorizer| &authorizer.name)
    }

    fn remark(&self) -> &'static str {
        match self.step.evidence {
            Evidence::Remark(remark) => remark,
            _ => "no more is known",
        }
    }

    fn presented(&self) -> (&'static str, &'a str) {
        match &self.step.evidence {
            Evidence::Presented { parameter, value } => (parameter, value.as_str()),
            _ => ("", ""),
        }
    }

    /// What the token says under which claim, and the first of what it had to say.
    fn differs(&self) -> (&'static str, &'a str, &'a str) {
        match &self.step.evidence {
            Evidence::Differs { parameter, presented, expected, .. } => {
                (parameter, presented.as_str(), expected.as_str())
            }
            _ => ("", "", ""),
        }
    }

    /// What an earlier step of this rule noted or found.
    fn earlier(&self, rule: EnforceRule) -> Option<&'a Evidence> {
        let mut steps = self.passage.trace.steps().iter().take_while(|step| !std::ptr::eq(*step, self.step));
        steps.find(|step| step.rule == rule && step.evidence != Evidence::Nothing).map(|step| &step.evidence)
    }

    fn source(&self) -> IdentitySource {
        self.authorizer().map(|authorizer| authorizer.source.clone()).unwrap_or_default()
    }

    /// The issuer that the token names, as an earlier step found it.
    fn issuer(&self) -> &'a str {
        match self.earlier(EnforceRule::IssuerTrusted) {
            Some(Evidence::Presented { value, .. }) => value.as_str(),
            _ => "?",
        }
    }
}

fn ambiguous(it: &Case<'_>) -> Why {
    let remark = it.remark();
    let change = if remark == Ambiguity::MethodCase.name() {
        "write the method as it is declared: methods are compared with regard to case"
    } else {
        "write its path plainly and name one method; a route with `allow_ambiguous_paths: true` takes such paths"
    };
    Why::new(format!("the request can be read in more than one way: {remark}"), change)
}

fn no_route(it: &Case<'_>) -> Why {
    let gateway = &it.passage.gateway;
    let odd = match it.dialect() {
        Dialect::RestApi => "; a REST API answers that as if a token were missing",
        Dialect::HttpApi | Dialect::Rfc6750Any | Dialect::Rfc6750All => "",
    };
    let change = match (&it.around.below, it.around.routes.as_slice()) {
        (Some((prefix, route)), _) => format!(
            "leave `{prefix}` away, without which the path is for `{route}`; if it is a stage or a base path, set `stage` \
             or `base_path` of the gateway (under `gateways:` of a --config file)"
        ),
        (None, []) => "declare a route for it".to_owned(),
        (None, near) => format!("declare a route for it, or call one that there is: {}", listed(near)),
    };
    Why::new(format!("no route of the gateway `{gateway}` is for this path{odd}"), change)
}

fn other_method(it: &Case<'_>) -> Why {
    let (_, method) = it.presented();
    let change = match it.around.routes.as_slice() {
        [] => format!("declare the method `{method}` or `ANY` for this path"),
        near => format!("use a method that the path has: {}; or declare `{method}` for it", listed(near)),
    };
    let odd = match it.dialect() {
        Dialect::RestApi => "; a REST API looks no further, and answers that as if a token were missing",
        Dialect::HttpApi => "; an HTTP API answers that as if the path had none",
        Dialect::Rfc6750Any | Dialect::Rfc6750All => "",
    };
    Why::new(format!("the path has routes, but none for the method `{method}`{odd}"), change)
}

fn authorizer(it: &Case<'_>) -> Why {
    match it.presented() {
        ("unsupported authorizer", kind) => Why::new(
            format!("whoever calls this route is to be authorized by {kind}, which is not simulated here"),
            "lay a route over it that names an authorizer of its own, or says `authorizer: none`",
        ),
        ("undeclared authorizer", name) => Why::new(
            format!("the route asks for the authorizer `{name}`, which is not declared in the file of the gateway"),
            format!("spell it as it is declared there, or say which pool is meant (--map {name}=POOL)"),
        ),
        ("authorizer without a pool", name) => Why::new(
            format!("the route's authorizer `{name}` names no pool that there was here when the gateway started"),
            "correct `pools` of the authorizer, or declare the pool that it names",
        ),
        (_, name) => Why::new(
            format!("the route's authorizer `{name}` leads to no pool that there was here when the gateway started"),
            format!(
                "say which pool is meant (`map: {{ {name}: POOL }}`, or --map {name}=POOL), or declare that pool \
                 (--create-missing)"
            ),
        ),
    }
}

fn no_token(it: &Case<'_>) -> Why {
    let source = it.source();
    let change = it.authorizer().map(|authorizer| {
        format!("send {} with {}", sending(&source), token_taken(it.dialect(), authorizer, it.wanted()))
    });
    Why { cause: format!("the request has no token in {}", place(&source)), change }
}

fn several_tokens(it: &Case<'_>) -> Why {
    let source = it.source();
    Why::new(
        format!("the request has more than one token in {}", place(&source)),
        format!("send {} once", sending(&source)),
    )
}

fn scheme(it: &Case<'_>) -> Why {
    let source = it.source();
    let cause = match it.dialect() {
        Dialect::Rfc6750Any | Dialect::Rfc6750All => {
            format!("in {} there is no token under the scheme `Bearer`", place(&source))
        }
        Dialect::RestApi | Dialect::HttpApi => format!("in {} there are bytes that are no text", place(&source)),
    };
    Why::new(cause, format!("send {}", sending(&source)))
}

fn malformed(it: &Case<'_>) -> Why {
    if let Some(Evidence::Remark(slip)) = it.earlier(EnforceRule::TokenSchemeUsable) {
        if *slip == NO_TOKEN_FOLLOWS {
            let change = "put the token there; perhaps the variable that should hold it is empty";
            return Why::new(format!("{slip} in {}", place(&it.source())), change);
        }
        return Why::new(
            format!("{slip} in {}, so that it was taken for a part of the token", place(&it.source())),
            "write `Bearer`, one space, and the token; or the token alone",
        );
    }
    let remark = it.remark();
    Why::new(
        format!("what stands in {} is no token: {remark}", place(&it.source())),
        "send the token whole and as it was issued: three parts between dots",
    )
}

fn algorithm(it: &Case<'_>) -> Why {
    let (_, algorithm) = it.presented();
    Why::new(
        format!("the token says that it is signed by `{algorithm}`; only RS256 counts, whatever a token says"),
        "send a token that its issuer has signed by RS256",
    )
}

fn issuer(it: &Case<'_>) -> Why {
    let (_, named, _) = it.differs();
    let trusted = it.authorizer().map(issuers).unwrap_or_default();
    let cause = match named {
        "" => format!("the token names no issuer, and the authorizer `{}` trusts {trusted}", it.name()),
        named => format!("the token is of the issuer `{named}`, and the authorizer `{}` trusts {trusted}", it.name()),
    };
    let change = format!(
        "get a token of {trusted}, or add the token's issuer to the authorizer: a pool of this server to `pools`, any \
         other to `issuers`"
    );
    Why::new(cause, change)
}

fn discovery(it: &Case<'_>) -> Why {
    let issuer = it.issuer();
    match it.remark() {
        remark @ "the pool does not exist" => Why::new(
            format!("nobody can say where the keys of `{issuer}` are: {remark} any more"),
            "make the pool again, or name one that exists in the authorizer",
        ),
        remark => Why::new(
            format!("the discovery document of `{issuer}` is of no use: {remark}; the token may be good"),
            format!("see to it that `{issuer}/.well-known/openid-configuration` answers here"),
        ),
    }
}

fn keys(it: &Case<'_>) -> Why {
    let issuer = it.issuer();
    match it.remark() {
        remark @ "the keys of the pool cannot be read" => Why::new(
            format!("{remark}; the token may be good"),
            "read in the log of poolpass what failed, and mend its store",
        ),
        remark => Why::new(
            format!("the key set of `{issuer}` is of no use: {remark}; the token may be good"),
            "see to it that the `jwks_uri` of the issuer's discovery document answers here",
        ),
    }
}

fn key(it: &Case<'_>) -> Why {
    let (_, key) = it.presented();
    let cause = format!(
        "the token is signed with the key `{key}`, which its issuer does not publish: the key was retired, or another \
         server issued the token under the same name"
    );
    Why::new(cause, "get a new token")
}

fn audience(it: &Case<'_>) -> Why {
    let (claim, named) = match &it.step.evidence {
        Evidence::Names { of, names, .. } => (*of, names.iter().map(Cut::as_str).collect()),
        Evidence::Differs { parameter, presented, .. } => (*parameter, vec![presented.as_str()]),
        _ => ("aud", Vec::new()),
    };
    let taken = it.authorizer().map(|authorizer| listed(&authorizer.audiences)).unwrap_or_default();
    let cause = match named.as_slice() {
        [] => {
            format!("the token has neither `aud` nor `client_id`, and the authorizer `{}` takes {taken}", it.name())
        }
        some => {
            format!("`{claim}` of the token is {}, and the authorizer `{}` takes {taken}", listed(some), it.name())
        }
    };
    let change = match named.first() {
        None => format!("get a token that is meant for {taken}"),
        Some(name) => format!("get the token for {taken}, or add `{name}` to `audiences` of the authorizer"),
    };
    Why::new(cause, change)
}

fn audience_pattern(it: &Case<'_>) -> Why {
    let (_, named, pattern) = it.differs();
    if named.is_empty() {
        return Why::new(
            format!(
                "the authorizer wants `aud` to match `{pattern}`, and an access token has no `aud`: it refuses all"
            ),
            without_audience(it),
        );
    }
    Why::new(
        format!("`aud` of the token is `{named}`, which as a whole does not match `{pattern}`"),
        "get the token through a client whose id matches, or change `audience_pattern`",
    )
}

/// What to do where the token has no `aud` that could match.
fn without_audience(it: &Case<'_>) -> String {
    let pattern = it.authorizer().and_then(|authorizer| authorizer.audience_pattern.as_ref());
    let matches = pattern.zip(it.claim("client_id")).is_some_and(|(pattern, client)| pattern.matches(client));
    let id_token = match (it.is_of_person(), matches) {
        (true, true) => "send the `id_token` of the same sign-in",
        (true, false) => "send the `id_token` of a sign-in at a client whose id matches",
        (false, _) => "send the `id_token` of a user who signs in at a client whose id matches",
    };
    let off = "take `audience_pattern` off the authorizer";
    match (it.dialect(), it.wanted()) {
        (Dialect::RestApi, []) => id_token.to_owned(),
        (Dialect::HttpApi, []) => format!("{id_token}, or {off}"),
        (Dialect::RestApi | Dialect::HttpApi, _) => {
            format!("{off}, or let the route want no scopes and send an ID token")
        }
        (Dialect::Rfc6750Any | Dialect::Rfc6750All, _) => off.to_owned(),
    }
}

/// What a claim says and how far that is from now, in seconds; nothing if it says no moment.
fn moment(it: &Case<'_>) -> Option<i64> {
    match it.step.evidence {
        Evidence::Moment { at: Some(at), now, .. } => Some(at.saturating_sub(now)),
        _ => None,
    }
}

fn ended(it: &Case<'_>) -> Why {
    let change =
        if it.is_of_person() { "get a new one, by the refresh token or by a sign-in" } else { "get a new one" };
    match moment(it) {
        Some(left) => Why::new(format!("the token ended {} ago", span(left.saturating_neg())), change),
        None => Why::new("the token does not say when it ends (`exp`)", "send a token that has an end"),
    }
}

fn begun(it: &Case<'_>) -> Why {
    match moment(it) {
        Some(left) => Why::new(
            format!("the token counts only in {} (`nbf`)", span(left)),
            "wait until then, or compare the clocks",
        ),
        None => Why::new("what the token says of its beginning (`nbf`) is no moment", "send a token as it was issued"),
    }
}

fn issued(it: &Case<'_>) -> Why {
    match moment(it) {
        Some(left) => Why::new(
            format!("the token was issued {} in the future (`iat`)", span(left)),
            "compare the clocks of whoever issued it and of this machine",
        ),
        None => Why::new("what the token says of its issue (`iat`) is no moment", "send a token as it was issued"),
    }
}

fn kind(it: &Case<'_>) -> Why {
    let (_, named, taken) = it.differs();
    let this = match named {
        "id" => "this is an ID token".to_owned(),
        "access" => "this is an access token".to_owned(),
        "" => "this token does not say which it is (`token_use`)".to_owned(),
        other => format!("this one is for `{other}` (`token_use`)"),
    };
    if taken == "id" {
        let change = if it.is_of_person() {
            "send the `id_token` of the same sign-in, or let the route want a scope that the access token has"
        } else {
            "send the ID token of a user who signs in (`poolpass token --client CLIENT --user NAME --id-token`), or let \
             the route want a scope that the token has: a machine has no ID token"
        };
        return Why::new(format!("for a route without scopes a REST API takes an ID token, and {this}"), change);
    }
    let why = if it.dialect() == Dialect::RestApi { "for a route with scopes a REST API" } else { "the gateway" };
    let wanted: Vec<&str> = it.wanted().iter().map(Scope::as_str).collect();
    let change = match wanted.as_slice() {
        [] => "send the `access_token` of the same sign-in".to_owned(),
        lacks => scopes::change(it, &[], lacks),
    };
    Why::new(format!("{why} takes an access token, and {this}"), change)
}

fn revoked(it: &Case<'_>) -> Why {
    Why::new(
        format!("the token does not count any more, or nobody can say so: {}", it.remark()),
        "get a new token, or take `check_revocation` off the authorizer: AWS does not ask",
    )
}
