//! Where a client hides who exists, nobody learns it from an answer, nor from the work behind it.

use actix_web::{App, test, web};
use poolpass::control;
use poolpass::domain::pool::PoolChoices;
use poolpass::oauth::{self, OAuth};
use serde_json::{Map, Value, json};

use crate::world::World;

const PASSWORD: &str = "Correct-horse-1";
const KNOWN: &str = "ada";
const UNKNOWN: &str = "eve";

/// A pool, and a client that hides who exists, with pages.
struct Hiding {
    world: World,
    pool: String,
    client: String,
}

/// Everything that can be seen of a request.
#[derive(Debug, PartialEq)]
struct Seen {
    status: u16,
    headers: Vec<(String, String)>,
    body: Value,
}

/// How often the store was read and written.
type Work = [usize; 2];

impl Hiding {
    async fn new() -> Self {
        let world = World::new();
        let factors = json!({"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}});
        let pool = world.pool(json!({"AutoVerifiedAttributes": ["email"], "Policies": factors})).await;
        world.on(&pool, "CreateUserPoolDomain", json!({"Domain": "hiding-shop"})).await;
        let settings = json!({
            "ClientName": "app", "PreventUserExistenceErrors": "ENABLED",
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"],
            "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"],
            "CallbackURLs": ["https://app.example.com/cb"], "SupportedIdentityProviders": ["COGNITO"],
        });
        let made = world.on(&pool, "CreateUserPoolClient", settings).await;
        let client = made["UserPoolClient"]["ClientId"].as_str().unwrap().to_owned();
        let hiding = Self { world, pool, client };
        hiding.user(&hiding.pool, KNOWN).await;
        let email = json!([{"Name": "email", "Value": "kim@shop.example"}]);
        let request =
            json!({"ClientId": hiding.client, "Username": "kim", "Password": PASSWORD, "UserAttributes": email});
        hiding.world.call("SignUp", request).await;
        // What is made once for everybody is made now.
        hiding.password("sam").await;
        hiding
    }

    async fn user(&self, pool: &str, name: &str) {
        let email = format!("{name}@shop.example");
        self.world.user(pool, name, json!({"email": email, "email_verified": "true"})).await;
        let password = json!({"Password": PASSWORD, "Permanent": true});
        self.world.to(pool, name, "AdminSetUserPassword", password).await;
    }

    /// An operation of the JSON API, for this client.
    async fn call(&self, operation: &str, mut request: Value) -> (Seen, Work) {
        request["ClientId"] = json!(self.client);
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let request = test::TestRequest::post().uri("/").insert_header(("X-Amz-Target", target)).set_json(request);
        self.send(request).await
    }

    async fn password(&self, name: &str) -> (Seen, Work) {
        self.initiate("USER_PASSWORD_AUTH", json!({"USERNAME": name, "PASSWORD": "Wrong-horse-1"})).await
    }

    async fn initiate(&self, flow: &str, parameters: Value) -> (Seen, Work) {
        self.call("InitiateAuth", json!({"AuthFlow": flow, "AuthParameters": parameters})).await
    }

    async fn respond(&self, challenge: &str, begun: &Seen, responses: Value) -> (Seen, Work) {
        let mut request = json!({"ChallengeName": challenge, "ChallengeResponses": responses});
        if let Some(session) = begun.body.get("Session") {
            request["Session"] = session.clone();
        }
        self.call("RespondToAuthChallenge", request).await
    }

    /// A form of a page.
    async fn post(&self, path: &str, name: &str) -> (Seen, Work) {
        let query = format!("response_type=code&client_id={}&redirect_uri=https://app.example.com/cb", self.client);
        let fields = [("_csrf", "a"), ("username", name), ("password", "Wrong-horse-1"), ("code", "000000")];
        let request = test::TestRequest::post().uri(&format!("{path}?{query}")).set_form(fields);
        self.send(request.insert_header(("Cookie", "XSRF-TOKEN=a"))).await
    }

    async fn send(&self, request: test::TestRequest) -> (Seen, Work) {
        let control = self.world.control.clone();
        let oauth = OAuth {
            tokens: control.sign_ins.tokens.clone(),
            sign_ins: control.sign_ins.clone(),
            recorder: control.recorder.clone(),
            well_known_max_age: 0,
            choices: PoolChoices::default(),
        };
        let app = App::new().app_data(web::Data::new(control)).app_data(web::Data::new(oauth));
        let app = test::init_service(app.configure(oauth::routes).configure(control::routes)).await;
        let before = self.world.store.counts();
        let response = test::call_service(&app, request.to_request()).await;
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), blank(value.to_str().unwrap()))).collect();
        let body = test::read_body(response).await;
        let after = self.world.store.counts();
        let body = serde_json::from_slice(&body).unwrap_or_else(|_| json!(String::from_utf8_lossy(&body)));
        (Seen { status, headers, body }, [after[0] - before[0], after[1] - before[1]])
    }
}

/// A text with what is drawn anew for each request taken out.
fn blank(text: &str) -> String {
    let unknown = text.replace(UNKNOWN, KNOWN);
    let words = unknown.split_inclusive(|character: char| !character.is_ascii_alphanumeric() && character != '-');
    let known = |word: &str| uuid::Uuid::parse_str(word.trim_end_matches(['"', ';', ' ', '<'])).is_err();
    let shown = |word: &str| match word.len() {
        _ if !known(word) => "UUID".to_owned(),
        40.. => word.len().to_string(),
        _ => word.to_owned(),
    };
    words.map(shown).collect()
}

/// The names of all members, and the lengths of texts that are not sentences.
fn shape(document: &Value) -> Value {
    match document {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), shape(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(values) => values.iter().map(shape).collect(),
        Value::String(text) if text.contains(' ') => json!(blank(text)),
        Value::String(text) => json!(text.len()),
        other => other.clone(),
    }
}

/// Both look the same, and cost the same.
#[track_caller]
fn alike((known, work): (Seen, Work), (unknown, other): (Seen, Work), what: &str) {
    assert_eq!((known.status, shape(&known.body)), (unknown.status, shape(&unknown.body)), "{what}");
    let lengths = |seen: &Seen| -> Vec<(String, Value)> {
        seen.headers.iter().map(|(name, value)| (name.clone(), shape(&json!(value)))).collect()
    };
    assert_eq!(lengths(&known), lengths(&unknown), "{what}");
    assert_eq!(work, other, "{what}: reads and commits");
}

#[tokio::test]
async fn a_wrong_password_looks_and_costs_the_same_for_nobody() {
    let hiding = Hiding::new().await;
    for round in 0..6 {
        alike(hiding.password(KNOWN).await, hiding.password(UNKNOWN).await, &format!("password {round}"));
    }
    let hiding = Hiding::new().await;
    for round in 0..6 {
        alike(hiding.post("/login", KNOWN).await, hiding.post("/login", UNKNOWN).await, &format!("/login {round}"));
    }
}

#[tokio::test]
async fn srp_looks_and_costs_the_same_for_nobody_at_both_steps() {
    let hiding = Hiding::new().await;
    let begin = async |name: &str| hiding.initiate("USER_SRP_AUTH", json!({"USERNAME": name, "SRP_A": "abcdef"})).await;
    let answer = async |begun: &Seen| {
        let block = &begun.body["ChallengeParameters"]["SECRET_BLOCK"];
        let responses = json!({
            "USERNAME": begun.body["ChallengeParameters"]["USER_ID_FOR_SRP"], "PASSWORD_CLAIM_SECRET_BLOCK": block,
            "PASSWORD_CLAIM_SIGNATURE": "AAAA", "TIMESTAMP": "Thu Jan 1 00:00:00 UTC 2026",
        });
        hiding.respond("PASSWORD_VERIFIER", begun, responses).await
    };
    let (known, unknown) = (begin(KNOWN).await, begin(UNKNOWN).await);
    let answers = (answer(&known.0).await, answer(&unknown.0).await);
    assert_eq!(answers.0.0.body["message"], "Incorrect username or password.");
    alike(known, unknown, "the first step");
    alike(answers.0, answers.1, "the second step");
}

#[tokio::test]
async fn a_code_at_sign_in_looks_and_costs_the_same_for_nobody() {
    let hiding = Hiding::new().await;
    let begin = async |name: &str| {
        hiding.initiate("USER_AUTH", json!({"USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP"})).await
    };
    let answer = async |begun: &Seen, name: &str| {
        hiding.respond("EMAIL_OTP", begun, json!({"USERNAME": name, "EMAIL_OTP_CODE": "00000000"})).await
    };
    let (known, unknown) = (begin(KNOWN).await, begin(UNKNOWN).await);
    assert_eq!(known.0.body["ChallengeName"], "EMAIL_OTP");
    for round in 0..7 {
        let answers = (answer(&known.0, KNOWN).await, answer(&unknown.0, UNKNOWN).await);
        alike(answers.0, answers.1, &format!("answer {round}"));
    }
    alike(known, unknown, "the beginning");
    let choose = async |name: &str| hiding.initiate("USER_AUTH", json!({"USERNAME": name})).await;
    alike(choose(KNOWN).await, choose(UNKNOWN).await, "the choice");
}

#[tokio::test]
async fn the_choice_looks_and_costs_the_same_for_nobody_where_everybody_needs_a_second_factor() {
    let hiding = Hiding::new().await;
    let app = json!({"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    hiding.world.on(&hiding.pool, "SetUserPoolMfaConfig", app).await;
    // The client is looked up anew once after the change, whoever asks.
    hiding.password("sam").await;
    for preferred in [json!({}), json!({"PREFERRED_CHALLENGE": "EMAIL_OTP"})] {
        let choose = async |name: &str| {
            let mut parameters = preferred.clone();
            parameters["USERNAME"] = json!(name);
            hiding.initiate("USER_AUTH", parameters).await
        };
        let (known, unknown) = (choose(KNOWN).await, choose(UNKNOWN).await);
        assert_eq!(known.0.body["ChallengeName"], "SELECT_CHALLENGE");
        assert_eq!(known.0.body["AvailableChallenges"], unknown.0.body["AvailableChallenges"]);
        alike(known, unknown, &preferred.to_string());
    }
}

#[tokio::test]
async fn recovery_looks_and_costs_the_same_for_nobody() {
    let hiding = Hiding::new().await;
    let forgot = async |name: &str| hiding.call("ForgotPassword", json!({"Username": name})).await;
    let confirm = async |name: &str| {
        let request = json!({"Username": name, "ConfirmationCode": "000000", "Password": "Another-horse-2"});
        hiding.call("ConfirmForgotPassword", request).await
    };
    alike(confirm(KNOWN).await, confirm(UNKNOWN).await, "a code that nobody asked for");
    for round in 0..6 {
        alike(forgot(KNOWN).await, forgot(UNKNOWN).await, &format!("asking {round}"));
        alike(confirm(KNOWN).await, confirm(UNKNOWN).await, &format!("a wrong code {round}"));
    }
    let hiding = Hiding::new().await;
    for path in ["/forgotPassword", "/confirmforgotPassword", "/confirmforgotPassword"] {
        alike(hiding.post(path, KNOWN).await, hiding.post(path, UNKNOWN).await, path);
    }
}

#[tokio::test]
async fn another_code_looks_and_costs_the_same_for_nobody() {
    let hiding = Hiding::new().await;
    let resend = async |name: &str| hiding.call("ResendConfirmationCode", json!({"Username": name})).await;
    for round in 0..6 {
        alike(resend("kim").await, resend(UNKNOWN).await, &format!("resend {round}"));
    }
    let hiding = Hiding::new().await;
    alike(hiding.post("/resendcode", "kim").await, hiding.post("/resendcode", "kin").await, "/resendcode");
}
