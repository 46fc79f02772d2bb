//! One pool with one client, a clock that stands still, and functions that answer what a test wants.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, web};
use async_trait::async_trait;
use poolpass::control::{Control, ControlSettings, routes};
use poolpass::domain::account::Message;
use poolpass::domain::id::UserPoolId;
use poolpass::domain::pool::UserPool;
use poolpass::domain::scope::Scope;
use poolpass::domain::sign_in::Origin;
use poolpass::domain::time::Timestamp;
use poolpass::domain::trace::Trace;
use poolpass::domain::user::User;
use poolpass::effects::{Effects, ManualClock, SeededRandom};
use poolpass::hooks::{Functions, HookFailure};
use poolpass::registry::users;
use poolpass::self_service::outbox::{self, Filter};
use poolpass::store::database::Database;
use poolpass::store::documents;
use poolpass::store::memory::MemoryStore;
use poolpass::store::transaction::Transaction;
use poolpass::tokens::{Issuing, Occasion};
use serde_json::{Value, json};

use crate::control_plane::control;

pub(crate) const PASSWORD: &str = "Correct-Horse-1";
pub(crate) const HOUR: i64 = 3_600_000;
const API: &str = "aws.cognito.signin.user.admin";

/// A pool and a client of it.
pub(crate) struct World {
    pub(crate) control: web::Data<Control>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) pool: UserPoolId,
    pub(crate) client: String,
}

/// What came back.
#[derive(Debug, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// Functions that remember their events and answer from a list: the `response`, or why there is none.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) answers: Mutex<BTreeMap<String, Result<Value, HookFailure>>>,
    pub(crate) events: Mutex<Vec<Value>>,
}

#[async_trait]
impl Functions for Script {
    async fn invoke(&self, arn: &str, mut event: Value) -> Result<Value, HookFailure> {
        self.events.lock().expect("nobody panicked").push(event.clone());
        let answers = self.answers.lock().expect("nobody panicked");
        match answers.get(arn).cloned() {
            Some(Ok(response)) => {
                event.as_object_mut().expect("an event").insert("response".to_owned(), response);
                Ok(event)
            }
            Some(Err(failure)) => Err(failure),
            None => Err(HookFailure::NoEndpoint(arn.to_owned())),
        }
    }
}

/// The text at this JSON pointer.
fn text<'a>(document: &'a Value, pointer: &str) -> &'a str {
    document.pointer(pointer).and_then(Value::as_str).expect("a text")
}

/// A pool that verifies e-mail addresses, and a client that hides no users.
pub(crate) fn verifying() -> Value {
    json!({"AutoVerifiedAttributes": ["email"]})
}

impl World {
    pub(crate) async fn new(pool: Value, client: Value) -> Self {
        Self::with_functions(pool, client, Arc::new(Script::default())).await
    }

    pub(crate) async fn with_functions(pool: Value, client: Value, functions: Arc<Script>) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_700_000_000_163)));
        let effects = Effects { clock: clock.clone(), random: Arc::new(SeededRandom::new(1)) };
        let database = Database::exclusive(Arc::new(MemoryStore::new()));
        let mut control = control(&database, &effects, ControlSettings::default());
        control.sign_ins.self_service.hooks = functions;
        let control = web::Data::new(control);
        let mut world = Self { control, clock, pool: UserPoolId::from(""), client: String::new() };
        let made = world.done("CreateUserPool", merged(json!({"PoolName": "shop"}), pool)).await;
        world.pool = UserPoolId::from(text(&made, "/UserPool/Id"));
        let made = world.add_client(client).await;
        text(&made, "/ClientId").clone_into(&mut world.client);
        world
    }

    pub(crate) async fn add_client(&self, settings: Value) -> Value {
        let request = json!({"UserPoolId": self.pool.as_str(), "ClientName": "app"});
        let made = self.done("CreateUserPoolClient", merged(request, settings)).await;
        made.get("UserPoolClient").expect("a client").clone()
    }

    pub(crate) async fn call(&self, operation: &str, body: Value) -> Reply {
        let service = init_service(App::new().app_data(self.control.clone()).configure(routes)).await;
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let request = TestRequest::post().uri("/").insert_header(("X-Amz-Target", target));
        let response = call_service(&service, request.set_payload(body.to_string()).to_request()).await;
        let status = response.status().as_u16();
        let bytes = read_body(response).await;
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).expect("JSON") };
        Reply { status, body }
    }

    /// A call that must succeed.
    pub(crate) async fn done(&self, operation: &str, body: Value) -> Value {
        let reply = self.call(operation, body).await;
        assert_eq!(reply.status, 200, "{operation}: {}", reply.body);
        reply.body
    }

    /// A call with the client's id.
    pub(crate) async fn ask(&self, operation: &str, body: Value) -> Reply {
        self.call(operation, merged(json!({"ClientId": self.client}), body)).await
    }

    /// Signs up with the usual password.
    pub(crate) async fn sign_up(&self, username: &str, attributes: Value) -> Reply {
        let body = json!({"Username": username, "Password": PASSWORD, "UserAttributes": attributes});
        self.ask("SignUp", body).await
    }

    /// Confirms with the newest code in the outbox.
    pub(crate) async fn confirm(&self, username: &str) {
        let code = self.newest().await.code;
        let reply = self.ask("ConfirmSignUp", json!({"Username": username, "ConfirmationCode": code})).await;
        reply.is(&json!({}));
    }

    /// A confirmed user with a verified e-mail address.
    pub(crate) async fn with_user(&self, username: &str, email: &str) {
        let reply = self.sign_up(username, json!([{"Name": "email", "Value": email}])).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        self.confirm(username).await;
    }

    pub(crate) async fn outbox(&self, filter: Filter) -> Vec<Message> {
        let now = self.control.effects.clock.now();
        outbox::list(&self.control.database, &self.pool, &filter, 100, now).await.expect("a store that works")
    }

    pub(crate) async fn newest(&self) -> Message {
        self.outbox(Filter::default()).await.into_iter().next().expect("a message")
    }

    pub(crate) async fn stored_pool(&self) -> UserPool {
        self.control.database.get(&documents::user_pool(&self.pool)).await.expect("a store that works").expect("a pool")
    }

    pub(crate) async fn user(&self, name: &str) -> User {
        let pool = self.stored_pool().await;
        let find = async |tx: &mut Transaction<'_>| users::find(tx, &pool, name).await;
        self.control.database.transact(find).await.expect("a store that works").expect("a user")
    }

    /// Changes a user as only the inside can.
    pub(crate) async fn change(&self, name: &str, change: fn(&mut User)) {
        let (pool, before) = (self.stored_pool().await, self.user(name).await);
        let mut after = before.clone();
        change(&mut after);
        let save = async |tx: &mut Transaction<'_>| users::save(tx, &pool, &before, after.clone()).await;
        self.control.database.transact(save).await.expect("a store that works");
    }

    /// An access token of a user who has just signed in through the API.
    pub(crate) async fn access_token(&self, name: &str) -> String {
        self.access_token_with(name, &[API]).await
    }

    pub(crate) async fn access_token_with(&self, name: &str, scopes: &[&str]) -> String {
        let tokens = &self.control.sign_ins.tokens;
        let (view, user) = (
            tokens.views.find(&self.client).await.expect("a store that works").expect("a client"),
            self.user(name).await,
        );
        let scopes = scopes.iter().map(|scope| Scope::from(*scope)).collect();
        let now = self.control.effects.clock.now();
        let sign_in = tokens.new_sign_in(&view, &user, scopes, (Origin::Api, now));
        let (issuer, metadata) = (format!("http://localhost:7665/{}", self.pool), BTreeMap::new());
        let issuing = Issuing { view: &view, issuer: &issuer, occasion: Occasion::Authentication, metadata: &metadata };
        tokens.begin(&issuing, &user, sign_in, &mut Trace::new()).await.expect("a store that works").access_token
    }

    /// Whether this is the user's password, by changing it to itself.
    pub(crate) async fn has_password(&self, name: &str, password: &str) -> bool {
        let token = self.access_token(name).await;
        let body = json!({"AccessToken": token, "PreviousPassword": password, "ProposedPassword": password});
        self.call("ChangePassword", body).await.status == 200
    }
}

/// The members of both, the second's where they share one.
pub(crate) fn merged(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}

/// The refusal of this name and sentence.
pub(crate) fn refusal(name: &str, sentence: &str) -> Reply {
    Reply { status: 400, body: json!({"__type": name, "message": sentence}) }
}

pub(crate) fn mismatch() -> Reply {
    refusal("CodeMismatchException", "Invalid verification code provided, please try again.")
}

pub(crate) fn expired() -> Reply {
    refusal("ExpiredCodeException", "Invalid code provided, please request a code again.")
}

pub(crate) fn limited() -> Reply {
    refusal("LimitExceededException", "Attempt limit exceeded, please try after some time.")
}

/// A code that is not this one.
pub(crate) fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

impl Reply {
    #[track_caller]
    pub(crate) fn is(&self, body: &Value) {
        assert_eq!((self.status, &self.body), (200, body));
    }
}
