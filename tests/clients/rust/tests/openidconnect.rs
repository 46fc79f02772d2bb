//! The `openidconnect` crate: discovery, the code flow with PKCE, a verified ID token, user info and a refresh.

use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse,
};
use poolpass_clients::{Browser, CALLBACK, Server};

/// What comes back to the callback, and what the application kept meanwhile.
struct Returned {
    code: AuthorizationCode,
    verifier: PkceCodeVerifier,
    nonce: Nonce,
}

/// The client that the issuer's documents describe. A macro, as its type is longer than the code.
macro_rules! client {
    ($server:expr) => {{
        let (pool, id) = $server.people();
        let issuer = IssuerUrl::new($server.issuer(&pool)).unwrap();
        let metadata = CoreProviderMetadata::discover(&issuer, &|request| $server.http(request)).unwrap();
        CoreClient::from_provider_metadata(metadata, ClientId::new(id), None)
            .set_redirect_uri(RedirectUrl::new(CALLBACK.to_owned()).unwrap())
    }};
}

/// Jane in her browser.
macro_rules! sign_in {
    ($server:expr, $client:expr) => {{
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (url, state, nonce) = $client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        let callback = Browser::new(&$server.agent).sign_in(&url, "jane");
        let [code, returned] = ["code", "state"].map(|wanted| {
            callback.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned()).unwrap()
        });
        assert_eq!(&returned, state.secret());
        Returned { code: AuthorizationCode::new(code), verifier, nonce }
    }};
}

#[test]
fn a_sign_in_gives_an_id_token_that_verifies_with_the_access_token_it_came_with() {
    let server = Server::start();
    let client = client!(server);
    let Returned { code, verifier, nonce } = sign_in!(server, client);
    let request = client.exchange_code(code).unwrap().set_pkce_verifier(verifier);
    let tokens = request.request(&|request| server.http(request)).unwrap();

    let id_token = tokens.id_token().expect("openid was asked for");
    let token_verifier = client.id_token_verifier();
    let claims = id_token.claims(&token_verifier, &nonce).unwrap();
    assert_eq!(claims.email().map(|email| email.as_str()), Some("jane@example.com"));
    assert_eq!(claims.email_verified(), Some(true));
    let (algorithm, key) = (id_token.signing_alg().unwrap(), id_token.signing_key(&token_verifier).unwrap());
    let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key).unwrap();
    assert_eq!(claims.access_token_hash(), Some(&hash));

    let request = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone())).unwrap();
    let info: CoreUserInfoClaims = request.request(&|request| server.http(request)).unwrap();
    assert_eq!((info.subject(), info.email_verified()), (claims.subject(), Some(true)));

    let request = client.exchange_refresh_token(tokens.refresh_token().unwrap()).unwrap();
    let again = request.request(&|request| server.http(request)).unwrap();
    assert!(again.refresh_token().is_none());
    let again = again.id_token().unwrap().claims(&token_verifier, |_: Option<&Nonce>| Ok(())).unwrap();
    assert_eq!((again.subject(), again.auth_time()), (claims.subject(), claims.auth_time()));
}

#[test]
fn a_code_is_worth_nothing_with_another_verifier() {
    let server = Server::start();
    let client = client!(server);
    let Returned { code, .. } = sign_in!(server, client);
    let (_, other) = PkceCodeChallenge::new_random_sha256();
    let request = client.exchange_code(code).unwrap().set_pkce_verifier(other);
    match request.request(&|request| server.http(request)) {
        Err(RequestTokenError::ServerResponse(refusal)) => assert_eq!(refusal.error().as_ref(), "invalid_grant"),
        other => panic!("{other:?}"),
    }
}
