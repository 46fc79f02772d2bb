//! A server with some people in it, and a clock that the tests move.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use poolpass::app::App;
use poolpass::config::{ConfigFile, Settings};
use poolpass::domain::id::{UserKey, UserPoolId};
use poolpass::domain::rules::issue_rule::IssueRule;
use poolpass::domain::scope::Scope;
use poolpass::domain::sign_in::{AuthorizationCode, Origin, SignIn};
use poolpass::domain::time::Timestamp;
use poolpass::domain::trace::Trace;
use poolpass::domain::user::User;
use poolpass::effects::{Clock as _, Effects, ManualClock, SystemRandom};
use poolpass::server::Listeners;
use poolpass::store::memory::MemoryStore;
use poolpass::store::transaction::Transaction;
use poolpass::store::{Store, documents};
use poolpass::tokens::{ClientView, Issuing, Occasion, PersonTokens, TokenFailure, Tokens};
use serde_json::{Value, json};

pub(crate) const POOL: &str = "eu-west-1_People001";
pub(crate) const CALLBACK: &str = "http://localhost:3000/callback";
pub(crate) const SECRET: &str = "a_secret_of_24_characters";
pub(crate) const API: &str = "aws.cognito.signin.user.admin";

const WORLD: &str = r"
pools:
  - id: eu-west-1_People001
    domain: people
    keys: { access: keys/demo-access.pem, id: keys/demo-id.pem }
    resource_servers: [{ identifier: orders, scopes: [read, write] }]
    groups:
      - { name: staff, precedence: 5, role_arn: 'arn:aws:iam::000000000000:role/staff' }
      - { name: admins, precedence: 1, role_arn: 'arn:aws:iam::000000000000:role/admins' }
    settings:
      Schema: [{ Name: team, AttributeDataType: String, Mutable: true }]
    users:
      - username: ada
        sub: 11111111-1111-4111-8111-111111111111
        password: Lovelace-1815
        attributes: { email: ada@example.com, email_verified: true, name: Ada Lovelace, 'custom:team': red }
        groups: [staff, admins]
      - { username: bob, sub: 22222222-2222-4222-8222-222222222222, password: Builder-1999! }
    clients:
      - &web
        id: web
        allowed_flows: [code, implicit]
        allowed_scopes: [openid, email, profile, orders/read, orders/write, aws.cognito.signin.user.admin]
        callback_urls: ['http://localhost:3000/callback']
      - { <<: *web, id: other }
      - { <<: *web, id: backend, secret: a_secret_of_24_characters }
      - <<: *web
        id: rotating
        settings: { RefreshTokenRotation: { Feature: ENABLED, RetryGracePeriodSeconds: 60 } }
      - { <<: *web, id: narrow, settings: { ReadAttributes: [email] } }
      - { <<: *web, id: fixed, settings: { EnableTokenRevocation: false } }
      - id: job
        secret: a_secret_of_24_characters
        allowed_scopes: [orders/read, orders/write]
        settings: { ExplicitAuthFlows: [ALLOW_CLIENT_TOKEN_AUTH] }
  - id: eu-west-1_Elsewhere
    domain: elsewhere
    users: [{ username: ada, sub: 33333333-3333-4333-8333-333333333333, password: Lovelace-1815 }]
    clients:
      - { <<: *web, id: elsewhere, allowed_scopes: [openid, aws.cognito.signin.user.admin] }
";

/// A running server; it stops when this is dropped.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) clock: Arc<ManualClock>,
    port: u16,
    runtime: tokio::runtime::Runtime,
    agent: ureq::Agent,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// An answer, read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) challenge: Option<String>,
    /// The id under which its trace is kept.
    pub(crate) id: Option<String>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// A text at the top of the body.
    pub(crate) fn text(&self, member: &str) -> String {
        self.json()[member].as_str().unwrap_or_else(|| panic!("no {member}: {self:?}")).to_owned()
    }

    /// The status and the body, where that is all there is to see.
    pub(crate) fn told(&self) -> (u16, &str) {
        (self.status, &self.body)
    }
}

impl World {
    pub(crate) fn start() -> Self {
        Self::of(WORLD)
    }

    /// With these options of the first pool.
    pub(crate) fn with_options(options: &str) -> Self {
        Self::of(&WORLD.replacen("    domain: people\n", &format!("    domain: people\n    options: {options}\n"), 1))
    }

    fn of(yaml: &str) -> Self {
        Self::on(Arc::new(MemoryStore::new()), yaml)
    }

    /// A server of another world, on a store of its own.
    pub(crate) fn on(store: Arc<dyn Store>, yaml: &str) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_800_000_000_000)));
        let effects = Effects { clock: Arc::clone(&clock) as _, random: Arc::new(SystemRandom) };
        let listen = vec!["127.0.0.1:0".to_owned()];
        let settings = Settings { listen, workers: Some(1), ..Settings::default() };
        let listeners = Listeners::bind(&settings).unwrap();
        let port = listeners.port();
        let app = App::on(store, &settings, &effects, port).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let read = |path: &Path| std::fs::read_to_string(path);
        let file = ConfigFile::parse(Path::new("people.yaml"), yaml, &read).unwrap();
        runtime.block_on(app.declare(&file)).unwrap();
        let (sender, handle) = mpsc::channel();
        let surfaces = app.clone();
        let serve = move || {
            actix_web::rt::System::new().block_on(async move {
                let (server, handle) = listeners.serve(&surfaces, Some(1)).unwrap();
                sender.send(handle).unwrap();
                server.await.unwrap();
            });
        };
        let thread = Some(std::thread::spawn(serve));
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Self { app, clock, port, runtime, agent, handle: handle.recv().unwrap(), thread }
    }

    pub(crate) fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.advance_millis(seconds * 1_000);
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.app.oauth.tokens
    }

    pub(crate) fn view(&self, client: &str) -> Arc<ClientView> {
        self.wait(self.tokens().views.find(client)).unwrap().unwrap()
    }

    pub(crate) fn user(&self, pool: &UserPoolId, name: &str) -> User {
        let key = documents::user(pool, &UserKey::from(name));
        self.wait(self.app.control.database.get(&key)).unwrap().unwrap()
    }

    /// Changes a user behind everybody's back.
    pub(crate) fn change(&self, name: &str, change: impl Fn(&mut User)) {
        let key = documents::user(&UserPoolId::from(POOL), &UserKey::from(name));
        let work = async |tx: &mut Transaction<'_>| {
            let mut user = tx.get(&key).await?.unwrap();
            change(&mut user);
            tx.put(&key, &user)
        };
        self.wait(self.app.control.database.transact(work)).unwrap();
    }

    pub(crate) fn sign_in(&self, client: &str, name: &str, scopes: &[&str], origin: Origin) -> (SignIn, User) {
        let view = self.view(client);
        let user = self.user(&view.pool, name);
        let scopes = scopes.iter().copied().map(Scope::from).collect();
        (self.tokens().new_sign_in(&view, &user, scopes, (origin, self.clock.now())), user)
    }

    /// What a sign-in at this moment begins with.
    pub(crate) fn begin(&self, tokens: &Tokens, client: &str, scopes: &[&str], origin: Origin) -> Begun {
        let (sign_in, user) = self.sign_in(client, "ada", scopes, origin);
        let view = self.view(client);
        let (metadata, mut trace) = (BTreeMap::new(), Trace::new());
        let occasion = if origin == Origin::Api { Occasion::Authentication } else { Occasion::HostedAuth };
        let issuing = Issuing { view: &view, issuer: &self.issuer(&view.pool), occasion, metadata: &metadata };
        let result = self.wait(tokens.begin(&issuing, &user, sign_in, &mut trace));
        Begun { result, trace }
    }

    /// The tokens of a sign-in through the JSON API.
    pub(crate) fn api(&self, client: &str) -> PersonTokens {
        self.begin(self.tokens(), client, &[API], Origin::Api).result.unwrap()
    }

    pub(crate) fn issuer(&self, pool: &UserPoolId) -> String {
        format!("http://localhost:{}/{pool}", self.port)
    }

    /// A code for Ada.
    pub(crate) fn code(&self, client: &str, scopes: &[&str], code_challenge: Option<&str>) -> String {
        let (mut sign_in, _) = self.sign_in(client, "ada", scopes, Origin::Code);
        sign_in.nonce = Some("nonce".to_owned());
        let code_challenge = code_challenge.map(str::to_owned);
        let code = AuthorizationCode { sign_in, redirect_uri: CALLBACK.to_owned(), code_challenge };
        self.wait(self.tokens().new_code(&self.view(client), code)).unwrap()
    }

    /// The answer to a plain exchange.
    pub(crate) fn exchange(&self, client: &str, code: &str) -> Answer {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("client_id", client),
            ("code", code),
            ("redirect_uri", CALLBACK),
        ])
    }

    /// The answer to a code with these scopes, exchanged at once.
    pub(crate) fn signed_in(&self, client: &str, scopes: &[&str]) -> Answer {
        let answer = self.exchange(client, &self.code(client, scopes, None));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer
    }

    pub(crate) fn refresh(&self, client: &str, refresh_token: &str) -> Answer {
        self.token(&[("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", refresh_token)])
    }

    pub(crate) fn token(&self, form: &[(&str, &str)]) -> Answer {
        self.post("/oauth2/token", None, form)
    }

    /// Posts a form, perhaps with a Basic header.
    pub(crate) fn post(&self, path: &str, basic: Option<(&str, &str)>, form: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.post(self.url(path));
        if let Some((id, secret)) = basic {
            let credentials = STANDARD.encode(format!("{id}:{secret}"));
            request = request.header("Authorization", format!("Basic {credentials}"));
        }
        read(request.send_form(form.iter().copied()).unwrap())
    }

    /// Gets `/oauth2/userInfo` with this `Authorization`.
    pub(crate) fn user_info(&self, authorization: &str) -> Answer {
        let request = self.agent.get(self.url("/oauth2/userInfo")).header("Authorization", authorization);
        read(request.call().unwrap())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        read(self.agent.get(self.url(path)).call().unwrap())
    }

    pub(crate) fn call(&self, operation: &str, input: &Value) -> Answer {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let request = self.agent.post(self.url("/")).header("Content-Type", "application/x-amz-json-1.1");
        read(request.header("X-Amz-Target", target).send(&input.to_string()).unwrap())
    }

    /// The name and the sentence of an operation's refusal.
    pub(crate) fn refused(&self, operation: &str, input: &Value) -> (String, String) {
        let answer = self.call(operation, input);
        assert_eq!(answer.status, 400, "{answer:?}");
        (answer.text("__type"), answer.text("message"))
    }

    /// `GetTokensFromRefreshToken`
    pub(crate) fn get_tokens(&self, client: &str, refresh_token: &str) -> Answer {
        self.call("GetTokensFromRefreshToken", &json!({ "ClientId": client, "RefreshToken": refresh_token }))
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

/// What a sign-in came to, and why.
pub(crate) struct Begun {
    pub(crate) result: Result<PersonTokens, TokenFailure>,
    pub(crate) trace: Trace<IssueRule>,
}

/// The claims of a token as it has them, in order.
pub(crate) fn claims(token: &str) -> String {
    String::from_utf8(URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

/// One claim.
pub(crate) fn claim(token: &str, name: &str) -> Value {
    serde_json::from_str::<Value>(&claims(token)).unwrap()[name].take()
}

/// The names of the claims, in order.
pub(crate) fn names(token: &str) -> Vec<String> {
    let text = claims(token);
    let before = text.match_indices("\":").map(|(at, _)| text.split_at(at).0);
    let at_the_top = |before: &&str| before.matches(['{', '[']).count() - before.matches(['}', ']']).count() == 1;
    before.filter(at_the_top).map(|before| before.rsplit('"').next().unwrap().to_owned()).collect()
}

fn read(mut response: ureq::http::Response<ureq::Body>) -> Answer {
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (challenge, id) = (header("www-authenticate"), header("x-amz-cognito-request-id"));
    let status = response.status().as_u16();
    Answer { status, body: response.body_mut().read_to_string().unwrap(), challenge, id }
}

impl Drop for World {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _stopped = thread.join();
        }
    }
}
