//! A control plane in memory whose store counts how often it is used, called as a client would.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::{App, test, web};
use async_trait::async_trait;
use poolpass::control::{self, Control, ControlSettings};
use poolpass::domain::account::Message;
use poolpass::domain::id::UserPoolId;
use poolpass::domain::time::Timestamp;
use poolpass::effects::{Effects, ManualClock, SeededRandom};
use poolpass::self_service::outbox;
use poolpass::store::database::Database;
use poolpass::store::memory::MemoryStore;
use poolpass::store::{Batch, Store, StoreError, Stored};
use serde_json::{Value, json};

/// The moment at which every world begins, in milliseconds and as the wire has it.
pub(crate) const NOW: (i64, f64) = (1_767_225_600_125, 1_767_225_600.125);

/// Counts what is read of the store behind it.
#[derive(Default)]
pub(crate) struct Counting {
    store: MemoryStore,
    reads: AtomicUsize,
    commits: AtomicUsize,
}

impl Counting {
    /// How often it was read, and how often written.
    pub(crate) fn counts(&self) -> [usize; 2] {
        [&self.reads, &self.commits].map(|count| count.load(Ordering::SeqCst))
    }
}

#[async_trait]
impl Store for Counting {
    async fn get(&self, key: &str) -> Result<Option<Stored>, StoreError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.store.get(key).await
    }

    async fn scan(&self, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<Stored>, StoreError> {
        let found = self.store.scan(prefix, after, limit).await?;
        self.reads.fetch_add(1 + found.len(), Ordering::SeqCst);
        Ok(found)
    }

    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        self.commits.fetch_add(1, Ordering::SeqCst);
        self.store.commit(batch).await
    }
}

/// The control plane, its clock and its store.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) control: Control,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) store: Arc<Counting>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(ControlSettings::default())
    }

    pub(crate) fn with(settings: ControlSettings) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(NOW.0)));
        let effects = Effects { clock: Arc::clone(&clock) as _, random: Arc::new(SeededRandom::new(7)) };
        let store = Arc::new(Counting::default());
        let database = Database::exclusive(Arc::clone(&store) as _);
        Self { control: crate::control_plane::control(&database, &effects, settings), clock, store }
    }

    /// The answer's body: a shape, an exception, or null where there is none.
    pub(crate) async fn call(&self, operation: &str, request: Value) -> Value {
        let app = App::new().app_data(web::Data::new(self.control.clone())).configure(control::routes);
        let app = test::init_service(app).await;
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let request = test::TestRequest::post().uri("/").insert_header(("X-Amz-Target", target)).set_json(request);
        let response = test::call_service(&app, request.to_request()).await;
        let status = response.status().as_u16();
        let body = test::read_body(response).await;
        let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
        assert_eq!(status == 200, body.get("__type").is_none(), "{status} {body}");
        body
    }

    /// The same, of an operation on a pool.
    pub(crate) async fn on(&self, pool: &str, operation: &str, mut request: Value) -> Value {
        request["UserPoolId"] = json!(pool);
        self.call(operation, request).await
    }

    /// The same, on a user of a pool.
    pub(crate) async fn to(&self, pool: &str, user: &str, operation: &str, mut request: Value) -> Value {
        request["Username"] = json!(user);
        self.on(pool, operation, request).await
    }

    /// The id of a new pool.
    pub(crate) async fn pool(&self, mut request: Value) -> String {
        request["PoolName"] = json!("shop");
        self.call("CreateUserPool", request).await["UserPool"]["Id"].as_str().unwrap().to_owned()
    }

    /// Makes a user without a word to anybody; answers `User`.
    pub(crate) async fn user(&self, pool: &str, name: &str, attributes: Value) -> Value {
        let request = json!({"MessageAction": "SUPPRESS", "UserAttributes": listed(&attributes)});
        let made = self.to(pool, name, "AdminCreateUser", request).await;
        assert!(made["User"].is_object(), "{made}");
        made["User"].clone()
    }

    /// The attributes of a user, without the `sub`.
    pub(crate) async fn attributes(&self, pool: &str, user: &str) -> Value {
        let found = self.to(pool, user, "AdminGetUser", json!({})).await;
        let attributes = found["UserAttributes"].as_array().unwrap_or_else(|| panic!("{found}")).iter();
        let pair = |attribute: &Value| (attribute["Name"].as_str().unwrap().to_owned(), attribute["Value"].clone());
        attributes.map(pair).filter(|(name, _)| name != "sub").collect::<serde_json::Map<_, _>>().into()
    }

    /// The status of a user.
    pub(crate) async fn status(&self, pool: &str, user: &str) -> String {
        let found = self.to(pool, user, "AdminGetUser", json!({})).await;
        found["UserStatus"].as_str().unwrap_or_else(|| panic!("{found}")).to_owned()
    }

    /// The names of the users that a filter finds, in the order of the list.
    pub(crate) async fn found(&self, pool: &str, filter: &str) -> Vec<String> {
        let listed = self.on(pool, "ListUsers", json!({"Filter": filter})).await;
        names(&listed)
    }

    /// What the pool would have sent, the newest first.
    pub(crate) async fn outbox(&self, pool: &str) -> Vec<Message> {
        let now = self.control.effects.clock.now();
        let pool = UserPoolId::from(pool);
        outbox::list(&self.control.database, &pool, &outbox::Filter::default(), 100, now).await.unwrap()
    }

    /// How many documents and lists are read while this is done.
    pub(crate) async fn reads(&self, pool: &str, operation: &str, request: Value) -> (Value, usize) {
        let before = self.store.reads.load(Ordering::SeqCst);
        let answer = self.on(pool, operation, request).await;
        (answer, self.store.reads.load(Ordering::SeqCst) - before)
    }
}

/// The names of the users in a list.
pub(crate) fn names(listed: &Value) -> Vec<String> {
    let users = listed["Users"].as_array().unwrap_or_else(|| panic!("{listed}")).iter();
    users.map(|user| user["Username"].as_str().unwrap().to_owned()).collect()
}

/// `{"email": "a@x"}` as a list of attributes.
pub(crate) fn listed(attributes: &Value) -> Value {
    let attributes = attributes.as_object().unwrap().iter();
    attributes.map(|(name, value)| json!({"Name": name, "Value": value})).collect()
}

/// An exception as the wire has it.
pub(crate) fn refused(name: &str, message: &str) -> Value {
    json!({"__type": name, "message": message})
}

/// An `InvalidParameterException`.
pub(crate) fn invalid(message: &str) -> Value {
    refused("InvalidParameterException", message)
}

/// The answer about a user whom nobody knows.
pub(crate) fn unknown() -> Value {
    refused("UserNotFoundException", "User does not exist.")
}
