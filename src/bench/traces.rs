//! `GET /_poolpass/traces` and `/_poolpass/traces/{id}`: the decisions that were kept.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{Error, HttpResponse};
use serde::{Deserialize, Serialize};

use crate::explain::Explanation;

use super::{Bench, answer};

/// How many are shown unless the caller says.
const USUAL: usize = 50;
/// How many are shown at most.
const MOST: usize = 1_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Window {
    limit: Option<usize>,
}

#[derive(Serialize)]
struct Traces {
    traces: Vec<Explanation>,
}

/// The latest, newest first.
pub(super) async fn latest(bench: Data<Bench>, window: Result<Query<Window>, Error>) -> HttpResponse {
    let limit = match window {
        Ok(window) => window.limit.unwrap_or(USUAL),
        Err(_) => return answer::bad_request("the only parameter is `limit`, a whole number"),
    };
    let records = bench.recorder.latest(limit.min(MOST));
    let mut traces = Vec::with_capacity(records.len());
    for kept in &records {
        traces.push(bench.explained(kept).await);
    }
    answer::ok(&Traces { traces })
}

/// The one of a request, by the id that its response carried.
pub(super) async fn one(bench: Data<Bench>, id: Path<String>) -> HttpResponse {
    if let Some(kept) = bench.recorder.find(&id) {
        return answer::ok(&bench.explained(&kept).await);
    }
    let message = format!(
        "no trace of `{id}` is kept: it never was one, it made room for newer ones, or traces are switched off"
    );
    answer::error(StatusCode::NOT_FOUND, "not_found", &message)
}
