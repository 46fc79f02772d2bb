//! A token request, understood once: parameters, credentials and how they relate.

use crate::domain::rules::authenticate_client::Presented;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::trace::{Cut, Evidence, Refused, Trace};
use crate::explain::Record;

use super::basic::{self, Basic};
use super::form::{Form, FormError};

/// What a request presents, before anybody has judged it.
#[derive(Default)]
pub(in crate::oauth) struct TokenRequest {
    pub(in crate::oauth) form: Form,
    pub(in crate::oauth) basic: Option<Basic>,
}

impl TokenRequest {
    /// Reads query and body.
    pub(in crate::oauth) fn parse(
        query: &[u8],
        body: &[u8],
        trace: &mut Trace<IssueRule>,
    ) -> Result<Self, Refused<IssueRule>> {
        Self::of(Form::parse(query, body), trace)
    }

    /// Takes a form that was read, or refuses what could not be read.
    pub(in crate::oauth) fn of(
        form: Result<Form, FormError>,
        trace: &mut Trace<IssueRule>,
    ) -> Result<Self, Refused<IssueRule>> {
        let form = form.or_else(|error| {
            let (rule, parameter) = match error {
                FormError::Repeated(parameter) => (IssueRule::ParameterGivenOnce, parameter),
                FormError::NotText(parameter) => (IssueRule::RequestIsWellFormed, parameter),
            };
            trace.require(rule, false, Evidence::Remark(parameter)).map(|()| Form::default())
        })?;
        Ok(Self { form, basic: None })
    }

    /// Reads the `Authorization` header.
    pub(in crate::oauth) fn read_credentials(
        &mut self,
        authorization: Option<&[u8]>,
        trace: &mut Trace<IssueRule>,
    ) -> Result<(), Refused<IssueRule>> {
        let basic = authorization.map(basic::parse).transpose().or_else(|basic::Unreadable| {
            trace.require(IssueRule::CredentialsReadable, false, Evidence::Remark("Authorization")).map(|()| None)
        })?;
        self.basic = basic.flatten();
        Ok(())
    }

    /// The client that the request names; the header's goes first.
    pub(in crate::oauth) fn client_id(&self, trace: &mut Trace<IssueRule>) -> Result<&str, Refused<IssueRule>> {
        let in_form = self.form.get("client_id");
        let Some(basic) = &self.basic else {
            trace.require(IssueRule::ClientNamed, in_form.is_some(), Evidence::Nothing)?;
            return Ok(in_form.unwrap_or_default());
        };
        if let Some(id) = in_form.filter(|id| **id != *basic.client_id) {
            // Nobody has looked yet whether either is an id at all.
            let evidence = Evidence::Hinted { parameter: "client_id", value: Cut::hint(id), slip: None };
            trace.require(IssueRule::CredentialsAgree, false, evidence)?;
        }
        Ok(&basic.client_id)
    }

    /// What the request presents as its client's id, for the record.
    pub(in crate::oauth) fn presented_client(&self) -> Option<&str> {
        let named = self.basic.as_ref().map(|basic| basic.client_id.as_str());
        named.or_else(|| self.form.get("client_id"))
    }

    /// What it presents as its grant type, for the record.
    pub(in crate::oauth) fn presented_grant_type(&self) -> Option<Cut> {
        self.form.get("grant_type").map(Record::grant_type)
    }

    /// The secrets that it presents.
    pub(in crate::oauth) fn secrets(&self) -> Presented<'_> {
        Presented {
            basic: self.basic.as_ref().map(|basic| basic.secret.as_slice()),
            form: self.form.get("client_secret").map(str::as_bytes),
        }
    }
}
