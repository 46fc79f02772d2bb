//! The least that a server in Rust has to do for a token: the yardstick.
//!
//! `bare-inline` signs on the event loop, `bare-pooled` on threads beside it, `bare-start` loads one key from a file
//! and signs: the floor of a cold start.

use std::sync::Arc;

use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer};
use poolpass::domain::key::{KeyOrigin, KeyUsage, StoredKey};
use poolpass::domain::time::Timestamp;
use poolpass::keys::rsa::KeyPair;
use poolpass::keys::{Signer, SigningKey, Unsigned, published};

/// The stored form of the demo key.
pub(crate) fn stored_key() -> StoredKey {
    let pair = KeyPair::from_pem(published::DEMO_ACCESS).expect("the demo key is a key");
    pair.stored(KeyUsage::Access, KeyOrigin::Declared, Timestamp::from_millis(0)).expect("it has a stored form")
}

/// Claims of the usual size.
pub(crate) const CLAIMS: &[u8] = br#"{"sub":"1h57kf5cpq17m0eml12EXAMPLE","token_use":"access","scope":"https://api.example.com/orders/read","auth_time":1700000000,"iss":"http://localhost:7665/us-east-1_Example01","exp":1700003600,"iat":1700000000,"version":2,"jti":"00000000-0000-4000-8000-000000000000","client_id":"1h57kf5cpq17m0eml12EXAMPLE"}"#;

#[derive(Clone)]
struct Bare {
    key: Arc<SigningKey>,
    signer: Option<Signer>,
}

/// Serves in this role until killed.
pub(crate) fn serve(role: &str) {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let key = match role {
        "bare-start" => read_key(),
        _ => stored_key(),
    };
    let signer = (role == "bare-pooled").then(|| Signer::start(cores).expect("threads start"));
    let bare = Bare { key: Arc::new(SigningKey::parse(&key).expect("the key is good")), signer };
    let server = HttpServer::new(move || {
        App::new().app_data(Data::new(bare.clone())).route("/oauth2/token", web::post().to(token))
    });
    let server = server.workers(cores).bind(("127.0.0.1", 0)).expect("a free port");
    let port = server.addrs().first().expect("it is bound").port();
    actix_web::rt::System::new()
        .block_on(async move {
            let running = server.run();
            crate::say(&format!("{{\"port\":{port}}}"));
            running.await
        })
        .expect("it serves");
}

/// Where `bare-start` finds its key: written by the benchmark beforehand.
pub(crate) fn key_file() -> std::path::PathBuf {
    std::env::temp_dir().join("poolpass-bench-key.json")
}

fn read_key() -> StoredKey {
    let document = std::fs::read(key_file()).expect("the benchmark wrote the key");
    serde_json::from_slice(&document).expect("it is the stored form of a key")
}

async fn token(bare: Data<Bare>, form: Bytes) -> HttpResponse {
    let machine =
        url::form_urlencoded::parse(&form).any(|(name, value)| name == "grant_type" && value == "client_credentials");
    if !machine {
        return HttpResponse::BadRequest().finish();
    }
    let token = match &bare.signer {
        Some(signer) => signer.sign(Unsigned::new(&bare.key, CLAIMS.to_vec())).await,
        None => bare.key.sign(CLAIMS),
    };
    let body =
        format!(r#"{{"access_token":"{}","expires_in":3600,"token_type":"Bearer"}}"#, token.expect("the key signs"));
    HttpResponse::Ok().content_type("application/json").body(body)
}
