//! A refusal that says why: in a header for programs, as a page for people. Both only where the configuration wants it.

use std::sync::LazyLock;

use actix_web::body::BoxBody;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::explain::json::Told;
use crate::explain::text;
use crate::explain::{Explanation, Passage, Verdict};

use super::Gateways;
use super::coming::Coming;

/// The header that says why.
const HEADER: HeaderName = HeaderName::from_static("x-poolpass-explain");

/// The most bytes of that header.
const LONGEST: usize = 1_024;

/// Where a refusal says why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Showing {
    /// In the header `X-Poolpass-Explain`.
    pub header: bool,
    /// On a page, for whoever accepts HTML.
    pub page: bool,
}

impl Showing {
    /// Whether a request that came to this is shown. The answer of an upstream keeps its body.
    pub(super) fn wants(self, verdict: Verdict) -> bool {
        match verdict {
            Verdict::Refused => self.header || self.page,
            Verdict::Observed { .. } => self.header,
            Verdict::Allowed | Verdict::Failed(_) => false,
        }
    }
}

/// The answer, with what is to be shown.
pub(super) async fn tell(
    gateways: &Gateways,
    coming: &Coming<'_>,
    passage: &Passage,
    mut answer: HttpResponse,
) -> HttpResponse {
    let explanation = gateways.explained(passage).await;
    let showing = coming.gateway.showing;
    if showing.header
        && let Ok(value) = HeaderValue::from_str(&line(&explanation))
    {
        answer.headers_mut().insert(HEADER, value);
    }
    if showing.page && passage.verdict == Verdict::Refused {
        answer.headers_mut().append(header::VARY, HeaderValue::from_static("Accept"));
        if accepts_html(coming.request) {
            return page(&explanation, answer);
        }
    }
    answer
}

/// `rule; cause; what to do`, in printable ASCII.
fn line(explanation: &Explanation) -> String {
    let rule = match &explanation.answer {
        Told::Passed(passed) => passed.rule.as_deref(),
        Told::Granted { .. } | Told::Challenged { .. } | Told::Refused { .. } => None,
    };
    let parts: Vec<&str> =
        rule.into_iter().chain([explanation.cause.as_str()]).chain(explanation.change.as_deref()).collect();
    let plain = |one: char| if matches!(one, ' '..='~') { one } else { '?' };
    parts.join("; ").chars().map(plain).take(LONGEST).collect()
}

/// Whether the request names HTML among what it takes: browsers do, programs take anything or JSON.
fn accepts_html(request: &HttpRequest) -> bool {
    let values = request.headers().get_all(header::ACCEPT).filter_map(|value| value.to_str().ok());
    let mut ranges = values.flat_map(|value| value.split(','));
    ranges.any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let html = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("text/html"));
        let weight = |part: &str| part.strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        html && parts.find_map(weight).is_none_or(|weight| weight > 0.0)
    })
}

/// The page about a refusal. Askama escapes whatever is not marked as safe, and only the stylesheet is.
#[derive(Template)]
#[template(path = "refused.html")]
struct RefusedPage<'a> {
    style: &'static str,
    heading: String,
    explanation: &'a Explanation,
    facts: Vec<(&'static str, &'a str)>,
    steps: Vec<StepRow<'a>>,
}

struct StepRow<'a> {
    outcome: &'a str,
    rule: &'a str,
    evidence: String,
}

const STYLE: &str = include_str!("../../templates/poolpass.css");

/// The page loads nothing and sends nothing; its only style is the one whose digest this is.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let digest = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

/// The answer with the page in place of its body; status and headers stay, but for those that describe the body.
fn page(explanation: &Explanation, answer: HttpResponse) -> HttpResponse {
    let facts = [
        ("Gateway", &explanation.gateway),
        ("Request", &explanation.request),
        ("Route", &explanation.route),
        ("Client", &explanation.client_id),
        ("User", &explanation.user),
    ];
    let page = RefusedPage {
        style: STYLE,
        heading: format!("Refused with {}", answer.status().as_u16()),
        explanation,
        facts: facts.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))).collect(),
        steps: explanation
            .steps
            .iter()
            .map(|step| StepRow { outcome: &step.outcome, rule: &step.rule, evidence: text::evidence(step) })
            .collect(),
    };
    match page.render() {
        Ok(html) => {
            let mut answer = answer.set_body(BoxBody::new(html));
            describe(answer.headers_mut());
            answer
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            answer
        }
    }
}

fn describe(headers: &mut HeaderMap) {
    headers.remove(header::CONTENT_ENCODING);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if let Ok(policy) = HeaderValue::from_str(&POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_page_is_for_whoever_names_html() {
        let accepts =
            |value: &str| accepts_html(&TestRequest::default().insert_header(("Accept", value)).to_http_request());
        for value in ["text/html", "application/xml;q=0.9, Text/HTML ;q=0.1", "text/html;level=1;q=1.0"] {
            assert!(accepts(value), "{value}");
        }
        for value in ["", "*/*", "application/json", "text/html;q=0", "text/html; q=0.0", "text/htmlx", "text/*"] {
            assert!(!accepts(value), "{value}");
        }
    }
}
