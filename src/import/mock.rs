//! The mock integration of an `OPTIONS` method: what a REST API answers to preflights by itself.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html>

use super::document::Node;
use super::reading::Reading;
use super::{Severity, api};
use crate::domain::gateway::route::Canned;

/// The answer of a method's integration, if it is a mock for preflights. Of every other one it is said that it is not used.
pub(super) fn answer(method: &str, integration: Option<&Node>, reading: &Reading<'_>) -> Option<Canned> {
    let integration = reading.chosen(integration?)?;
    let kind = api::field(integration, "type", reading).map(|kind| reading.text(kind).value);
    let mocks = method == "OPTIONS" && kind.is_some_and(|kind| kind.eq_ignore_ascii_case("mock"));
    let answer = response(integration, reading).filter(|_| mocks).map(|response| canned(response, reading));
    if answer.is_none() {
        api::note_integrations(reading);
    }
    answer
}

/// The response that counts where no pattern is asked for: the one called `default` or without a pattern, else the first.
fn response<'n>(integration: &'n Node, reading: &Reading<'_>) -> Option<&'n Node> {
    let named = api::field(integration, "responses", reading).map(Node::entries).unwrap_or_default();
    let listed = api::field(integration, "IntegrationResponses", reading).map(Node::items).unwrap_or_default();
    let default = named.iter().find(|entry| entry.key == "default").or(named.first()).map(|entry| &entry.node);
    let unasked = |item: &&Node| api::field(item, "SelectionPattern", reading).is_none();
    let found = default.or_else(|| listed.iter().find(unasked).or(listed.first()));
    found.and_then(|node| reading.chosen(node))
}

fn canned(response: &Node, reading: &Reading<'_>) -> Canned {
    let field = |name: &str| api::field(response, name, reading);
    let status = field("statusCode").and_then(|code| reading.number::<u16>(code));
    let parameters = field("responseParameters");
    let headers = parameters.map(|node| api::headers(node, "method.response.header.", reading)).unwrap_or_default();
    let template = field("responseTemplates").and_then(|templates| templates.get("application/json"));
    let body = template.and_then(|node| fixed(node, reading)).unwrap_or_default();
    let mut all = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    all.extend(headers);
    Canned { status: status.filter(|code| (200..600).contains(code)).unwrap_or(200), headers: all, body, always: true }
}

/// A template that says the same each time.
fn fixed(template: &Node, reading: &Reading<'_>) -> Option<String> {
    let text = reading.text(template);
    let known = text.as_known().filter(|text| !text.contains(['$', '#']));
    if known.is_none() {
        let told = "the template of a mock response is not a fixed text: its body is left out";
        reading.note(template.line, Severity::Warning, told);
    }
    known.map(str::to_owned)
}
