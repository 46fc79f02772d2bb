//! The table of authorize requests: what each comes to, and by which rule it is refused.

use super::*;

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const CALLBACK: &str = "https://app.example.com/cb";

fn client() -> ClientSettings {
    ClientSettings {
        callback_urls: Some(vec![CALLBACK.to_owned()]),
        allowed_oauth_flows: Some(vec![OAuthFlow::Code]),
        allowed_oauth_flows_user_pool_client: true,
        ..ClientSettings::default()
    }
}

fn code() -> AuthorizeRequest<'static> {
    AuthorizeRequest { response_type: Some("code"), redirect_uri: Some(CALLBACK), ..AuthorizeRequest::default() }
}

/// The rule that refuses the request, and whether the callback hears of it.
fn outcome(request: &AuthorizeRequest<'_>, client: &ClientSettings) -> Result<Asked, (IssueRule, bool)> {
    let mut trace = Trace::new();
    callback(request, client, &mut trace).map_err(|refused| (refused.rule(), false))?;
    authorize_request(request, client, &mut trace).map_err(|refused| (refused.rule(), true))
}

fn refused(request: &AuthorizeRequest<'_>) -> (IssueRule, bool) {
    outcome(request, &client()).unwrap_err()
}

#[test]
fn a_plain_request_is_followed() {
    let asked = Asked { flow: OAuthFlow::Code, code_challenge: None, resource: None, prompt: Prompt::IfNeeded };
    assert_eq!(outcome(&code(), &client()), Ok(asked));
}

#[test]
fn what_our_own_page_hears_of() {
    let page = |rule: IssueRule| (rule, false);
    let none = AuthorizeRequest { response_type: None, ..code() };
    assert_eq!(refused(&none), page(IssueRule::GrantParametersPresent));
    for response_type in ["id_token", "token id_token", "code token", "CODE", "code ", "none"] {
        let request = AuthorizeRequest { response_type: Some(response_type), ..code() };
        assert_eq!(refused(&request), page(SignInRule::ResponseTypeKnown.into()), "{response_type}");
    }
    let elsewhere = AuthorizeRequest { redirect_uri: Some("https://evil.example/"), ..code() };
    assert_eq!(refused(&elsewhere), page(SignInRule::RedirectRegistered.into()));
    for (provider, identifier) in [(Some("Google"), None), (Some("cognito"), None), (None, Some("COGNITO"))] {
        let request = AuthorizeRequest { identity_provider: provider, idp_identifier: identifier, ..code() };
        assert_eq!(refused(&request), page(SignInRule::IdentityProviderAllowed.into()), "{provider:?}");
    }
    let cognito = AuthorizeRequest { identity_provider: Some("COGNITO"), ..code() };
    assert!(outcome(&cognito, &client()).is_ok());
    let without = ClientSettings { supported_identity_providers: Some(vec!["Google".to_owned()]), ..client() };
    assert_eq!(outcome(&cognito, &without), Err(page(SignInRule::IdentityProviderAllowed.into())));
}

#[test]
fn a_flow_that_the_client_lacks_is_told_to_the_callback() {
    let token = AuthorizeRequest { response_type: Some("token"), ..code() };
    assert_eq!(refused(&token), (IssueRule::FlowAllowed, true));
    let off = ClientSettings { allowed_oauth_flows_user_pool_client: false, ..client() };
    assert_eq!(outcome(&code(), &off), Err((IssueRule::FlowAllowed, true)));
}

#[test]
fn pkce_cannot_be_downgraded() {
    let with =
        |challenge, method| AuthorizeRequest { code_challenge: challenge, code_challenge_method: method, ..code() };
    let usable = outcome(&with(Some(CHALLENGE), Some("S256")), &client()).unwrap();
    assert_eq!(usable.code_challenge.as_deref(), Some(CHALLENGE));
    let short = CHALLENGE.get(1..);
    let attempts = [
        (Some(CHALLENGE), Some("plain")),
        (Some(CHALLENGE), Some("s256")),
        (Some(CHALLENGE), Some("S512")),
        (Some(CHALLENGE), None),
        (None, Some("S256")),
        (None, Some("plain")),
        (short, Some("S256")),
        (Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM="), Some("S256")),
    ];
    for (challenge, method) in attempts {
        let expected = (SignInRule::CodeChallengeUsable.into(), true);
        assert_eq!(refused(&with(challenge, method)), expected, "{challenge:?} {method:?}");
    }
}

#[test]
fn a_resource_is_the_url_of_one_api() {
    let with = |resource| AuthorizeRequest { resource: Some(resource), ..code() };
    for resource in
        ["https://api.example.com", "https://api.example.com/v1?x=y", "http://localhost:8080/api", "myapp://api"]
    {
        assert_eq!(outcome(&with(resource), &client()).unwrap().resource.as_deref(), Some(resource));
    }
    let expected = (SignInRule::ResourceUsable.into(), true);
    for resource in [
        "api",
        "/api",
        "//api.example.com",
        "http://api.example.com",
        "http://localhost.evil.example/",
        "http://localhost@evil.example/",
        "https://api.example.com/#part",
        "https://api.example.com/#",
        "https://api.example.com https://b.example",
        "https://",
        "mailto:api@example.com",
    ] {
        assert_eq!(refused(&with(resource)), expected, "{resource}");
    }
    let several = AuthorizeRequest { several_resources: true, ..with("https://api.example.com") };
    assert_eq!(refused(&several), expected);
}

#[test]
fn a_prompt_is_read_as_openid_connect_reads_it() {
    let with = |prompt| AuthorizeRequest { prompt: Some(prompt), ..code() };
    let read = |prompt| outcome(&with(prompt), &client()).map(|asked| asked.prompt);
    assert_eq!(read("none"), Ok(Prompt::Never));
    assert_eq!(read("login"), Ok(Prompt::Password));
    assert_eq!(read("consent login"), Ok(Prompt::Password));
    assert_eq!(read("select_account"), Ok(Prompt::Account));
    assert_eq!(read("consent"), Ok(Prompt::IfNeeded));
    for prompt in ["none login", "NONE", "create", "login,consent"] {
        assert_eq!(read(prompt), Err((SignInRule::PromptUsable.into(), true)), "{prompt}");
    }
}

#[test]
fn a_session_answers_unless_the_user_is_to_be_asked() {
    let answers = |prompt, arrival: Option<Arrival>| {
        let session = arrival.map(|arrival| (arrival, Evidence::Nothing));
        session_answers(prompt, session, &mut Trace::new()).map_err(|refused| refused.rule())
    };
    let all = [None, Some(Arrival::Session), Some(Arrival::Chosen), Some(Arrival::SignedIn)];
    let row = |prompt| all.map(|arrival| answers(prompt, arrival));
    assert_eq!(row(Prompt::IfNeeded), [Ok(false), Ok(true), Ok(true), Ok(true)]);
    let nobody = Err(SignInRule::NobodyMustBeAsked.into());
    assert_eq!(row(Prompt::Never), [nobody, Ok(true), Ok(true), Ok(true)]);
    assert_eq!(row(Prompt::Account), [Ok(false), Ok(false), Ok(true), Ok(true)]);
    assert_eq!(row(Prompt::Password), [Ok(false), Ok(false), Ok(false), Ok(true)]);
}
