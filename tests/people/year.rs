//! A simulated year of sign-ins of every kind, on a file: what they leave behind when they are over.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use poolpass::effects::Clock as _;
use poolpass::store::documents::ALL_BRIEF;
use poolpass::store::redb::RedbStore;
use poolpass::store::{Store as _, Stored};
use serde_json::{Value, json};

use super::browser::Browser;
use super::world::{Answer, CALLBACK, World};

const HOUR: i64 = 3_600 * 1_000;
const YEAR: i64 = 365 * 24 * HOUR;
const POOL: &str = "eu-west-1_Year00001";
const PASSWORD: &str = "Lovelace-1815";
const USERS: usize = 20;

/// A sign-in of each kind happens at the same moment, each of another user.
const KINDS: [fn(&World, &str); 10] = [
    with_password,
    srp_without_an_answer,
    with_code,
    code_never_exchanged,
    refreshed_twice,
    password_forgotten,
    password_set_anew,
    with_mailed_code,
    in_vain,
    signed_out,
];

#[expect(clippy::disallowed_methods, reason = "how long to try is not a setting of the program")]
fn in_a_year() -> usize {
    if std::env::var("POOLPASS_LONG").is_ok_and(|long| long == "1") { 20_000 } else { 2_000 }
}

#[test]
fn the_sign_ins_of_a_year_leave_no_more_than_those_of_its_first_tenth() {
    let mut year = Year::new();
    year.go_on(in_a_year() / 10);
    let early = year.kept();
    year.go_on(in_a_year() - in_a_year() / 10);
    let late = year.kept();
    assert_eq!(late.alive, early.alive, "as many go on at any time");
    assert_eq!(late.standing, early.standing, "nothing is kept for ever of a sign-in");
    // A round over everything takes a commit for every eight documents, and a commit leaves one or two more.
    assert!(late.over * 4 <= late.count(), "{late:?}");
    assert!(late.bytes <= early.bytes + early.bytes / 10, "{early:?}, then {late:?}");
    assert!(late.file <= early.file, "{early:?}, then {late:?}");
    // And when everything has ended, what the last few asked for is all that is left.
    year.be_quiet(late.count());
    let last = [("attempts", 1), ("confirmation", 1), ("outbox", 1)].map(|(kind, count)| (kind.to_owned(), count));
    let quiet = year.kept();
    assert_eq!(quiet.alive, BTreeMap::from(last));
    assert!(quiet.over < 16, "{quiet:?}");
}

/// A server, its store, and how many sign-ins there have been.
struct Year {
    folder: tempfile::TempDir,
    store: Arc<RedbStore>,
    world: World,
    done: usize,
}

/// What is in the store, by what it is.
#[derive(Debug)]
struct Kept {
    /// What stays until somebody deletes it, and how many there are.
    standing: BTreeMap<String, usize>,
    /// What ends by itself and has not ended.
    alive: BTreeMap<String, usize>,
    /// What has ended.
    over: usize,
    bytes: usize,
    /// The size of the file.
    file: u64,
}

impl Kept {
    fn count(&self) -> usize {
        self.standing.values().chain(self.alive.values()).sum::<usize>() + self.over
    }
}

impl Year {
    fn new() -> Self {
        let mut yaml = WORLD.to_owned();
        for number in 0..USERS {
            let name = format!("user{number}");
            let attributes = format!("{{ email: {name}@example.com, email_verified: true }}");
            writeln!(yaml, "      - {{ username: {name}, password: {PASSWORD}, attributes: {attributes} }}").unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(RedbStore::open(folder.path().join("store.redb")).unwrap());
        let world = World::on(Arc::clone(&store) as _, &yaml);
        Self { folder, store, world, done: 0 }
    }

    /// So many sign-ins, evenly over the year.
    fn go_on(&mut self, count: usize) {
        let pause = YEAR / i64::try_from(in_a_year() / KINDS.len()).unwrap();
        for _ in 0..count / KINDS.len() {
            let moment = self.done / KINDS.len();
            self.world.clock.advance_millis(pause);
            std::thread::scope(|together| {
                for (number, kind) in KINDS.iter().enumerate() {
                    let (world, user) = (&self.world, format!("user{}", (moment * 11 + number) % USERS));
                    together.spawn(move || kind(world, &user));
                }
            });
            self.done += KINDS.len();
        }
    }

    /// Long after the last sign-in somebody forgets a password, time and again: often enough for a look at everything.
    fn be_quiet(&self, documents: usize) {
        self.world.clock.advance_millis(YEAR);
        for _ in 0..documents / 8 {
            self.world.clock.advance_millis(25 * HOUR);
            password_forgotten(&self.world, "user0");
        }
    }

    fn kept(&self) -> Kept {
        let stored = self.world.wait(self.store.scan("", None, usize::MAX)).unwrap();
        let file = std::fs::metadata(self.folder.path().join("store.redb")).unwrap().len();
        let mut kept = Kept { standing: BTreeMap::new(), alive: BTreeMap::new(), over: 0, bytes: 0, file };
        let now = self.world.clock.now().millis();
        for one in stored {
            kept.bytes += one.key.len() + one.value.len();
            let kind = kind_of(&one.key);
            match ends(&one) {
                None => *kept.standing.entry(kind).or_default() += 1,
                Some(end) if end > now => *kept.alive.entry(kind).or_default() += 1,
                Some(_) => kept.over += 1,
            }
        }
        kept
    }
}

/// When a document ends by itself, if it does.
fn ends(stored: &Stored) -> Option<i64> {
    if !stored.key.starts_with(ALL_BRIEF) {
        return None;
    }
    let document: Value = serde_json::from_slice(&stored.value).unwrap();
    Some(document["expires"].as_i64().unwrap())
}

/// The kind in a key: its third part, and the fifth where several kinds lie together.
fn kind_of(key: &str) -> String {
    let parts: Vec<_> = key.split('/').collect();
    match parts.as_slice() {
        [_, _, "sign-in", _, kind] | [_, _, kind, ..] | [kind, ..] => (*kind).to_owned(),
        [] => String::new(),
    }
}

fn initiate(world: &World, flow: &str, parameters: &Value) -> Answer {
    world.call("InitiateAuth", &json!({ "ClientId": "app", "AuthFlow": flow, "AuthParameters": parameters }))
}

/// Calls an operation that must succeed.
#[track_caller]
fn done(world: &World, operation: &str, input: &Value) -> Value {
    let answer = world.call(operation, input);
    assert_eq!(answer.status, 200, "{operation}: {answer:?}");
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}

fn tokens(world: &World, user: &str) -> Value {
    let answer = initiate(world, "USER_PASSWORD_AUTH", &json!({ "USERNAME": user, "PASSWORD": PASSWORD }));
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["AuthenticationResult"].take()
}

/// What the latest message to the user says.
fn mailed(world: &World, user: &str) -> String {
    let messages = world.get(&format!("/_poolpass/outbox?pool={POOL}&user={user}&limit=1")).json();
    messages["messages"][0]["code"].as_str().unwrap().to_owned()
}

fn with_password(world: &World, user: &str) {
    assert!(tokens(world, user)["AccessToken"].is_string());
}

fn srp_without_an_answer(world: &World, user: &str) {
    let begun = initiate(world, "USER_SRP_AUTH", &json!({ "USERNAME": user, "SRP_A": "ABCDEF" }));
    assert_eq!(begun.text("ChallengeName"), "PASSWORD_VERIFIER");
}

/// The code that the page sends the browser away with.
fn code(world: &World, user: &str) -> String {
    let browser = Browser::of(&world.url(""));
    let page = format!("/login?response_type=code&client_id=app&scope=openid&redirect_uri={CALLBACK}");
    let answer = browser.fill(&page, &[("username", user), ("password", PASSWORD)]);
    answer.parameter("code").unwrap_or_else(|| panic!("{answer:?}"))
}

fn with_code(world: &World, user: &str) {
    let code = code(world, user);
    assert_eq!(world.exchange("app", &code).status, 200);
}

fn code_never_exchanged(world: &World, user: &str) {
    code(world, user);
}

fn refreshed_twice(world: &World, user: &str) {
    let mut newest = tokens(world, user)["RefreshToken"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        let input = json!({ "ClientId": "app", "RefreshToken": newest });
        let answer = done(world, "GetTokensFromRefreshToken", &input);
        newest = answer["AuthenticationResult"]["RefreshToken"].as_str().unwrap().to_owned();
    }
}

fn password_forgotten(world: &World, user: &str) {
    done(world, "ForgotPassword", &json!({ "ClientId": "app", "Username": user }));
}

fn password_set_anew(world: &World, user: &str) {
    password_forgotten(world, user);
    let code = mailed(world, user);
    let input = json!({ "ClientId": "app", "Username": user, "ConfirmationCode": code, "Password": PASSWORD });
    done(world, "ConfirmForgotPassword", &input);
}

fn with_mailed_code(world: &World, user: &str) {
    let parameters = json!({ "USERNAME": user, "PREFERRED_CHALLENGE": "EMAIL_OTP" });
    let session = initiate(world, "USER_AUTH", &parameters).text("Session");
    let responses = json!({ "USERNAME": user, "EMAIL_OTP_CODE": mailed(world, user) });
    let input = json!({
        "ClientId": "app", "ChallengeName": "EMAIL_OTP", "Session": session, "ChallengeResponses": responses,
    });
    assert!(done(world, "RespondToAuthChallenge", &input)["AuthenticationResult"].is_object());
}

/// A wrong password, a name that nobody has, and a refresh token that was made up.
fn in_vain(world: &World, user: &str) {
    let nobody = format!("nobody-{}", world.clock.now().millis());
    for (name, password) in [(user, "Wrong-0000"), (nobody.as_str(), PASSWORD)] {
        let answer = initiate(world, "USER_PASSWORD_AUTH", &json!({ "USERNAME": name, "PASSWORD": password }));
        assert_eq!(answer.text("__type"), "NotAuthorizedException");
    }
    let input = json!({ "ClientId": "app", "RefreshToken": "made.up.by.no.body" });
    assert_eq!(world.call("GetTokensFromRefreshToken", &input).status, 400);
}

/// An authenticator app that is never verified, and then the end of all sign-ins of the user.
fn signed_out(world: &World, user: &str) {
    let tokens = tokens(world, user);
    let access = json!({ "AccessToken": tokens["AccessToken"] });
    done(world, "AssociateSoftwareToken", &access);
    done(world, "RevokeToken", &json!({ "ClientId": "app", "Token": tokens["RefreshToken"] }));
    let again = self::tokens(world, user);
    done(world, "GlobalSignOut", &json!({ "AccessToken": again["AccessToken"] }));
}

const WORLD: &str = r"
pools:
  - id: eu-west-1_Year00001
    domain: year
    keys: { access: keys/demo-access.pem, id: keys/demo-id.pem }
    settings:
      AutoVerifiedAttributes: [email]
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: [PASSWORD, EMAIL_OTP] } }
    mfa: { MfaConfiguration: OPTIONAL, SoftwareTokenMfaConfiguration: { Enabled: true } }
    clients:
      - id: app
        allowed_flows: [code]
        allowed_scopes: [openid, email, aws.cognito.signin.user.admin]
        callback_urls: ['http://localhost:3000/callback']
        settings:
          ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH, ALLOW_USER_SRP_AUTH, ALLOW_USER_AUTH]
          RefreshTokenRotation: { Feature: ENABLED, RetryGracePeriodSeconds: 60 }
          PreventUserExistenceErrors: ENABLED
    users:
";
