//! What a hundred thousand clients cost: nothing, it should be.

use std::path::Path;
use std::sync::Arc;

use poolpass::domain::client::{AppClient, ClientSecret, ClientSettings, OAuthFlow};
use poolpass::domain::id::{ClientId, ClientSecretId, UserPoolId};
use poolpass::domain::resource_server::{ResourceServer, ScopeDefinition};
use poolpass::domain::scope::Scope;
use poolpass::domain::secret::Secret;
use poolpass::domain::time::Timestamp;
use poolpass::store::database::Database;
use poolpass::store::memory::MemoryStore;
use poolpass::store::redb::RedbStore;
use poolpass::store::transaction::Transaction;
use poolpass::store::{Store, StoreError, documents};

use crate::figures::{Bound, Figure, median, number};
use crate::load::{Connection, Request};
use crate::process::{Server, resident};
use crate::tokens::cpu_per_answer;
use crate::world;

const CLIENTS: usize = 100_000;
const FEW: usize = 10;
const SERVERS: usize = 250;
const SCOPES: usize = 100;
/// How many different clients the load goes round.
const ASKING: usize = 1_000;

fn client_id(number: usize) -> ClientId {
    ClientId::from(format!("client{number:020}"))
}

fn scope_name(number: usize) -> String {
    format!("https://api.example.com/service{}/scope{}", number % SERVERS, number % SCOPES)
}

/// A client that may use the code grant: its machine requests are refused after everything but the signature.
fn client(pool: &UserPoolId, number: usize) -> AppClient {
    let (id, created) = (client_id(number), Timestamp::from_millis(1_700_000_000_000));
    let secret = ClientSecret {
        id: ClientSecretId::from(format!("{id}--1700000000000")),
        value: Secret::new(format!("1secret{number:045}")),
        created,
        supplied: false,
    };
    let settings = ClientSettings {
        allowed_oauth_flows: Some(vec![OAuthFlow::Code]),
        allowed_oauth_flows_user_pool_client: true,
        allowed_oauth_scopes: Some((0..4).map(|offset| Scope::from(scope_name(number + offset).as_str())).collect()),
        callback_urls: Some(vec!["https://example.com/callback".to_owned()]),
        ..ClientSettings::default()
    };
    AppClient {
        id,
        pool: pool.clone(),
        name: format!("client {number}"),
        created,
        modified: created,
        secrets: vec![secret],
        settings,
    }
}

/// Writes servers and clients into the pool, a thousand documents a commit.
async fn fill(database: &Database, pool: &UserPoolId, clients: usize, servers: usize) {
    for server in 0..servers {
        let identifier = format!("https://api.example.com/service{server}");
        let scope =
            |number| ScopeDefinition { scope_name: format!("scope{number}"), scope_description: "one".to_owned() };
        let server = ResourceServer { name: identifier.clone(), identifier, scopes: (0..SCOPES).map(scope).collect() };
        let put =
            async |tx: &mut Transaction<'_>| tx.put(&documents::resource_server(pool, &server.identifier), &server);
        database.transact::<(), StoreError>(put).await.expect("the store takes it");
    }
    let numbers: Vec<usize> = (0..clients).collect();
    for batch in numbers.chunks(1_000) {
        let put = async |tx: &mut Transaction<'_>| {
            for number in batch {
                let client = client(pool, *number);
                tx.put(&documents::client_owner(&client.id), pool)?;
                tx.put(&documents::client(pool, &client.id), &client)?;
            }
            tx.touch_registry(pool)
        };
        database.transact::<(), StoreError>(put).await.expect("the store takes it");
    }
}

/// A store file with one pool of this many clients; the pool itself is made by the server.
fn prepare(file: &Path, clients: usize) -> UserPoolId {
    let store = format!("redb:{}", file.display());
    let pool = {
        let server = Server::poolpass(&["--store", &store]);
        UserPoolId::from(world::pool(&mut Connection::open(server.port)))
    };
    let runtime = actix_web::rt::System::new();
    runtime.block_on(async {
        let store: Arc<dyn Store> = Arc::new(RedbStore::open(file).expect("the server is gone"));
        let servers = if clients > FEW { SERVERS } else { FEW };
        fill(&Database::exclusive(store), &pool, clients, servers).await;
    });
    pool
}

/// One of the two sizes: its server and what it is asked.
struct Size {
    server: Server,
    tokens: Vec<Request>,
    describes: Vec<Request>,
    update: Request,
}

impl Size {
    fn start(folder: &Path, clients: usize) -> Self {
        let file = folder.join(format!("{clients}.redb"));
        let pool = prepare(&file, clients);
        let server = Server::poolpass(&["--store", &format!("redb:{}", file.display())]);
        let asking: Vec<_> = (0..ASKING.min(clients)).map(|place| place * (clients / ASKING.min(clients))).collect();
        let token = |number: &usize| {
            let (id, secret) = (client_id(*number), format!("1secret{number:045}"));
            Request::token(&format!("grant_type=client_credentials&client_id={id}&client_secret={secret}"))
        };
        let describe = |number: &usize| {
            let body = serde_json::json!({ "UserPoolId": pool, "ClientId": client_id(*number) });
            Request::operation("DescribeUserPoolClient", &body.to_string())
        };
        let body = serde_json::json!({ "UserPoolId": pool, "ClientId": client_id(1), "ClientName": "unrelated" });
        Self {
            tokens: asking.iter().map(token).collect(),
            describes: asking.iter().map(describe).collect(),
            update: Request::operation("UpdateUserPoolClient", &body.to_string()),
            server,
        }
    }

    fn meet_everyone(&self) {
        let mut connection = Connection::open(self.server.port);
        for request in self.tokens.iter().chain(&self.describes) {
            connection.ask(request);
        }
    }

    /// Seconds of CPU for a token (less the signature) asked for right after an unrelated client was changed: with and
    /// without the token in turns, so that whatever else changes meanwhile changes both.
    fn token_after_change(&self) -> f64 {
        const TURNS: usize = 40;
        const TIMES: usize = 50;
        let mut connection = Connection::open(self.server.port);
        let mut tokens = self.tokens.iter().cycle();
        let mut difference = 0.0;
        for turn in 0..2 * TURNS {
            let with_token = turn % 2 == 0;
            let before = self.server.cpu();
            for request in tokens.by_ref().take(TIMES) {
                assert_eq!(connection.ask(&self.update).0, 200);
                if with_token {
                    assert_eq!(connection.ask(request).0, 400);
                }
            }
            let cpu = self.server.cpu() - before;
            difference += if with_token { cpu } else { -cpu };
        }
        difference / number(TURNS * TIMES)
    }
}

/// Takes the figures of growth.
pub(crate) fn measure(rounds: usize) -> Vec<Figure> {
    let folder = std::env::temp_dir().join(format!("poolpass-growth-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
    let (many, few) = (Size::start(&folder, CLIENTS), Size::start(&folder, FEW));
    let (mut tokens, mut describes, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        // The round before changed the registry: every client is met once before its tokens are counted.
        for size in [&many, &few] {
            size.meet_everyone();
        }
        let token = |size: &Size| cpu_per_answer((&size.server, &size.tokens), 16, 400).0;
        tokens.push(token(&many) / token(&few));
        let describe = |size: &Size| cpu_per_answer((&size.server, &size.describes), 16, 200).0;
        describes.push(describe(&many) / describe(&few));
        changed.push(many.token_after_change() / few.token_after_change());
    }
    drop((many, few));
    std::fs::remove_dir_all(&folder).expect("the folder is ours");
    let figure = |what: &str, values| Figure {
        what: format!("{what}, 100,000 clients and 25,000 scopes"),
        value: median(values),
        bound: Bound::AtMost(1.25),
        unit: "of the same with 10 clients",
    };
    vec![
        figure("CPU per token less the signature", tokens),
        figure("CPU per DescribeUserPoolClient", describes),
        figure("CPU per token less the signature, right after an unrelated change", changed),
        memory_per_client(),
    ]
}

/// Resident memory that the memory store takes per client, on top of the servers.
fn memory_per_client() -> Figure {
    let runtime = actix_web::rt::System::new();
    let bytes = runtime.block_on(async {
        let database = Database::exclusive(Arc::new(MemoryStore::new()));
        let pool = UserPoolId::from("us-east-1_Growth001");
        fill(&database, &pool, 0, SERVERS).await;
        let before = resident(std::process::id());
        fill(&database, &pool, CLIENTS, 0).await;
        resident(std::process::id()).saturating_sub(before)
    });
    Figure {
        what: "memory per client in the memory store".to_owned(),
        value: number(usize::try_from(bytes).expect("memory fits the address space")) / number(CLIENTS) / 1024.0,
        bound: Bound::AtMost(2.0),
        unit: "KiB",
    }
}
