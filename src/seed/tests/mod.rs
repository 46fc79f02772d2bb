//! How a world is applied, and applied again.

mod people;

use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::config::{ConfigFile, FileError};
use crate::domain::client::{AppClient, ClientSettings};
use crate::domain::id::{AccountId, ClientId, Region, UserPoolId};
use crate::domain::key::{KeyUsage, PoolKeys};
use crate::domain::pool::{PoolOptions, ScopeProfile, UserPool};
use crate::domain::resource_server::ResourceServer;
use crate::domain::settings::{FixedPoolSettings, PoolSettings};
use crate::effects::{ManualClock, SeededRandom};
use crate::registry::clients::{self, ClientUpdate, NewClient};
use crate::registry::pools::{self, NewPool};
use crate::registry::resource_servers;
use crate::store::documents;
use crate::store::memory::MemoryStore;

const WORLD: &str = "
pools:
  - id: us-east-1_Example01
    name: example
    domain: example
    resource_servers:
      - { identifier: https://a.example/orders, scopes: { read: Read, write: Write } }
    clients:
      - id: reader
        secret: secret_number_one_of_reader
        allowed_flows: [client_credentials]
        allowed_scopes: [https://a.example/orders/read]
        access_token_validity: 20 minutes
";

const POOL: &str = "us-east-1_Example01";
const READER: &str = "reader";

/// A database and what declarations are held against.
struct Scene {
    database: Database,
    terms: Terms,
    clock: Arc<ManualClock>,
}

impl Scene {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_000)));
        let effects = Effects { clock: clock.clone(), random: Arc::new(SeededRandom::new(1)) };
        let terms = Terms { effects, quotas: Quotas::default(), choices: PoolChoices::default() };
        Self { database: Database::exclusive(Arc::new(MemoryStore::new())), terms, clock }
    }

    async fn apply(&self, yaml: &str) -> Result<Report, String> {
        self.clock.advance_millis(1_000);
        let file = file(yaml).map_err(|error| error.to_string())?;
        apply(&self.database, &file.world, &self.terms).await.map_err(|error| error.to_string())
    }

    /// The same, with the line of what is wrong.
    async fn apply_from_file(&self, yaml: &str) -> Result<Report, String> {
        self.apply(yaml).await.map_err(|error| {
            let (key, problem) = error.split_once(": ").unwrap();
            file(yaml).unwrap().error(key, problem.to_owned()).to_string()
        })
    }

    /// What had to be done; the world can be applied.
    async fn applied(&self, yaml: &str) -> Report {
        self.apply(yaml).await.unwrap()
    }

    async fn pool(&self) -> UserPool {
        self.database.get(&documents::user_pool(&UserPoolId::from(POOL))).await.unwrap().unwrap()
    }

    async fn client(&self, id: &str) -> Option<AppClient> {
        self.database.get(&documents::client(&UserPoolId::from(POOL), &ClientId::from(id))).await.unwrap()
    }

    async fn secrets(&self) -> Vec<String> {
        let client = self.client(READER).await.unwrap();
        client.secrets.iter().map(|secret| secret.value.reveal().to_owned()).collect()
    }

    async fn scopes_of(&self, identifier: &str) -> Vec<String> {
        let at = documents::resource_server(&UserPoolId::from(POOL), identifier);
        let server: ResourceServer = self.database.get(&at).await.unwrap().unwrap();
        server.scopes.into_iter().map(|scope| scope.scope_name).collect()
    }

    async fn keys(&self) -> Vec<(KeyUsage, String)> {
        let keys: PoolKeys = self.database.get(&documents::pool_keys(&UserPoolId::from(POOL))).await.unwrap().unwrap();
        keys.keys.iter().map(|key| (key.usage, key.kid.to_string())).collect()
    }

    /// An update through the use-case that the API calls.
    async fn rename_by_api(&self, name: &str) {
        let before = self.client(READER).await.unwrap();
        let now = self.terms.effects.clock.now();
        let update = ClientUpdate { id: before.id, name: Some(name.to_owned()), settings: before.settings, now };
        let work = async |tx: &mut Transaction<'_>| {
            clients::update(tx, &caller(), &UserPoolId::from(POOL), &update, &self.terms.choices).await
        };
        self.database.transact(work).await.map(drop).unwrap();
    }

    /// What the use-cases of the API do.
    async fn by_api(&self, work: impl AsyncFn(&mut Transaction<'_>) -> Result<(), RegistryError>) {
        self.database.transact(async |tx: &mut Transaction<'_>| work(tx).await).await.unwrap();
    }

    async fn server_by_api(&self, identifier: &str) {
        let server = ResourceServer { identifier: identifier.to_owned(), name: "api".to_owned(), scopes: Vec::new() };
        let work = async |tx: &mut Transaction<'_>| {
            resource_servers::create(tx, &caller(), &UserPoolId::from(POOL), &server, 25).await
        };
        self.database.transact(work).await.unwrap();
    }
}

fn file(yaml: &str) -> Result<ConfigFile, FileError> {
    ConfigFile::parse(Path::new("world.yaml"), yaml, &|path| std::fs::read_to_string(path))
}

fn caller() -> Caller {
    Caller { account: AccountId::nobody(), region: Region::from("us-east-1") }
}

fn text(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

#[tokio::test]
async fn what_is_absent_is_created() {
    let scene = Scene::new();
    let created = text(&[
        "user pool us-east-1_Example01",
        "resource server https://a.example/orders of us-east-1_Example01",
        "client reader of us-east-1_Example01",
    ]);
    assert_eq!(scene.applied(WORLD).await, Report { created, ..Report::default() });
    let pool = scene.pool().await;
    assert_eq!((pool.name.as_str(), pool.domain.as_deref()), ("example", Some("example")));
    assert_eq!(scene.scopes_of("https://a.example/orders").await, ["read", "write"]);
    let client = scene.client(READER).await.unwrap();
    assert_eq!(client.settings.access_token_lifetime(), 1_200);
    assert!(client.settings.allowed_oauth_flows_user_pool_client);
    assert_eq!(scene.secrets().await, ["secret_number_one_of_reader"]);
}

#[tokio::test]
async fn an_unchanged_declaration_writes_nothing() {
    let scene = Scene::new();
    scene.applied(WORLD).await;
    let revision = scene.database.registry_revision(&UserPoolId::from(POOL)).await.unwrap();
    assert_eq!(scene.applied(WORLD).await, Report { unchanged: 3, ..Report::default() });
    assert_eq!(scene.database.registry_revision(&UserPoolId::from(POOL)).await.unwrap(), revision);
}

#[tokio::test]
async fn a_changed_declaration_is_applied_and_only_that() {
    let scene = Scene::new();
    scene.applied(WORLD).await;
    let report = scene.applied(&WORLD.replace(", write: Write", "")).await;
    let updated = text(&["resource server https://a.example/orders of us-east-1_Example01"]);
    assert_eq!(report, Report { updated, unchanged: 2, ..Report::default() });
    assert_eq!(scene.scopes_of("https://a.example/orders").await, ["read"]);
}

#[tokio::test]
async fn a_changed_pool_gets_its_new_options_and_domain() {
    let scene = Scene::new();
    scene.applied(WORLD).await;
    let changed = WORLD.replace("domain: example", "domain: another\n    options: { scope_profile: observed }");
    assert_eq!(scene.applied(&changed).await.updated, ["user pool us-east-1_Example01"]);
    let pool = scene.pool().await;
    assert_eq!((pool.domain.as_deref(), pool.options.scope_profile), (Some("another"), Some(ScopeProfile::Observed)));
    let freed = scene.database.get(&documents::domain_owner(&pool.id.region(), "example")).await.unwrap();
    assert_eq!(freed, None);
}

#[tokio::test]
async fn what_the_api_changed_stays_until_the_declaration_changes() {
    let scene = Scene::new();
    scene.applied(WORLD).await;
    scene.rename_by_api("renamed").await;
    scene.applied(WORLD).await;
    assert_eq!(scene.client(READER).await.unwrap().name, "renamed");
    scene.applied(&WORLD.replace("20 minutes", "30 minutes")).await;
    let client = scene.client(READER).await.unwrap();
    assert_eq!((client.name.as_str(), client.settings.access_token_lifetime()), ("reader", 1_800));
}

#[tokio::test]
async fn what_the_api_made_is_never_touched() {
    let scene = Scene::new();
    scene.applied(WORLD).await;
    scene.server_by_api("stock").await;
    let declared = WORLD.replace("    clients:", "      - { identifier: stock, scopes: [count] }\n    clients:");
    let left_alone = text(&["resource server stock of us-east-1_Example01"]);
    assert_eq!(scene.applied(&declared).await, Report { left_alone, unchanged: 3, ..Report::default() });
    assert_eq!(scene.scopes_of("stock").await, [""; 0]);
}

#[tokio::test]
async fn what_the_api_made_in_place_of_something_declared_is_never_touched() {
    let scene = Scene::new();
    scene.applied(WORLD).await;
    let (pool, server, reader) = (UserPoolId::from(POOL), "https://a.example/orders", ClientId::from(READER));
    scene.by_api(async |tx| clients::delete(tx, &caller(), &pool, &reader).await).await;
    scene.by_api(async |tx| resource_servers::delete(tx, &caller(), &pool, server).await).await;
    scene.server_by_api(server).await;
    let new = || NewClient {
        id: reader.clone(),
        name: "by the api".to_owned(),
        generated: None,
        supplied: None,
        settings: ClientSettings::default(),
        now: Timestamp::from_millis(0),
    };
    scene.by_api(async |tx| clients::create(tx, &caller(), &pool, &new(), 10).await.map(drop)).await;
    let left_alone = text(&[
        "resource server https://a.example/orders of us-east-1_Example01",
        "client reader of us-east-1_Example01",
    ]);
    for world in [WORLD.to_owned(), WORLD.replace("Write", "Change").replace("20 minutes", "30 minutes")] {
        let report = Report { left_alone: left_alone.clone(), unchanged: 1, ..Report::default() };
        assert_eq!(scene.applied(&world).await, report);
        assert_eq!(scene.scopes_of(server).await, [""; 0]);
        assert_eq!(scene.client(READER).await.unwrap().name, "by the api");
    }
}

#[tokio::test]
async fn a_client_that_was_made_anew_is_still_a_declared_one() {
    let scene = Scene::new();
    scene.applied(WORLD).await;
    let public = WORLD
        .replace("secret: secret_number_one_of_reader", "name: public")
        .replace("[client_credentials]", "[code]\n        callback_urls: [https://a.example/]");
    assert_eq!(scene.applied(&public).await.updated, ["client reader of us-east-1_Example01"]);
    assert_eq!(scene.applied(&public).await, Report { unchanged: 3, ..Report::default() });
}

#[tokio::test]
async fn a_pool_that_the_api_made_keeps_its_keys() {
    let scene = Scene::new();
    let new = || NewPool {
        id: UserPoolId::from(POOL),
        name: "by the api".to_owned(),
        settings: PoolSettings::default(),
        fixed: FixedPoolSettings::default(),
        options: PoolOptions::default(),
    };
    let quotas = Quotas::default();
    let now = Timestamp::from_millis(0);
    scene.by_api(async |tx| pools::create(tx, &caller(), new(), now, &quotas).await.map(drop)).await;
    let world = format!("pools: [{{ id: {POOL}, keys: {{ access: keys/demo-access.pem, id: keys/demo-id.pem }} }}]");
    let left_alone = text(&["user pool us-east-1_Example01", "keys of us-east-1_Example01"]);
    assert_eq!(scene.applied(&world).await, Report { left_alone, ..Report::default() });
    assert!(scene.database.get(&documents::pool_keys(&UserPoolId::from(POOL))).await.unwrap().is_none());
}

#[tokio::test]
async fn what_is_no_longer_declared_stays() {
    let scene = Scene::new();
    scene.applied(WORLD).await;
    assert_eq!(scene.applied("pools: []").await, Report::default());
    assert!(scene.client(READER).await.is_some());
}

#[tokio::test]
async fn an_id_that_another_account_holds_is_refused() {
    let scene = Scene::new();
    scene.applied(WORLD).await;
    let pool = WORLD.replace("    name: example", "    account: \"111122223333\"");
    assert_eq!(
        scene.apply(&pool).await.unwrap_err(),
        "pools[0].id: the pool `us-east-1_Example01` belongs to the account 000000000000 already"
    );
    let client = "pools: [{ id: us-east-1_Example02, account: '111122223333', clients: [{ id: reader }] }]";
    assert_eq!(
        scene.apply(client).await.unwrap_err(),
        "pools[0].clients[0].id: the client `reader` belongs to the pool us-east-1_Example01 already"
    );
}

#[tokio::test]
async fn a_world_that_cannot_be_changes_nothing() {
    let scene = Scene::new();
    let refused = scene.apply(&WORLD.replace("orders/read]", "orders/delete]")).await.unwrap_err();
    assert!(refused.starts_with("pools[0].clients[0]: "), "{refused}");
    assert_eq!(scene.database.get(&documents::user_pool(&UserPoolId::from(POOL))).await.unwrap(), None);
}

#[tokio::test]
async fn secrets_follow_their_declaration() {
    let scene = Scene::new();
    scene.applied(WORLD).await;
    let one = "secret: secret_number_one_of_reader";
    let declared = |secrets: &str| WORLD.replace(one, secrets);
    let (second, third) = ("secret_number_two_of_reader", "secret_number_three_of_reader");
    scene.applied(&declared(&format!("secrets: [secret_number_one_of_reader, {second}]"))).await;
    assert_eq!(scene.secrets().await, ["secret_number_one_of_reader", second]);
    scene.applied(&declared(&format!("secrets: [{second}, {third}]"))).await;
    assert_eq!(scene.secrets().await, [second, third]);
    scene.applied(WORLD).await;
    assert_eq!(scene.secrets().await, ["secret_number_one_of_reader"]);
    scene.applied(&declared("generate_secret: true")).await;
    assert_eq!(scene.secrets().await, ["secret_number_one_of_reader"]);
    scene
        .applied(
            &declared("name: public")
                .replace("[client_credentials]", "[code]\n        callback_urls: [https://a.example/]"),
        )
        .await;
    assert_eq!(scene.secrets().await, [""; 0]);
}

#[tokio::test]
async fn declared_keys_sign_and_the_ones_before_stay_published() {
    let scene = Scene::new();
    scene.applied(WORLD).await;
    let keys = |access: &str, id: &str| {
        let keys = format!("    keys: {{ access: keys/demo-{access}.pem, id: keys/demo-{id}.pem }}\n    clients:");
        WORLD.replace("    clients:", &keys)
    };
    scene.applied(&keys("access", "id")).await;
    let first = scene.keys().await;
    assert_eq!(first.iter().map(|(usage, _)| *usage).collect::<Vec<_>>(), [KeyUsage::Id, KeyUsage::Access]);
    assert_eq!(scene.applied(&keys("access", "id")).await.unchanged, 4);
    scene.applied(&keys("id", "access")).await;
    assert_eq!(scene.keys().await.len(), 4);
    let same = scene.apply(&keys("id", "id")).await.unwrap_err();
    assert_eq!(same, "pools[0].keys.access: the key is the one for ID tokens; each kind of token has its own");
    let refused = scene.apply(&keys("nowhere", "id")).await.unwrap_err();
    assert!(refused.starts_with("world.yaml:8: pools[0].keys.access: the key file"), "{refused}");
}

#[tokio::test]
async fn declarations_pass_the_tables_of_the_api() {
    let cases = [
        (
            "id: us-east-1_Example01",
            "id: nowhere",
            "pools[0]: 1 validation error detected: Value 'nowhere' at 'userPoolId'",
        ),
        ("secret_number_one_of_reader", "short", "pools[0].clients[0]: 1 validation error detected: "),
        ("20 minutes", "1 second", "pools[0].clients[0]: "),
        (
            "access_token_validity: 20 minutes",
            "settings: { AccessTokenValidty: 1 }",
            "pools[0].clients[0].settings.AccessTokenValidty: ",
        ),
        (
            "20 minutes",
            "20 minutes\n        settings: { AccessTokenValidity: 1 }",
            "pools[0].clients[0].settings.AccessTokenValidity: ",
        ),
        ("20 minutes", "20 minutes\n        generate_secret: true", "pools[0].clients[0]: a secret is either pinned"),
        (
            "name: example",
            "settings: { Policies: { PasswordPolicy: { Minimum: 1 } } }",
            "pools[0].settings.Policies.PasswordPolicy.Minimum: ",
        ),
        ("domain: example", "domain: aws", "pools[0].domain: "),
        ("{ read: Read, write: Write }", "{ 'a/b': x }", "pools[0].resource_servers[0]: 1 validation error detected"),
    ];
    for (before, after, beginning) in cases {
        let scene = Scene::new();
        assert!(WORLD.contains(before), "{before}");
        let refused = scene.apply(&WORLD.replace(before, after)).await.unwrap_err();
        assert!(refused.starts_with(beginning), "{refused}");
    }
}

/// A server of so many scopes and a client that may ask for as many.
fn many_scopes(of_server: usize, of_client: usize) -> String {
    let names =
        |count: usize, prefix: &str| (0..count).map(|name| format!("{prefix}s{name}")).collect::<Vec<_>>().join(", ");
    format!(
        "pools: [{{ id: {POOL}, resource_servers: [{{ identifier: big, scopes: [{}] }}],
           clients: [{{ id: c, allowed_scopes: [{}] }}] }}]",
        names(of_server, ""),
        names(of_client, "big/"),
    )
}

#[tokio::test]
async fn lifted_quotas_hold_for_declarations() {
    let mut scene = Scene::new();
    scene.terms.quotas = Quotas { scopes_per_resource_server: 150, scopes_per_client: 80, ..Quotas::default() };
    scene.applied(&many_scopes(150, 80)).await;
    assert_eq!(scene.scopes_of("big").await.len(), 150);
    assert_eq!(scene.client("c").await.unwrap().settings.allowed_scopes().len(), 80);
    let refused = Scene { terms: scene.terms, ..Scene::new() }.apply(&many_scopes(150, 81)).await.unwrap_err();
    assert!(refused.ends_with("Member must have length less than or equal to 80"), "{refused}");
}

#[tokio::test]
async fn a_long_refusal_keeps_its_beginning_and_its_end() {
    let refused = Scene::new().apply(&many_scopes(150, 1)).await.unwrap_err();
    assert!(refused.starts_with("pools[0].resource_servers[0]: 1 validation error detected: Value '["), "{refused}");
    assert!(refused.ends_with("Member must have length less than or equal to 100"), "{refused}");
    assert!(refused.chars().count() < 700, "{refused}");
}

#[tokio::test]
async fn a_world_that_contradicts_itself_is_refused() {
    let cases = [
        (
            "pools:\n- id: eu-west-1_b\n- id: eu-west-1_d\n- { name: x,\n    id: eu-west-1_b }",
            "world.yaml:5: pools[2].id: the pool `eu-west-1_b` is declared twice",
        ),
        (
            "pools:\n- { id: eu-west-1_b, clients: [{ id: x }] }\n- id: eu-west-1_d\n  clients:\n  - id: y\n  - id: x",
            "world.yaml:6: pools[1].clients[1].id: the client `x` is declared in the pool eu-west-1_b already",
        ),
        (
            "pools:\n- id: eu-west-1_b\n  resource_servers:\n  - { identifier: i }\n  - { identifier: i }",
            "world.yaml:5: pools[0].resource_servers[1].identifier: the resource server `i` is declared twice",
        ),
        (
            "pools:\n- id: eu-west-1_b\n  account: '1'",
            "world.yaml:3: pools[0].account: the account `1` is not 12 digits",
        ),
        ("pools:\n- id: a_b", "world.yaml:2: pools[0].id: the id `a_b` does not begin with a region and an underscore"),
        (
            "pools:\n- id: eu-west-1_b\n  account: 12345678901x",
            "world.yaml:3: pools[0].account: the account `12345678901x` is not 12 digits",
        ),
    ];
    for (text, expected) in cases {
        let scene = Scene::new();
        assert_eq!(scene.apply_from_file(text).await.unwrap_err(), expected);
        assert_eq!(scene.database.get(&documents::user_pool(&UserPoolId::from("a_b"))).await.unwrap(), None);
    }
}

#[tokio::test]
async fn what_was_fixed_at_creation_cannot_be_declared_otherwise() {
    let world = |settings: &str| format!("pools: [{{ id: {POOL}, settings: {{ {settings} }} }}]");
    let first = "AliasAttributes: [email, preferred_username], UsernameConfiguration: { CaseSensitive: false },
        Schema: [{ Name: email, Required: true }, { Name: team, AttributeDataType: String }]";
    let scene = Scene::new();
    scene.applied(&world(first)).await;
    let changes = [
        ("[email, preferred_username]", "[email]", "AliasAttributes"),
        ("AliasAttributes: [email, preferred_username]", "UsernameAttributes: [email]", "AliasAttributes"),
        ("CaseSensitive: false", "CaseSensitive: true", "UsernameConfiguration"),
        ("Required: true", "Required: false", "Schema"),
        ("{ Name: email, Required: true }, ", "", "Schema"),
        ("{ Name: email,", "{ Name: name, Required: true }, { Name: email,", "Schema"),
        ("AttributeDataType: String", "AttributeDataType: Number", "Schema"),
    ];
    for (before, after, member) in changes {
        let refused = scene.apply(&world(&first.replace(before, after))).await.unwrap_err();
        assert!(refused.starts_with(&format!("pools[0].settings.{member}: ")), "{refused}");
    }
    let same = first.replace("[email, preferred_username]", "[preferred_username, email, email]");
    assert_eq!(scene.applied(&world(&same)).await.updated.len(), 1);
    let names = async || {
        let schema = scene.pool().await.fixed.schema;
        schema.into_iter().map(|attribute| attribute.name.unwrap()).collect::<Vec<_>>()
    };
    let more = same.replace("Schema: [", "Schema: [{ Name: size, AttributeDataType: Number }, { Name: nickname }, ");
    assert_eq!(scene.applied(&world(&more)).await.updated.len(), 1);
    assert_eq!(names().await, ["email", "custom:team", "custom:size"]);
    scene.applied(&world(&same)).await;
    assert_eq!(names().await, ["email", "custom:team", "custom:size"]);
}

#[tokio::test]
async fn the_demo_world_can_be() {
    let scene = Scene::new();
    let report = apply(&scene.database, &demo::file().unwrap().world, &scene.terms).await.unwrap();
    assert_eq!(report.created.len(), 16);
    let changed = apply(&scene.database, &demo::file().unwrap().world, &scene.terms).await.unwrap();
    assert_eq!(changed, Report { unchanged: 16, ..Report::default() });
}
