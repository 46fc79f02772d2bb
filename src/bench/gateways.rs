//! What the test bench asks gateways, which are a surface of their own: the composition root ties the two together.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

use crate::explain::{Comparison, Explanation, Kept};
use crate::guard::body;

use super::{Bench, MAX_BODY, answer};

/// Something that is waited for.
pub type Waiting<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// The gateways of this server.
pub trait Explaining: Send + Sync {
    /// A kept passage, explained with what is known now.
    fn explained<'a>(&'a self, kept: &'a Kept) -> Waiting<'a, Explanation>;
    /// What would be answered; or a word on why nobody can say.
    fn dry_run<'a>(&'a self, asked: &'a RouteDryRun) -> Waiting<'a, Result<Told, String>>;
}

/// What is asked. It has no `Debug`: there is a token in it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteDryRun {
    /// The method and the path, such as `GET /orders`: within the gateway, or with what its paths begin with.
    pub route: String,
    /// The token; with a scheme before it, it is presented as it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Which gateway; needless where there is one only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// Whether to answer in every dialect.
    #[serde(default)]
    pub all_dialects: bool,
}

/// What would be answered.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Told {
    /// By the gateway.
    One(Box<Explanation>),
    /// By each dialect.
    All(Comparison),
}

impl Bench {
    /// What was kept, explained with all that is known.
    pub(super) async fn explained(&self, kept: &Arc<Kept>) -> Explanation {
        match &self.gateways {
            Some(gateways) => gateways.explained(kept).await,
            None => Explanation::of_kept(kept),
        }
    }
}

/// Handles `POST /_poolpass/explain/route`.
pub(super) async fn dry_run(bench: Data<Bench>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let body = match body::read(&request, payload, MAX_BODY, body::PATIENCE).await {
        Ok(body) => body,
        Err(unread) => return answer::unread(unread),
    };
    let asked: RouteDryRun = match serde_json::from_slice(&body) {
        Ok(asked) => asked,
        Err(error) => {
            let form = "{\"route\", \"token\"?, \"gateway\"?, \"all_dialects\"?}";
            return answer::bad_request(&format!("the body is {form}: {error}"));
        }
    };
    let Some(gateways) = &bench.gateways else {
        return answer::error(StatusCode::NOT_FOUND, "not_found", "this server has no gateway");
    };
    match gateways.dry_run(&asked).await {
        Ok(told) => answer::ok(&told),
        Err(problem) => answer::bad_request(&problem),
    }
}
