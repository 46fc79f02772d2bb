//! A pool with users, two clients and codes, written into the store as the endpoints write it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolpass::domain::id::{ClientId, Subject, UserPoolId};
use poolpass::domain::pool::UserPool;
use poolpass::domain::quotas::Quotas;
use poolpass::domain::scope::Scope;
use poolpass::domain::sign_in::{AuthorizationCode, Brief, Origin, SignIn};
use poolpass::domain::srp;
use poolpass::domain::time::Timestamp;
use poolpass::domain::user::{Credential, User, UserStatus};
use poolpass::effects::random::{self, SeededRandom};
use poolpass::effects::{Clock as _, SystemClock};
use poolpass::registry::RegistryError;
use poolpass::registry::users::{self, Creation, NewUser};
use poolpass::store::database::Database;
use poolpass::store::redb::RedbStore;
use poolpass::store::transaction::Transaction;
use poolpass::store::{StoreError, documents};
use poolpass::tokens::sign_in_of;
use sha2::{Digest as _, Sha256};

use crate::load::{Connection, Request};
use crate::process::Server;
use crate::world::{Client, call, pool, text};

/// How many users are asked about and sign in.
pub(super) const ASKING: usize = 100;
/// Everybody's.
pub(super) const PASSWORD: &str = "Correct-horse-battery-1";
const CALLBACK: &str = "https://example.com/callback";
const VERIFIER: &str = "a-verifier-of-forty-three-characters-or-more";
const TOGETHER: usize = 1_000;

/// A store file with a pool, and how its clients and users are addressed.
pub(super) struct World {
    file: PathBuf,
    users: usize,
    /// The confidential client of the code grant.
    pub(super) client: Client,
    /// The public client of the JSON API.
    pub(super) app: String,
}

impl World {
    /// A file with a pool of this many users.
    pub(super) fn prepare(folder: &Path, name: &str, users: usize) -> Self {
        let file = folder.join(format!("{name}.redb"));
        let (client, app) = {
            let server = Server::poolpass(&["--store", &format!("redb:{}", file.display())]);
            let mut connection = Connection::open(server.port);
            let pool = pool(&mut connection);
            (people_client(&mut connection, &pool), app_client(&mut connection, &pool))
        };
        let world = Self { file, users, client, app };
        let numbers: Vec<usize> = (0..users).collect();
        world.on_store(async |database| {
            for numbers in numbers.chunks(TOGETHER) {
                database
                    .transact(async |tx: &mut Transaction<'_>| world.add_users(tx, numbers).await)
                    .await
                    .expect("they are new");
            }
        });
        world
    }

    /// The server on this file, once it does nothing that it was not asked for: first it makes keys ahead.
    pub(super) fn serve(&self) -> Server {
        let server = Server::poolpass(&["--store", &format!("redb:{}", self.file.display())]);
        server.settle();
        server
    }

    /// The numbers of the users who are asked about: spread over all.
    pub(super) fn asking(&self) -> impl Iterator<Item = usize> {
        let distance = (self.users / ASKING).max(1);
        (0..ASKING.min(self.users)).map(move |place| place * distance)
    }

    /// Writes codes, which end never, and answers with the requests that exchange them.
    pub(super) fn codes(&self, count: usize) -> Vec<Request> {
        let pool = UserPoolId::from(self.client.pool.as_str());
        let numbers: Vec<usize> = (0..count).collect();
        let names: Vec<usize> = self.asking().collect();
        self.on_store(async |database| {
            for numbers in numbers.chunks(TOGETHER) {
                let put = async |tx: &mut Transaction<'_>| {
                    for number in numbers {
                        let user = names.get(number % names.len()).copied().unwrap_or_default();
                        let key = documents::authorization_code(&pool, &sign_in_of(&code(*number)));
                        tx.put(&key, &self.code(user, *number))?;
                    }
                    Ok::<_, StoreError>(())
                };
                database.transact(put).await.expect("the store takes them");
            }
        });
        numbers.iter().map(|number| self.exchange(&code(*number))).collect()
    }

    /// The request that exchanges this code.
    fn exchange(&self, code: &str) -> Request {
        Request::token(&format!(
            "grant_type=authorization_code&client_id={}&client_secret={}&code={code}&redirect_uri={CALLBACK}&code_verifier={VERIFIER}",
            self.client.id, self.client.secret
        ))
    }

    /// The request that refreshes with this token.
    pub(super) fn refresh(&self, token: &str) -> Request {
        let Client { id, secret, .. } = &self.client;
        Request::token(&format!("grant_type=refresh_token&client_id={id}&client_secret={secret}&refresh_token={token}"))
    }

    fn code(&self, user: usize, number: usize) -> Brief<AuthorizationCode> {
        let scopes = ["openid", "email", "https://api.example.com/orders/scope0"];
        let sign_in = SignIn {
            id: sign_in_of(&code(number)),
            user: poolpass::domain::id::UserKey::from(username(user)),
            sub: subject(user),
            client: ClientId::from(self.client.id.as_str()),
            origin: Origin::Code,
            at: SystemClock.now(),
            begun: SystemClock.now(),
            event_id: unique("event", number),
            scopes: scopes.map(Scope::from).to_vec(),
            nonce: Some(unique("nonce", number)),
            resource: None,
            session: None,
        };
        let code_challenge = Some(URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER)));
        let value = AuthorizationCode { sign_in, redirect_uri: CALLBACK.to_owned(), code_challenge };
        Brief { expires: SystemClock.now().plus_seconds(86_400), value }
    }

    /// Only who is asked about has a password of its own: deriving a hundred thousand would take minutes.
    async fn add_users(&self, tx: &mut Transaction<'_>, numbers: &[usize]) -> Result<(), RegistryError> {
        let id = UserPoolId::from(self.client.pool.as_str());
        let pool: UserPool = tx.get(&documents::user_pool(&id)).await?.expect("the server made the pool");
        let (quotas, now) = (Quotas::default(), SystemClock.now());
        let distance = (self.users / ASKING).max(1);
        for number in numbers {
            let name = username(*number);
            let credential = credential(&id, &name, number % distance == 0, now);
            let attributes = [("email".to_owned(), email(*number)), ("email_verified".to_owned(), "true".to_owned())];
            let named = NewUser::named(&pool, &name, subject(*number), attributes.into())?;
            let new = NewUser { status: UserStatus::Confirmed, credential: Some(credential), ..named };
            let _made: User =
                users::create(tx, &pool, new, Creation { now, quotas: &quotas, takes_aliases: false }).await?;
        }
        Ok(())
    }

    fn on_store(&self, work: impl AsyncFnOnce(Database)) {
        actix_web::rt::System::new().block_on(async {
            let store = RedbStore::open(&self.file).expect("no server has the file");
            work(Database::exclusive(Arc::new(store))).await;
        });
    }
}

/// The user name of this number.
pub(super) fn username(number: usize) -> String {
    format!("user{number:06}")
}

/// The e-mail address of this number.
pub(super) fn email(number: usize) -> String {
    format!("user{number:06}@example.com")
}

fn subject(number: usize) -> Subject {
    Subject::from(unique("sub", number))
}

/// The code of this number, as the server makes one every millisecond.
fn code(number: usize) -> String {
    let (seed, millis) = (u64::try_from(number).unwrap_or_default(), i64::try_from(number).unwrap_or_default());
    random::ordered_uuid(&SeededRandom::new(seed), Timestamp::from_millis(millis))
}

/// A UUID that lies anywhere among the others, and is the same in every run.
fn unique(of: &str, number: usize) -> String {
    let digest = Sha256::digest(format!("{of} {number}"));
    let bytes = digest.first_chunk().copied().unwrap_or_default();
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

fn credential(pool: &UserPoolId, name: &str, real: bool, since: Timestamp) -> Credential {
    let salt = "0123456789abcdef0123456789abcdef".to_owned();
    let verifier = if real {
        srp::verifier(pool, name, PASSWORD, &salt)
    } else {
        poolpass::domain::secret::Secret::new("7".repeat(768))
    };
    Credential { salt, verifier, since, temporary: false }
}

/// A confidential client for the code grant.
fn people_client(connection: &mut Connection, pool: &str) -> Client {
    let request = serde_json::json!({
        "UserPoolId": pool, "ClientName": "web", "GenerateSecret": true, "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["code"], "CallbackURLs": [CALLBACK],
        "AllowedOAuthScopes": ["openid", "email", "https://api.example.com/orders/scope0"],
        "SupportedIdentityProviders": ["COGNITO"], "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"],
    });
    let made = call(connection, "CreateUserPoolClient", &request);
    let (id, secret) = (text(&made, "/UserPoolClient/ClientId"), text(&made, "/UserPoolClient/ClientSecret"));
    Client { pool: pool.to_owned(), id, secret }
}

/// A public client for the JSON API.
fn app_client(connection: &mut Connection, pool: &str) -> String {
    let flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
    let request = serde_json::json!({
        "UserPoolId": pool, "ClientName": "app", "ExplicitAuthFlows": flows,
        "PreventUserExistenceErrors": "ENABLED",
    });
    text(&call(connection, "CreateUserPoolClient", &request), "/UserPoolClient/ClientId")
}
