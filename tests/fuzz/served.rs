//! A server without a socket, whose clock stands where it is put and whose functions answer what an entry was given.

use std::cell::LazyCell;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use poolpass::app::App;
use poolpass::config::{ConfigFile, Settings};
use poolpass::domain::id::{UserKey, UserPoolId};
use poolpass::domain::time::Timestamp;
use poolpass::domain::user::User;
use poolpass::effects::{Effects, ManualClock, SeededRandom};
use poolpass::hooks::{self, Functions, HookFailure};
use poolpass::keys::published;
use poolpass::store::documents;
use poolpass::store::memory::MemoryStore;
use poolpass::tokens::ClientView;
use serde_json::Value;

/// The moment at which it begins.
pub const NOW: i64 = 1_800_000_000;
/// What `iss` says of the pool without functions.
pub const ISSUER: &str = "http://localhost/eu-west-1_Plain";
/// Ada's `sub`, in every pool.
pub const SUB: &str = "11111111-1111-4111-8111-111111111111";
/// Every function.
pub const ARN: &str = "arn:aws:lambda:eu-west-1:000000000000:function:all";

const WORLD: &str = r"
pools:
  - &plain
    id: eu-west-1_Plain
    keys: { access: access.pem, id: id.pem }
    resource_servers: [{ identifier: orders, scopes: [read] }]
    users: [{ username: ada, sub: 11111111-1111-4111-8111-111111111111, password: Lovelace-1815 }]
    clients:
      - &app
        id: app
        allowed_flows: [code]
        allowed_scopes: [openid, orders/read, aws.cognito.signin.user.admin]
        callback_urls: ['http://localhost:3000/callback']
        settings: { ExplicitAuthFlows: [ALLOW_CUSTOM_AUTH, ALLOW_USER_PASSWORD_AUTH] }
  - <<: *plain
    id: eu-west-1_First
    clients: [{ <<: *app, id: first }]
    settings: { LambdaConfig: { PreTokenGeneration: <arn>, <all> } }
  - <<: *plain
    id: eu-west-1_Second
    clients: [{ <<: *app, id: second }]
    settings: { LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion: V2_0, LambdaArn: <arn> }, <all> } }
  - <<: *plain
    id: eu-west-1_Third
    clients: [{ <<: *app, id: third }]
    settings: { LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion: V3_0, LambdaArn: <arn> }, <all> } }
";
const ALL: [&str; 9] = [
    "PreSignUp",
    "PostConfirmation",
    "CustomMessage",
    "UserMigration",
    "PreAuthentication",
    "PostAuthentication",
    "DefineAuthChallenge",
    "CreateAuthChallenge",
    "VerifyAuthChallengeResponse",
];

thread_local! {
    static SERVED: LazyCell<Served> = LazyCell::new(Served::start);
}

/// The server of this thread.
pub fn with<T>(work: impl FnOnce(&Served) -> T) -> T {
    SERVED.with(|served| work(served))
}

/// A server.
pub struct Served {
    pub app: App,
    pub clock: Arc<ManualClock>,
    /// Who is in every pool.
    pub ada: User,
    answer: Arc<Given>,
    runtime: tokio::runtime::Runtime,
}

/// Functions that all answer with these bytes.
struct Given(Mutex<Vec<u8>>);

#[async_trait]
impl Functions for Given {
    async fn invoke(&self, arn: &str, _event: Value) -> Result<Value, HookFailure> {
        let body = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        hooks::returned(arn, &hooks::Answer { status: 200, failed: false, body })
    }
}

impl Served {
    fn start() -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(NOW * 1_000)));
        let effects = Effects { clock: Arc::clone(&clock) as _, random: Arc::new(SeededRandom::new(7665)) };
        let settings = Settings { signing_threads: Some(1), ..Settings::default() };
        let mut app = App::on(Arc::new(MemoryStore::new()), &settings, &effects, 80).expect("a server");
        let answer = Arc::new(Given(Mutex::default()));
        app.oauth.tokens.hooks = Arc::clone(&answer) as _;
        app.oauth.sign_ins.tokens.hooks = Arc::clone(&answer) as _;
        app.oauth.sign_ins.self_service.hooks = Arc::clone(&answer) as _;
        let all = ALL.map(|trigger| format!("{trigger}: <arn>")).join(", ");
        let yaml = WORLD.replace("<all>", &all).replace("<arn>", &format!("'{ARN}'"));
        let pem = |path: &Path| {
            Ok(if path.ends_with("id.pem") { published::DEMO_ID } else { published::DEMO_ACCESS }.to_owned())
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let file = ConfigFile::parse(Path::new("fuzz.yaml"), &yaml, &pem).unwrap_or_else(|error| panic!("{error}"));
        runtime.block_on(app.declare(&file)).unwrap_or_else(|error| panic!("{error}"));
        let ada = documents::user(&UserPoolId::from("eu-west-1_Plain"), &UserKey::from("ada"));
        let ada =
            runtime.block_on(app.control.database.get(&ada)).expect("a store in memory").expect("a declared user");
        Self { app, clock, ada, answer, runtime }
    }

    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// What every function answers from now on.
    pub fn answer_with(&self, bytes: &[u8]) {
        bytes.clone_into(&mut self.answer.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub fn view(&self, client: &str) -> Arc<ClientView> {
        self.wait(self.app.oauth.tokens.views.find(client)).expect("a store in memory").expect("a declared client")
    }
}
