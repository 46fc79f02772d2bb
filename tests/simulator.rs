//! The simulator, as a test of somebody's own uses it.

use std::net::TcpStream;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolpass::Simulator;
use poolpass::domain::pool::{IssuerMode, PoolChoices};
use poolpass::domain::time::Timestamp;
use poolpass::effects::{ManualClock, SeededRandom};
use serde_json::{Value, json};

const SHOP: &str = "4demo0shop0000000000000000";
const SHOP_SECRET: &str = "1demo0shop0secret00000000000000000000000000000000000";
const DEMO_POOL: &str = "us-east-1_Demo00001";

fn token(url: &str) -> String {
    let form = [("grant_type", "client_credentials"), ("client_id", SHOP), ("client_secret", SHOP_SECRET)];
    let mut answer = ureq::post(url).send_form(form).expect("a token");
    let body: Value = answer.body_mut().read_json().expect("JSON");
    body.get("access_token").and_then(Value::as_str).expect("an access token").to_owned()
}

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok()).expect("base64url");
    serde_json::from_slice(&part).expect("claims")
}

#[tokio::test]
async fn it_works_on_a_runtime_with_one_thread() {
    let poolpass = Simulator::builder().demo().start().await.unwrap();
    let url = poolpass.token_url(SHOP).await.unwrap();
    let claims = claims(&token(&url));
    assert_eq!(claims["iss"], json!(poolpass.issuer(DEMO_POOL).await.unwrap()));
    assert_eq!(url, format!("{}/{DEMO_POOL}/oauth2/token", poolpass.endpoint()));
    assert_eq!((poolpass.token_url("nobody").await, poolpass.issuer("us-east-1_Nowhere").await), (None, None));
}

#[tokio::test]
async fn it_stops_when_it_is_dropped() {
    let poolpass = Simulator::builder().start().await.unwrap();
    let address = poolpass.endpoint().trim_start_matches("http://").to_owned();
    assert!(TcpStream::connect(&address).is_ok());
    drop(poolpass);
    assert!(TcpStream::connect(&address).is_err());
}

#[tokio::test]
async fn the_same_clock_and_randomness_make_the_same_token() {
    let made = async || {
        let poolpass = Simulator::builder()
            .demo()
            .clock(Arc::new(ManualClock::at(Timestamp::from_millis(1_700_000_000_000))))
            .random(Arc::new(SeededRandom::new(7)))
            .choices(PoolChoices { issuer: IssuerMode::Aws, ..PoolChoices::default() })
            .start()
            .await
            .unwrap();
        token(&poolpass.token_url(SHOP).await.unwrap())
    };
    let first = made().await;
    let claims = claims(&first);
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(1_700_000_000), &json!(1_700_003_600)));
    assert_eq!(claims["iss"], json!(format!("https://cognito-idp.us-east-1.amazonaws.com/{DEMO_POOL}")));
    assert_eq!(made().await, first);
}

#[tokio::test]
async fn a_configuration_that_cannot_be_is_refused() {
    let refused = Simulator::builder().config("pools:\n  - id: nowhere\n").start().await.err().unwrap();
    assert!(refused.to_string().starts_with("simulator.yaml:2: pools[0]: "), "{refused}");
    let refused = Simulator::builder().config("server: { issuer: base-url }").start().await.err().unwrap();
    let message = "simulator.yaml:1: server.issuer: the issuer mode `base-url` needs a base URL";
    assert!(refused.to_string().starts_with(message), "{refused}");
}
