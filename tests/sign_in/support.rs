//! A pool with a user, in memory, with a clock that stands still, and functions that do as a test says.

use std::sync::{Arc, Mutex};

use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, web};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolpass::control::{Control, ControlSettings, routes};
use poolpass::domain::rules::sign_in_rule::SignInRule;
use poolpass::domain::secret::Secret;
use poolpass::domain::time::Timestamp;
use poolpass::domain::totp;
use poolpass::domain::trace::Evidence;
use poolpass::effects::{Clock, Effects, ManualClock, SeededRandom};
use poolpass::explain::{Explanation, Record};
use poolpass::hooks::{Functions, HookFailure};
use poolpass::store::database::Database;
use poolpass::store::memory::MemoryStore;
use serde_json::{Value, json};

use crate::control_plane::control;
use crate::srp_client::{Offer, SrpClient};

pub(crate) const PASSWORD: &str = "Passw0rd!";
/// The clock's moment, as clients of SRP write it.
pub(crate) const NOW: &str = "Tue Nov 14 22:13:20 UTC 2023";

type Judge = Box<dyn Fn(&Value) -> Result<Value, HookFailure> + Send + Sync>;

/// Functions that a test wrote, and the events that they got.
pub(crate) struct Scripted {
    judge: Judge,
    pub(crate) events: Mutex<Vec<Value>>,
}

#[async_trait]
impl Functions for Scripted {
    async fn invoke(&self, _arn: &str, event: Value) -> Result<Value, HookFailure> {
        self.events.lock().unwrap().push(event.clone());
        let response = (self.judge)(&event)?;
        let mut event = event;
        event["response"] = response;
        Ok(event)
    }
}

/// A control plane of its own for one test, with one pool, one client and the user `ada`.
pub(crate) struct World {
    control: web::Data<Control>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) functions: Arc<Scripted>,
    pub(crate) pool: String,
    pub(crate) client: String,
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) request_id: String,
}

pub(crate) fn merged(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(json!({}), json!({})).await
    }

    /// With these settings of the pool and the client.
    pub(crate) async fn with(pool: Value, client: Value) -> Self {
        Self::scripted(pool, client, Box::new(|_| Ok(json!({})))).await
    }

    /// With functions that answer so.
    pub(crate) async fn scripted(pool: Value, client: Value, judge: Judge) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_700_000_000_163)));
        let effects = Effects { clock: clock.clone(), random: Arc::new(SeededRandom::new(1)) };
        let database = Database::exclusive(Arc::new(MemoryStore::new()));
        let functions = Arc::new(Scripted { judge, events: Mutex::new(Vec::new()) });
        let mut control = control(&database, &effects, ControlSettings::default());
        control.sign_ins.tokens.hooks = functions.clone();
        control.sign_ins.self_service.hooks = functions.clone();
        let control = web::Data::new(control);
        let (pool_id, client_id) = (String::new(), String::new());
        let mut world = Self { control, clock, functions, pool: pool_id, client: client_id };
        let made = world.done("CreateUserPool", merged(json!({"PoolName": "shop"}), pool)).await;
        world.pool = text(&made, "/UserPool/Id");
        world.client = world.new_client(client).await;
        world.new_user("ada", json!({})).await;
        world
    }

    pub(crate) async fn new_client(&self, settings: Value) -> String {
        let flows = [
            "ALLOW_USER_SRP_AUTH",
            "ALLOW_USER_PASSWORD_AUTH",
            "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
            "ALLOW_CUSTOM_AUTH",
            "ALLOW_USER_AUTH",
        ];
        let base = json!({"UserPoolId": self.pool, "ClientName": "app", "ExplicitAuthFlows": flows});
        let made = self.done("CreateUserPoolClient", merged(base, settings)).await;
        text(&made, "/UserPoolClient/ClientId")
    }

    /// A user with the password and a verified e-mail address.
    pub(crate) async fn new_user(&self, name: &str, more: Value) {
        let attributes = json!([
            {"Name": "email", "Value": format!("{name}@shop.example")},
            {"Name": "email_verified", "Value": "true"},
        ]);
        let base = json!({"UserPoolId": self.pool, "Username": name, "UserAttributes": attributes});
        self.done("AdminCreateUser", merged(merged(base, json!({"MessageAction": "SUPPRESS"})), more)).await;
        self.set_password(name, PASSWORD, true).await;
    }

    pub(crate) async fn set_password(&self, name: &str, password: &str, permanent: bool) {
        let request = json!({"UserPoolId": self.pool, "Username": name, "Password": password, "Permanent": permanent});
        self.done("AdminSetUserPassword", request).await;
    }

    /// An operation on a user that an administrator calls.
    pub(crate) async fn admin(&self, operation: &str, name: &str) -> Value {
        self.done(operation, json!({"UserPoolId": self.pool, "Username": name})).await
    }

    pub(crate) async fn call(&self, operation: &str, body: Value) -> Reply {
        let service = init_service(App::new().app_data(self.control.clone()).configure(routes)).await;
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let request = TestRequest::post().uri("/").insert_header(("X-Amz-Target", target));
        let response = call_service(&service, request.set_payload(body.to_string()).to_request()).await;
        let status = response.status().as_u16();
        let request_id = response.headers().get("x-amzn-RequestId").unwrap().to_str().unwrap().to_owned();
        let body = read_body(response).await;
        let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).expect("JSON") };
        Reply { status, body, request_id }
    }

    pub(crate) async fn done(&self, operation: &str, body: Value) -> Value {
        let reply = self.call(operation, body).await;
        assert_eq!(reply.status, 200, "{operation}: {}", reply.body);
        reply.body
    }

    pub(crate) async fn initiate(&self, flow: &str, parameters: Value) -> Reply {
        self.initiate_at(&self.client, flow, parameters).await
    }

    pub(crate) async fn initiate_at(&self, client: &str, flow: &str, parameters: Value) -> Reply {
        let request = json!({"ClientId": client, "AuthFlow": flow, "AuthParameters": parameters});
        self.call("InitiateAuth", request).await
    }

    pub(crate) async fn with_password(&self, name: &str, password: &str) -> Reply {
        self.initiate("USER_PASSWORD_AUTH", json!({"USERNAME": name, "PASSWORD": password})).await
    }

    /// The answer of `ada` to a challenge with a session.
    pub(crate) async fn respond(&self, challenge: &str, session: &str, responses: Value) -> Reply {
        let responses = merged(json!({"USERNAME": "ada"}), responses);
        let request = json!({
            "ClientId": self.client, "ChallengeName": challenge, "Session": session, "ChallengeResponses": responses,
        });
        self.call("RespondToAuthChallenge", request).await
    }

    /// The first step of SRP.
    pub(crate) async fn srp_begun(&self, name: &str) -> Reply {
        self.initiate("USER_SRP_AUTH", json!({"USERNAME": name, "SRP_A": SrpClient::new().public()})).await
    }

    /// The request of the second step, for what the first answered.
    pub(crate) fn srp_answer(&self, begun: &Reply, password: &str, timestamp: &str) -> Value {
        let parameter = |name: &str| text(&begun.body, &format!("/ChallengeParameters/{name}"));
        let (user_id, salt) = (parameter("USER_ID_FOR_SRP"), parameter("SALT"));
        let (b, secret_block) = (parameter("SRP_B"), parameter("SECRET_BLOCK"));
        let pool_name = self.pool.split_once('_').expect("a region").1;
        let offer = Offer { pool_name, user_id: &user_id, salt: &salt, b: &b, secret_block: &secret_block };
        let signature = SrpClient::new().sign(&offer, password, timestamp);
        json!({
            "ClientId": self.client,
            "ChallengeName": "PASSWORD_VERIFIER",
            "ChallengeResponses": {
                "USERNAME": user_id,
                "PASSWORD_CLAIM_SECRET_BLOCK": secret_block,
                "PASSWORD_CLAIM_SIGNATURE": signature,
                "TIMESTAMP": timestamp,
            },
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn record(&self, reply: &Reply) -> Record {
        let kept = self.control.recorder.find(&reply.request_id).expect("a record");
        kept.token().cloned().expect("about a token")
    }

    /// The steps of a decision, as `rule outcome`.
    pub(crate) fn steps(&self, reply: &Reply) -> Vec<String> {
        use poolpass::domain::trace::Rule;
        let record = self.record(reply);
        record.trace.steps().iter().map(|step| format!("{} {:?}", step.rule.id(), step.outcome)).collect()
    }

    /// What the trace remarks of each step of this rule.
    pub(crate) fn remarks(&self, reply: &Reply, rule: SignInRule) -> Vec<Option<&'static str>> {
        let record = self.record(reply);
        let steps = record.trace.steps().iter().filter(|step| step.rule == rule.into());
        let remark = |evidence: &Evidence| if let Evidence::Remark(remark) = evidence { Some(*remark) } else { None };
        steps.map(|step| remark(&step.evidence)).collect()
    }

    /// What the steps about this rule were judged on, of a decision.
    pub(crate) fn evidence(&self, reply: &Reply, rule: &str) -> Vec<Evidence> {
        use poolpass::domain::trace::Rule;
        let record = self.record(reply);
        let about = record.trace.steps().iter().filter(|step| step.rule.id() == rule);
        about.map(|step| step.evidence.clone()).collect()
    }

    /// The cause of a decision, in a sentence.
    pub(crate) fn cause(&self, reply: &Reply) -> String {
        let record = self.record(reply);
        Explanation::of(&record).cause
    }

    /// The last code that was sent.
    pub(crate) async fn last_code(&self) -> String {
        use poolpass::self_service::outbox::{Filter, list};
        let pool = poolpass::domain::id::UserPoolId::from(self.pool.as_str());
        let sent = list(&self.control.database, &pool, &Filter::default(), 1, self.now()).await.expect("a list");
        sent.first().expect("a message").code.clone()
    }

    /// Gives a user an authenticator app, which is asked for from now on; its secret.
    pub(crate) async fn with_app(&self, name: &str) -> Secret {
        let token = self.with_password(name, PASSWORD).await.access_token();
        let made = self.done("AssociateSoftwareToken", json!({"AccessToken": token})).await;
        let secret = Secret::new(text(&made, "/SecretCode"));
        let code = totp::code_at(&secret, self.now()).expect("base32");
        let verified = self.done("VerifySoftwareToken", json!({"AccessToken": token, "UserCode": code})).await;
        assert_eq!(verified, json!({"Status": "SUCCESS"}));
        let wish = json!({"Enabled": true, "PreferredMfa": true});
        self.done("SetUserMFAPreference", json!({"AccessToken": token, "SoftwareTokenMfaSettings": wish})).await;
        self.clock.advance_millis(60_000);
        secret
    }
}

impl Reply {
    /// The whole answer is this refusal.
    #[track_caller]
    pub(crate) fn is_refused(&self, name: &str, sentence: &str) {
        assert_eq!((self.status, &self.body), (400, &json!({"__type": name, "message": sentence})));
    }

    /// The whole answer is tokens, of a new sign-in.
    #[track_caller]
    pub(crate) fn is_signed_in(&self) {
        assert_eq!(self.status, 200, "{}", self.body);
        let result = self.body["AuthenticationResult"].as_object().expect("a result");
        let mut members: Vec<&str> = result.keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["AccessToken", "ExpiresIn", "IdToken", "RefreshToken", "TokenType"]);
        assert_eq!(self.body["ChallengeParameters"], json!({}));
    }

    #[track_caller]
    pub(crate) fn access_token(&self) -> String {
        self.is_signed_in();
        text(&self.body, "/AuthenticationResult/AccessToken")
    }

    /// The claims of the access token.
    #[track_caller]
    pub(crate) fn claims(&self) -> Value {
        let token = text(&self.body, "/AuthenticationResult/AccessToken");
        let payload = token.split('.').nth(1).expect("a payload");
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).expect("base64url")).expect("JSON")
    }

    /// The challenge is this one; its session.
    #[track_caller]
    pub(crate) fn asks(&self, challenge: &str) -> String {
        assert_eq!((self.status, &self.body["ChallengeName"]), (200, &json!(challenge)), "{}", self.body);
        self.body["Session"].as_str().unwrap_or_default().to_owned()
    }
}

#[track_caller]
pub(crate) fn text(document: &Value, pointer: &str) -> String {
    document.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} in {document}")).to_owned()
}
