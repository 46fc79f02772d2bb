//! `POST /_poolpass/sign-in`: a user's code or tokens without a browser, for tests and scripts.
//!
//! What it does is the OAuth surface's own matter; the composition root hands it over.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::HOST;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::domain::client::{AppClient, OAuthFlow};
use crate::domain::id::{ClientId, UserPoolId};
use crate::domain::secret::Secret;
use crate::guard::body;
use crate::store::{StoreError, documents};
use crate::tokens::{TokenFailure, digest};

use super::{Bench, answer};

/// The longest body that is read.
const MAX_BODY: usize = 64 * 1024;
/// How many clients are read at once.
const PAGE: usize = 200;

const NO_CLIENT: &str = "no client without a secret may use the code grant: name one";
const CALLER_IS_ELSEWHERE: &str =
    "signing in without a password is for callers on this machine, unless the server's `open_picker` is on";

/// Who is to be signed in, and what for.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The user: a name or an alias.
    pub user: String,
    /// The client; the first one without a secret that may use the code grant unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// The pool that such a client is looked for in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<UserPoolId>,
    /// The password; without one the user is taken as chosen from the list on the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// The code of an authenticator app, for users who are asked for one or may choose it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa_code: Option<String>,
    /// What for; all that the client may have unless said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// The client's first callback unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// As in the query of `/oauth2/authorize`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// As in that query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// As in that query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// As in that query, with the method `S256`; one is made unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<String>,
    /// What is wanted.
    #[serde(default)]
    pub answer: Kind,
}

/// What is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Tokens.
    #[default]
    Tokens,
    /// The code, to be exchanged by the caller.
    Code,
}

/// Where the question came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// `http` or `https`.
    pub scheme: &'static str,
    /// The Host header.
    pub host: String,
    /// Whether it is this machine.
    pub local: bool,
}

/// What the user's client would have been given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Given {
    /// The id of the request, which is that of its trace.
    pub request_id: String,
    /// The client.
    pub client: String,
    /// Where a browser would have been sent, if the code is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What the exchange must repeat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// What the exchange must prove; of a challenge in the question only the asker knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_verifier: Option<String>,
    /// The access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
    /// The ID token, with the scope `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// The refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// `Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
}

/// Why nobody was signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotSignedIn {
    /// The HTTP status.
    pub status: u16,
    /// One word for programs.
    pub error: String,
    /// One sentence for people.
    pub message: String,
}

/// Signs a user in for the client that is named.
pub type Door = Arc<dyn Fn(Wanted, Asker) -> Pin<Box<dyn Future<Output = Result<Given, NotSignedIn>>>> + Send + Sync>;

pub(super) async fn handle(bench: Data<Bench>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let body = match body::read(&request, payload, MAX_BODY, body::PATIENCE).await {
        Ok(body) => body,
        Err(unread) => return answer::unread(unread),
    };
    let wanted: Wanted = match serde_json::from_slice(&body) {
        Ok(wanted) => wanted,
        Err(error) => return answer::bad_request(&format!("the body is {{\"user\", \"client\"?, …}}: {error}")),
    };
    match bench.sign_in(wanted, asker(&request)).await {
        Ok(Ok(given)) => answer::ok(&given),
        Ok(Err(NotSignedIn { status, error, message })) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            answer::error(status, &error, &message)
        }
        Err(failure) => answer::internal(&failure),
    }
}

fn asker(request: &HttpRequest) -> Asker {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    Asker {
        scheme: if request.app_config().secure() { "https" } else { "http" },
        host: host.unwrap_or("localhost").to_owned(),
        local: request.peer_addr().is_some_and(|address| address.ip().to_canonical().is_loopback()),
    }
}

impl Bench {
    async fn sign_in(&self, mut wanted: Wanted, asker: Asker) -> Result<Result<Given, NotSignedIn>, TokenFailure> {
        let Some(client) = self.client_for(&wanted).await? else { return Ok(Err(refused(NO_CLIENT))) };
        if let Some(view) = self.views.find(client.as_str()).await? {
            // Whoever may choose a user on the page may do so here.
            if wanted.password.is_none() && !asker.local && !view.choices.picker.open {
                return Ok(Err(refused(CALLER_IS_ELSEWHERE)));
            }
            let first = || view.settings.callback_urls.iter().flatten().next().cloned();
            wanted.redirect_uri = wanted.redirect_uri.or_else(first);
        }
        let mut verifier = None;
        if wanted.answer == Kind::Code && wanted.code_challenge.is_none() {
            let drawn = self.verifier();
            wanted.code_challenge = Some(digest(&drawn));
            verifier = Some(drawn);
        }
        wanted.client = Some(client);
        let (answer, redirect_uri) = (wanted.answer, wanted.redirect_uri.clone());
        let given = (self.sign_in)(wanted, asker).await;
        Ok(given.map(|given| match answer {
            Kind::Code => Given { redirect_uri, code_verifier: verifier, ..given },
            Kind::Tokens => Given { location: None, ..given },
        }))
    }

    /// 256 random bits, as clients make them (RFC 7636, section 4.1).
    fn verifier(&self) -> String {
        let mut bytes = [0; 32];
        self.effects.random.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The client that was named, or the first one that an application in a browser could be.
    async fn client_for(&self, wanted: &Wanted) -> Result<Option<ClientId>, StoreError> {
        if wanted.client.is_some() {
            return Ok(wanted.client.clone());
        }
        let pools = match &wanted.pool {
            Some(pool) => vec![pool.clone()],
            None => self.all_pools().await?,
        };
        for pool in pools {
            let (prefix, mut after) = (documents::clients(&pool), None::<ClientId>);
            loop {
                let page = self.views.database().scan(&prefix, after.as_ref().map(ClientId::as_str), PAGE).await?;
                if let Some(client) = page.iter().find(|client| is_public_page(client)) {
                    return Ok(Some(client.id.clone()));
                }
                after = page.last().filter(|_| page.len() == PAGE).map(|client| client.id.clone());
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(None)
    }
}

fn refused(message: &str) -> NotSignedIn {
    NotSignedIn { status: 400, error: "bad_request".to_owned(), message: message.to_owned() }
}

fn is_public_page(client: &AppClient) -> bool {
    let settings = &client.settings;
    let switched_on = settings.allowed_oauth_flows_user_pool_client && settings.allows(OAuthFlow::Code);
    !client.is_confidential() && switched_on && settings.callback_urls.iter().flatten().next().is_some()
}
