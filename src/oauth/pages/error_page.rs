//! `/error`: what went wrong with a request that no callback may hear of.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::effects::random;
use crate::explain::{Explanation, Recorder};
use crate::oauth::authorize::TRACE;
use crate::oauth::fields::Fields;
use crate::oauth::{OAuth, cookies};

use super::frame::{Frame, MessagePage, show};

/// Handles `GET /error`.
pub(in crate::oauth) async fn handle(oauth: Data<OAuth>, request: HttpRequest) -> HttpResponse {
    page(&oauth, &request, (&Fields::parse(request.query_string().as_bytes()), None))
}

/// The page about a request with this query, and perhaps with this id: unless the browser was sent on by another one.
// COGNITO: the sentence and the status (measured); the reason and the trace are ours.
pub(in crate::oauth) fn page(
    oauth: &OAuth,
    request: &HttpRequest,
    (fields, own): (&Fields, Option<&str>),
) -> HttpResponse {
    let sent_on = cookies::named(request, TRACE).find(|id| uuid::Uuid::try_parse(id).is_ok());
    let id = sent_on.or(own).map(str::to_owned);
    let mut details = Vec::new();
    if let Some(text) = missing(fields) {
        details.push(("Reason", text));
    }
    details.extend(id.as_deref().and_then(|id| cause(&oauth.recorder, id)).map(|cause| ("Cause", cause)));
    details.extend(fields.get("error").map(|error| ("Error", error.to_owned())));
    details.extend(fields.get("client_id").map(|client| ("Client", client.to_owned())));
    details.extend(id.as_ref().map(|id| ("Explain", format!("poolpass explain {id}"))));
    let id = id.unwrap_or_else(|| random::uuid(&*oauth.tokens.effects.random));
    let page = MessagePage {
        frame: Frame { id: id.clone(), ..Frame::default() },
        heading: "This sign-in cannot go on",
        lead: "An error was encountered with the requested page.".to_owned(),
        details,
        links: Vec::new(),
    };
    show(StatusCode::BAD_REQUEST, &id, &page, &[])
}

/// The first required parameter that the query lacks, where the query is that of the request.
fn missing(fields: &Fields) -> Option<String> {
    if fields.raw("error").is_some() {
        return None;
    }
    let required = ["client_id", "response_type", "redirect_uri"];
    let name = required.iter().find(|name| fields.get(name).is_none())?;
    Some(format!("Required String parameter '{name}' is not present"))
}

fn cause(recorder: &Recorder, id: &str) -> Option<String> {
    recorder.find(id).map(|record| Explanation::of_kept(&record).cause)
}
