//! A control plane in memory with a clock that stands still and seeded randomness, and callers that talk to it.

use std::sync::Arc;

use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, web};
use poolpass::control::{Control, ControlSettings, routes};
use poolpass::domain::time::Timestamp;
use poolpass::effects::{Effects, ManualClock, SeededRandom};
use poolpass::store::database::Database;
use poolpass::store::memory::MemoryStore;
use serde_json::{Value, json};

use crate::control_plane::control;

pub(crate) const ABSENT_POOL: &str = "us-east-1_AAAAAAAAA";

/// A control plane of its own for one test.
pub(crate) struct World {
    pub(crate) control: web::Data<Control>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) store: Arc<MemoryStore>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(ControlSettings::default())
    }

    pub(crate) fn with(settings: ControlSettings) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_700_000_000_163)));
        let effects = Effects { clock: clock.clone(), random: Arc::new(SeededRandom::new(1)) };
        let store = Arc::new(MemoryStore::new());
        let database = Database::exclusive(store.clone());
        Self { control: web::Data::new(control(&database, &effects, settings)), clock, store }
    }

    pub(crate) async fn send(&self, request: TestRequest) -> Reply {
        let service = init_service(App::new().app_data(self.control.clone()).configure(routes)).await;
        let response = call_service(&service, request.to_request()).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = String::from_utf8(read_body(response).await.to_vec()).expect("a text");
        Reply { status, headers, body }
    }

    /// An unsigned call.
    pub(crate) async fn call(&self, operation: &str, body: Value) -> Reply {
        self.send(request(operation, &body)).await
    }

    /// A call signed by an account in a region.
    pub(crate) async fn call_as(&self, (account, region): (&str, &str), operation: &str, body: Value) -> Reply {
        let scope = format!("Credential={account}/20260101/{region}/cognito-idp/aws4_request");
        let header = format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=00");
        self.send(request(operation, &body).insert_header(("Authorization", header))).await
    }

    /// A call that must succeed.
    pub(crate) async fn done(&self, operation: &str, body: Value) -> Value {
        let reply = self.call(operation, body).await;
        assert_eq!(reply.status, 200, "{operation}: {}", reply.body);
        reply.json()
    }

    /// A pool's id.
    pub(crate) async fn pool(&self, settings: Value) -> String {
        let made = self.done("CreateUserPool", merged(json!({"PoolName": "shop"}), settings)).await;
        made.pointer("/UserPool/Id").and_then(Value::as_str).expect("an id").to_owned()
    }

    pub(crate) async fn describe(&self, pool: &str) -> Value {
        let described = self.done("DescribeUserPool", json!({"UserPoolId": pool})).await;
        described.get("UserPool").expect("a pool").clone()
    }

    /// Creates a pool with these settings, which must be refused with `InvalidParameterException`.
    pub(crate) async fn create_is_invalid(&self, settings: Value, sentence: &str) {
        let request = merged(json!({"PoolName": "shop"}), settings);
        self.call("CreateUserPool", request).await.is_refused("InvalidParameterException", sentence);
    }
}

/// The members of both, the second's where they share one.
pub(crate) fn merged(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}

pub(crate) fn request(operation: &str, body: &Value) -> TestRequest {
    raw(operation, body.to_string())
}

pub(crate) fn raw(operation: &str, body: impl Into<web::Bytes>) -> TestRequest {
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    TestRequest::post().uri("/").insert_header(("X-Amz-Target", target)).set_payload(body)
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        if self.body.is_empty() { Value::Null } else { serde_json::from_str(&self.body).expect("JSON") }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("ASCII"))
    }

    /// The whole answer is this refusal, in its body and in its headers.
    #[track_caller]
    pub(crate) fn is_refused(&self, name: &str, sentence: &str) {
        let expected = json!({"__type": name, "message": sentence});
        assert_eq!((self.status, self.json()), (400, expected));
        assert_eq!(self.header("x-amzn-ErrorType"), Some(format!("{name}:").as_str()));
        assert_eq!(self.header("x-amzn-ErrorMessage"), Some(sentence));
    }
}
