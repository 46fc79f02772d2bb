//! Another issuer: a server of two documents, which answers as it is told and counts.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::domain::key::{KeyOrigin, KeyUsage, StoredKey};
use crate::domain::time::Timestamp;
use crate::keys::rsa::KeyPair;
use crate::keys::{SigningKey, published};

/// What the server says when it is asked for a document.
#[derive(Clone)]
pub(super) enum Reply {
    /// 200 and this body.
    Document(String),
    /// These bytes.
    Raw(String),
    /// It says nothing and keeps the connection.
    Silence,
}

pub(super) struct Theirs {
    pub(super) url: String,
    said: Arc<Mutex<[Reply; 2]>>,
    asked: Arc<Mutex<Vec<String>>>,
    /// As many answers as it has permits.
    pub(super) gate: Arc<Semaphore>,
}

impl Theirs {
    /// One that publishes these keys.
    pub(super) async fn publishing(keys: &[&StoredKey]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let discovery = json!({ "issuer": url, "jwks_uri": format!("{url}/keys") });
        let said = Arc::new(Mutex::new([Reply::Document(discovery.to_string()), Reply::Document(jwks(keys))]));
        let (asked, gate) = (Arc::default(), Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)));
        let theirs = Self { url, said, asked, gate };
        let (said, asked, gate) = (Arc::clone(&theirs.said), Arc::clone(&theirs.asked), Arc::clone(&theirs.gate));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&said), Arc::clone(&asked), Arc::clone(&gate)));
            }
        });
        theirs
    }

    pub(super) fn discovers(&self, reply: Reply) {
        self.said.lock().unwrap()[0] = reply;
    }

    pub(super) fn publishes(&self, reply: Reply) {
        self.said.lock().unwrap()[1] = reply;
    }

    /// The paths that were asked for.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    said: Arc<Mutex<[Reply; 2]>>,
    asked: Arc<Mutex<Vec<String>>>,
    gate: Arc<Semaphore>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let path = String::from_utf8(head).unwrap().split(' ').nth(1).unwrap().to_owned();
    let reply = said.lock().unwrap()[usize::from(path == "/keys")].clone();
    asked.lock().unwrap().push(path);
    gate.acquire().await.unwrap().forget();
    let bytes = match reply {
        Reply::Document(body) => format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()),
        Reply::Raw(bytes) => bytes,
        Reply::Silence => return std::future::pending().await,
    };
    // Who asked may have read enough.
    let _gone = stream.write_all(bytes.as_bytes()).await;
}

/// The two key pairs that everybody has.
pub(super) fn pairs() -> [StoredKey; 2] {
    [published::DEMO_ACCESS, published::DEMO_ID].map(|pem| {
        let pair = KeyPair::from_pem(pem).unwrap();
        pair.stored(KeyUsage::Access, KeyOrigin::Declared, Timestamp::from_millis(0)).unwrap()
    })
}

pub(super) fn jwks(keys: &[&StoredKey]) -> String {
    let key = |key: &&StoredKey| json!({ "kty": "RSA", "kid": key.kid, "use": "sig", "n": key.n, "e": key.e });
    json!({ "keys": keys.iter().map(key).collect::<Vec<Value>>() }).to_string()
}

/// A token of this issuer, signed by this key.
pub(super) fn token(key: &StoredKey, issuer: &str) -> String {
    let claims = json!({ "iss": issuer, "sub": "somebody", "exp": 4_102_444_800_i64 }).to_string();
    SigningKey::parse(key).unwrap().sign(claims.as_bytes()).unwrap()
}
