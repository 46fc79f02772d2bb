//! What is kept of a request, for whoever asks why.

use std::sync::Arc;

use actix_web::HttpResponse;

use crate::domain::gateway::table::Matched;
use crate::domain::id::RequestId;
use crate::domain::rules::enforce::{Steps, Verified};
use crate::domain::trace::Cut;
use crate::explain::{Passage, Verdict};

use super::coming::Coming;
use super::{Gateways, show};

/// What became of a request.
pub(super) struct Became<'a> {
    /// The route, if one was found.
    pub(super) matched: Option<Matched<'a>>,
    /// The token, once its issuer has vouched for it.
    pub(super) token: Option<Arc<Verified>>,
    /// What it came to.
    pub(super) verdict: Verdict,
    /// What failed, if that is known.
    pub(super) why: Option<Cut>,
    /// The steps.
    pub(super) trace: Steps,
}

impl Became<'_> {
    /// No more than this.
    pub(super) fn only(verdict: Verdict, trace: Steps) -> Self {
        Self { matched: None, token: None, verdict, why: None, trace }
    }
}

impl Coming<'_> {
    /// Keeps what became of the request, and lets the answer say it, as far as that is wanted.
    pub(super) async fn keep(&self, gateways: &Gateways, became: Became<'_>, answer: HttpResponse) -> HttpResponse {
        let shows = self.gateway.showing.wants(became.verdict);
        if !gateways.recorder.keeps() && !shows {
            return answer;
        }
        let passage = self.passage(gateways, became, answer.status().as_u16());
        let answer = if shows { Box::pin(show::tell(gateways, self, &passage, answer)).await } else { answer };
        gateways.recorder.pass(passage);
        answer
    }

    fn passage(&self, gateways: &Gateways, became: Became<'_>, status: u16) -> Passage {
        let gateway = self.gateway;
        Passage {
            id: RequestId::from(self.id),
            at: gateways.verifier.now(),
            gateway: Arc::clone(&gateway.name),
            dialect: gateway.dialect,
            mode: gateway.mode.name(),
            request: Passage::request(self.method, self.path),
            route: became.matched.map(|matched| Arc::clone(matched.route)),
            token: became.token,
            verdict: became.verdict,
            why: became.why,
            status,
            trace: became.trace,
        }
    }
}
