//! A control plane in memory, at a moment and with a randomness that a test chooses, called as a client would.

use std::sync::Arc;

use actix_web::{App, test, web};
use poolpass::control::{self, Control, ControlSettings};
use poolpass::domain::time::Timestamp;
use poolpass::effects::{Effects, ManualClock, SeededRandom};
use poolpass::store::database::Database;
use poolpass::store::memory::MemoryStore;
use serde_json::{Value, json};
use tokio::task::{LocalSet, spawn_local};

/// The control plane and its clock.
#[derive(Clone)]
pub(crate) struct World {
    control: Control,
    pub(crate) clock: Arc<ManualClock>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(ControlSettings::default())
    }

    pub(crate) fn with(settings: ControlSettings) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_767_225_600_125)));
        let effects = Effects { clock: Arc::clone(&clock) as _, random: Arc::new(SeededRandom::new(7)) };
        let database = Database::exclusive(Arc::new(MemoryStore::default()));
        Self { control: crate::control_plane::control(&database, &effects, settings), clock }
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

    /// The answers to so many requests made at the same moment.
    pub(crate) async fn racing(
        &self,
        pool: &str,
        operation: &'static str,
        count: usize,
        request: impl Fn(usize) -> Value,
    ) -> Vec<Value> {
        let one = |number| {
            let (world, pool, request) = (self.clone(), pool.to_owned(), request(number));
            spawn_local(async move { world.on(&pool, operation, request).await })
        };
        let all = async {
            let racing: Vec<_> = (0..count).map(one).collect();
            let mut answers = Vec::new();
            for answer in racing {
                answers.push(answer.await.unwrap());
            }
            answers
        };
        LocalSet::new().run_until(all).await
    }

    /// The id of a new pool.
    pub(crate) async fn pool(&self, mut request: Value) -> String {
        request["PoolName"] = json!("shop");
        self.call("CreateUserPool", request).await["UserPool"]["Id"].as_str().unwrap().to_owned()
    }

    /// Defines scopes under an identifier.
    pub(crate) async fn server(&self, pool: &str, identifier: &str, scopes: &[&str]) {
        let scopes: Vec<Value> =
            scopes.iter().map(|name| json!({"ScopeName": name, "ScopeDescription": name})).collect();
        let request = json!({"Identifier": identifier, "Name": "API", "Scopes": scopes});
        let made = self.on(pool, "CreateResourceServer", request).await;
        assert_eq!(made["ResourceServer"]["Identifier"], identifier, "{made}");
    }

    /// The answer's one member, unwrapped.
    pub(crate) async fn client(&self, pool: &str, mut request: Value) -> Value {
        request["ClientName"] = json!("svc");
        let mut made = self.on(pool, "CreateUserPoolClient", request).await;
        assert!(made["UserPoolClient"].is_object(), "{made}");
        made["UserPoolClient"].take()
    }
}

/// An exception as the wire has it.
pub(crate) fn refused(name: &str, message: &str) -> Value {
    json!({"__type": name, "message": message})
}
