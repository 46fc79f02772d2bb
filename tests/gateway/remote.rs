//! What is reached over the network: an issuer that is no pool of the server, and an upstream behind TLS.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, mpsc};
use std::thread;

use poolpass::domain::key::{KeyOrigin, KeyUsage, StoredKey};
use poolpass::domain::time::Timestamp;
use poolpass::effects::{Clock as _, SystemClock};
use poolpass::keys::rsa::KeyPair;
use poolpass::keys::{SigningKey, published};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};
use serde_json::{Value, json};

use crate::upstream::{HANG, Upstream, read};
use crate::world::{World, program};

fn key(pem: &str) -> StoredKey {
    let pair = KeyPair::from_pem(pem).expect("a key pair");
    pair.stored(KeyUsage::Access, KeyOrigin::Declared, Timestamp::from_millis(0)).expect("a key pair")
}

/// An issuer that publishes the key of everybody's for access tokens, and says what it is asked for.
fn issuer() -> Upstream<String> {
    Upstream::holding(|number, stream, tell| {
        let origin = format!("http://{}", stream.local_addr().expect("it is connected"));
        let mut stream = BufReader::new(stream);
        let Some(seen) = read(number, &mut stream) else { return };
        let key = key(published::DEMO_ACCESS);
        let body = if seen.line.contains("/keys") {
            json!({ "keys": [{ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": key.kid, "n": key.n, "e": key.e }] })
        } else {
            json!({ "issuer": origin, "jwks_uri": format!("{origin}/keys") })
        }
        .to_string();
        tell(seen.line);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        let _gone = stream.get_mut().write_all((head + &body).as_bytes());
    })
}

/// A token of this issuer, signed by this key.
fn token(issuer: &str, key: &StoredKey, scope: &str) -> String {
    let now = SystemClock.now().seconds();
    let claims: Value = json!({
        "iss": issuer, "sub": "ada", "client_id": "app", "scope": scope, "iat": now, "exp": now + 3600, "jti": "1",
    });
    SigningKey::parse(key).expect("a key").sign(claims.to_string().as_bytes()).expect("a signature")
}

#[test]
fn a_gateway_alone_asks_an_issuer_for_its_keys_once() {
    let (issuer, upstream) = (issuer(), Upstream::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
    let url = format!("http://127.0.0.1:{}", issuer.port);
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(
        &folder,
        &format!(
            "
gateways:
  - name: orders
    dialect: http-api
    upstream: http://127.0.0.1:{}
    authorizers: {{ theirs: {{ issuers: ['{url}'], audiences: [app] }} }}
    default_authorizer: theirs
    routes: [{{ route: 'GET /orders/{{id}}', scopes: [orders/read] }}]
",
            upstream.port
        ),
    );
    command.args(["gateway", "--config", "poolpass.yaml", "--gateway-listen", "127.0.0.1:0", "--ready-json"]);
    let alone = World::of(&mut command, Some(folder));
    let asked = |token: &str| {
        let answer = alone.get(&alone.url("orders", "/orders/1"), token);
        (answer.status, answer.header("www-authenticate").map(str::to_owned))
    };
    let challenge = |why: &str| Some(format!("Bearer scope=\"orders/read\" error={why}"));
    let invalid = |why: &str| challenge(&format!("\"invalid_token\" error_description=\"{why}\""));
    let (ours, other) = (key(published::DEMO_ACCESS), key(published::DEMO_ID));

    // Nobody is asked about a token that says it is somebody else's.
    assert_eq!(asked(&token("https://issuer.example", &ours, "orders/read")), (401, invalid("invalid issuer")));
    assert_eq!(asked(&token(&url, &ours, "orders/read")), (200, None));
    assert_eq!(issuer.next(), "GET /.well-known/openid-configuration HTTP/1.1");
    assert_eq!(issuer.next(), "GET /keys HTTP/1.1");
    assert_eq!(upstream.next().line, "GET /orders/1 HTTP/1.1");

    assert_eq!(asked(&token(&url, &ours, "orders/write")), (403, challenge("\"insufficient_scope\"")));
    let forged = StoredKey { kid: ours.kid.clone(), ..other.clone() };
    assert_eq!(asked(&token(&url, &forged, "orders/read")), (401, invalid("signature is invalid")));
    assert_eq!(asked(&token(&url, &other, "orders/read")), (401, invalid("unable to find a key of this kid")));
    assert_eq!(asked(&token(&url, &ours, "orders/read x/y")), (200, None));
    assert_eq!(upstream.next().line, "GET /orders/1 HTTP/1.1", "what was refused never came here");
}

const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls/certificate.pem");
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls/key.pem");

/// An upstream behind TLS: its port, and what it was sent.
fn behind_tls() -> (u16, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("TLS");
    let certificate = CertificateDer::from_pem_file(CERTIFICATE).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(KEY).expect("its key");
    let config = builder.with_no_client_auth().with_single_cert(vec![certificate], key).expect("a pair");
    let (config, (tell, seen)) = (Arc::new(config), mpsc::channel());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).expect("a connection");
            let mut stream = BufReader::new(rustls::StreamOwned::new(connection, stream.expect("a connection")));
            let (mut head, mut line) = (String::new(), String::new());
            // Who does not trust the certificate is gone.
            while stream.read_line(&mut line).is_ok_and(|read| read > 0) && line != "\r\n" {
                head += &std::mem::take(&mut line);
            }
            if line == "\r\n" {
                let _nobody = tell.send(head);
                let _gone = stream.get_mut().write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok");
            }
        }
    });
    (port, seen)
}

#[test]
fn an_upstream_behind_tls_is_believed_where_its_certificate_is_trusted() {
    let (port, seen) = behind_tls();
    let world = |host: &str, trusted: bool| {
        let folder = tempfile::tempdir().unwrap();
        let gateway = format!(
            "gateways: [{{ name: api, dialect: http-api, upstream: 'https://{host}:{port}/base', routes: [{{ route: \
             'ANY /{{proxy+}}', authorizer: none }}] }}]\n"
        );
        let mut command = program(&folder, &gateway);
        if trusted {
            command.env("SSL_CERT_FILE", CERTIFICATE);
        }
        command.args(["gateway", "--config", "poolpass.yaml", "--gateway-listen", "127.0.0.1:0", "--ready-json"]);
        World::of(&mut command, Some(folder))
    };
    let ask = |world: World| world.ask("GET", &world.url("api", "/a"), &[]);
    let answer = ask(world("127.0.0.1", true));
    assert_eq!((answer.status, answer.body.as_str()), (201, "ok"), "{answer:?}");
    let head = seen.recv_timeout(HANG).expect("a request");
    assert!(head.starts_with("GET /base/a HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("x-forwarded-proto: http\r\n"), "{head}");
    // A certificate that nobody vouches for, and one of another name.
    for (host, trusted) in [("127.0.0.1", false), ("localhost", true)] {
        let refused = ask(world(host, trusted));
        assert_eq!((refused.status, refused.body.as_str()), (503, "{\"message\":\"Service Unavailable\"}"), "{host}");
    }
    assert!(seen.try_recv().is_err(), "nothing is sent to who is not believed");
}
