//! The control plane: Amazon Cognito's user pool API in the AWS JSON 1.1 protocol.
//!
//! `POST /` with an `X-Amz-Target` enters. The target names an entry of the table in [`operations`]; the body is held
//! against the constraints of [`model`] by [`validate`]; the operation, one file in the folder of its resource, calls a
//! use-case of the registry; a refusal gets its name, sentence and status in [`error`]. No rule about what exists is
//! decided here.

mod answer;
pub mod asked;
mod auth;
mod caller;
pub mod error;
mod groups;
pub mod limits;
pub mod model;
pub mod operation;
pub mod operations;
pub mod page;
mod resource_servers;
mod self_service;
pub mod tags;
pub mod tokens;
mod user_pool_clients;
pub mod user_pool_domains;
pub mod user_pools;
mod users;
pub mod validate;

use actix_web::http::header::{AUTHORIZATION, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value};

use crate::domain::id::Region;
use crate::domain::pool::PoolChoices;
use crate::domain::quotas::Quotas;
use crate::effects::{Effects, random};
use crate::explain::Recorder;
use crate::guard::{
    Guard,
    body::{self, Unread},
};
use crate::keys::KeyRing;
use crate::sign_in::SignIns;
use crate::store::database::Database;

use self::asked::Asked;
use self::caller::Unsigned;
use self::error::{AwsError, ErrorCode};
use self::operation::Entry;
use self::validate::Rejected;

const SERVICE: &str = "AWSCognitoIdentityProviderService.";

/// The longest body that is read. The largest request of the model is far below it.
const MAX_BODY: usize = 1024 * 1024;

/// Everything the control plane works with.
#[derive(Clone)]
pub struct Control {
    /// What exists.
    pub database: Database,
    /// The clock and the randomness.
    pub effects: Effects,
    /// Where a new pool's keys lie ready.
    pub keys: KeyRing,
    /// Signing in; what users do for themselves is in it.
    pub sign_ins: SignIns,
    /// Where decisions are kept.
    pub recorder: Recorder,
    /// How it behaves.
    pub settings: ControlSettings,
    /// The request that is being answered.
    pub asked: Asked,
}

impl Control {
    /// A control plane on the database, the clock and the keys that signing in works with.
    pub fn new(mut sign_ins: SignIns, recorder: Recorder, settings: ControlSettings) -> Self {
        sign_ins.self_service.quotas = settings.quotas;
        let tokens = &sign_ins.tokens;
        let (database, effects, keys) = (tokens.views.database().clone(), tokens.effects.clone(), tokens.keys.clone());
        Self { database, effects, keys, sign_ins, recorder, settings, asked: Asked::nothing() }
    }
}

/// How the control plane behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlSettings {
    /// The region of callers who name none.
    pub region: Region,
    /// Whether a signed operation must be signed.
    pub strict_auth: bool,
    /// How much of everything there may be.
    pub quotas: Quotas,
    /// The choices of pools that made none.
    pub choices: PoolChoices,
}

impl Default for ControlSettings {
    fn default() -> Self {
        Self {
            region: Region::from("us-east-1"),
            strict_auth: false,
            quotas: Quotas::default(),
            choices: PoolChoices::default(),
        }
    }
}

/// Mounts the control plane at `/`, on a `web::Data<Control>`.
pub fn routes(cfg: &mut web::ServiceConfig) {
    let preflight =
        web::method(actix_web::http::Method::OPTIONS).to(async |request: HttpRequest| answer::preflight(&request));
    cfg.service(web::resource("/").route(web::post().to(post)).route(preflight).default_service(web::to(elsewhere)));
}

/// Answers what no service understands.
pub async fn elsewhere(control: web::Data<Control>) -> HttpResponse {
    answer::not_understood(&random::uuid(&*control.effects.random))
}

async fn post(control: web::Data<Control>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let request_id = random::uuid(&*control.effects.random);
    let Some(target) = request.headers().get("X-Amz-Target") else {
        return answer::not_understood(&request_id);
    };
    let named = target.to_str().ok().and_then(|target| target.strip_prefix(SERVICE)).and_then(operations::find);
    let Some(entry) = named else {
        let unknown = AwsError::new(ErrorCode::UnknownOperationException, "");
        return answer::refusal(&request_id, &unknown);
    };
    // Strangers are turned away before a byte of the body is read. What is unsigned on AWS is open to every page there.
    if let Some(foreign) = entry.signed.then(|| Guard::admit(&request).err()).flatten() {
        let refused = AwsError::new(ErrorCode::AccessDeniedException, foreign.to_string());
        return answer::refusal(&request_id, &refused);
    }
    let control = control.asked(Asked::by(&request, &request_id));
    match run(&control, entry, &request, payload).await {
        Ok(body) => answer::success(&request_id, body),
        Err(error) => answer::refusal(&request_id, &error.declared_by(operations::declared(entry.name))),
    }
}

async fn body(request: &HttpRequest, payload: web::Payload) -> Result<web::Bytes, AwsError> {
    body::read(request, payload, MAX_BODY, body::PATIENCE).await.map_err(|unread| match unread {
        Unread::TooLong => AwsError::new(ErrorCode::RequestEntityTooLargeException, ""),
        Unread::TooSlow => AwsError::new(ErrorCode::RequestTimeoutException, unread.to_string()),
        Unread::BrokenOff => Rejected::Serialization(String::new()).into(),
    })
}

/// The order of the service's checks: types, then who calls, then constraints, then what the operation itself finds.
async fn run(
    control: &Control,
    entry: &'static Entry,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<Vec<u8>, AwsError> {
    let body = body(request, payload).await?;
    let checked = match validate::document(&body, limits::table(entry.name, entry.input, &control.settings.quotas)) {
        Err(unreadable @ Rejected::Serialization(_)) => return Err(unreadable.into()),
        checked => checked,
    };
    let unsigned = Unsigned {
        refused: control.settings.strict_auth && entry.signed,
        pool: checked.as_ref().ok().and_then(named_pool),
        region: &control.settings.region,
    };
    let caller = caller::identify(request.headers().get(AUTHORIZATION).map(HeaderValue::as_bytes), unsigned)?;
    entry.call(control, &caller, checked?).await
}

/// The pool that a request names, by its id or, in the operations on tags, by its ARN.
fn named_pool(members: &Map<String, Value>) -> Option<&str> {
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    text("UserPoolId").or_else(|| text("ResourceArn")?.rsplit_once('/').map(|(_, pool)| pool))
}
