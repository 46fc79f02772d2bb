//! The pages as values, and their HTML.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::oauth::authorize::Decision;
use crate::oauth::{OAuth, csrf, headers};
use crate::tokens::ClientView;

/// What every page has.
#[derive(Debug, Clone, Default)]
pub(in crate::oauth) struct Frame {
    /// The pool's name; empty where there is no pool.
    pub(in crate::oauth) pool: String,
    /// The query that goes on from page to page.
    pub(in crate::oauth) query: String,
    /// What its forms prove that they are ours with.
    pub(in crate::oauth) csrf: String,
    /// A word on what just happened.
    pub(in crate::oauth) notice: Option<&'static str>,
    /// What was wrong with the last attempt.
    pub(in crate::oauth) problem: Option<String>,
    /// The id of the request, and of its trace.
    pub(in crate::oauth) id: String,
}

/// The page to sign in on.
#[derive(Template)]
#[template(path = "login.html")]
pub(in crate::oauth) struct LoginPage {
    pub(in crate::oauth) frame: Frame,
    pub(in crate::oauth) heading: &'static str,
    pub(in crate::oauth) lead: String,
    /// What the pool's users sign in with.
    pub(in crate::oauth) name_label: String,
    /// What the user name's field begins with.
    pub(in crate::oauth) username: String,
    /// Who the browser is signed in as already.
    pub(in crate::oauth) signed_in: Option<String>,
    /// Whether users may sign up by themselves.
    pub(in crate::oauth) sign_up: bool,
    /// The users to choose from, where that is offered.
    pub(in crate::oauth) picker: Option<People>,
}

impl LoginPage {
    /// Whether the focus is the form's: not while the list is searched or has the one chosen last.
    fn begins_in_form(&self) -> bool {
        let in_use = |people: &People| !people.find.is_empty() || people.listed.iter().any(|person| person.last);
        self.frame.problem.is_some() || !self.picker.as_ref().is_some_and(in_use)
    }
}

/// The users to choose from.
#[derive(Debug, Clone, Default)]
pub(in crate::oauth) struct People {
    /// What was looked for.
    pub(in crate::oauth) find: String,
    /// The parameters that the search must not lose.
    pub(in crate::oauth) hidden: Vec<(String, String)>,
    /// The users, the last one chosen first.
    pub(in crate::oauth) listed: Vec<Person>,
    /// Whether there are others.
    pub(in crate::oauth) more: bool,
}

/// One of them.
#[derive(Debug, Clone)]
pub(in crate::oauth) struct Person {
    pub(in crate::oauth) username: String,
    /// What the list calls the user.
    pub(in crate::oauth) shown: String,
    /// The first letter of it.
    pub(in crate::oauth) initial: String,
    /// E-mail address and groups.
    pub(in crate::oauth) detail: String,
    /// Whether it was the last one chosen.
    pub(in crate::oauth) last: bool,
}

/// A page that is one form.
#[derive(Template, Default)]
#[template(path = "form.html")]
pub(in crate::oauth) struct FormPage {
    pub(in crate::oauth) frame: Frame,
    pub(in crate::oauth) heading: &'static str,
    pub(in crate::oauth) lead: String,
    /// The form's name, and where it goes.
    pub(in crate::oauth) name: &'static str,
    pub(in crate::oauth) path: &'static str,
    pub(in crate::oauth) fields: Vec<Field>,
    /// Name and text of the button.
    pub(in crate::oauth) button: (&'static str, &'static str),
    /// Paths and texts.
    pub(in crate::oauth) links: Vec<(&'static str, &'static str)>,
    /// A secret for an authenticator app.
    pub(in crate::oauth) set_up: Option<SetUp>,
    /// Whether to say where the code is that was sent.
    pub(in crate::oauth) outbox: bool,
}

/// A secret for an authenticator app.
#[derive(Debug, Clone)]
pub(in crate::oauth) struct SetUp {
    /// An SVG of our own making, without anything that a request said.
    pub(in crate::oauth) picture: String,
    /// Base32.
    pub(in crate::oauth) secret: String,
}

/// A field of a form.
#[derive(Debug, Clone, Default)]
pub(in crate::oauth) struct Field {
    pub(in crate::oauth) id: String,
    pub(in crate::oauth) name: String,
    pub(in crate::oauth) label: String,
    /// The input's `type`.
    pub(in crate::oauth) kind: &'static str,
    pub(in crate::oauth) autocomplete: &'static str,
    pub(in crate::oauth) value: String,
    pub(in crate::oauth) hint: String,
    /// Whether it takes digits.
    pub(in crate::oauth) numeric: bool,
    /// Whether it is the one to begin with.
    pub(in crate::oauth) focus: bool,
    /// Values and labels to choose from, if it is no input.
    pub(in crate::oauth) choices: Vec<(&'static str, String)>,
}

impl Field {
    /// The ids of the texts that belong to the input.
    fn described(&self, problem: bool) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.id));
        let problem = problem.then(|| "problem".to_owned());
        [problem, hint].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// The user name.
    pub(in crate::oauth) fn username(label: &str, value: &str) -> Self {
        Self {
            id: "username".to_owned(),
            name: "username".to_owned(),
            label: label.to_owned(),
            kind: "text",
            autocomplete: "username",
            value: value.to_owned(),
            focus: value.is_empty(),
            ..Self::default()
        }
    }

    /// A new password.
    pub(in crate::oauth) fn new_password(label: &str, hint: String) -> Self {
        Self {
            id: "password".to_owned(),
            name: "password".to_owned(),
            label: label.to_owned(),
            kind: "password",
            autocomplete: "new-password",
            hint,
            ..Self::default()
        }
    }

    /// A code that was sent, or that an app shows.
    pub(in crate::oauth) fn code(name: &str, label: &str) -> Self {
        Self {
            id: "code".to_owned(),
            name: name.to_owned(),
            label: label.to_owned(),
            kind: "text",
            autocomplete: "one-time-code",
            numeric: true,
            focus: true,
            ..Self::default()
        }
    }
}

/// A page that only says something.
#[derive(Template, Default)]
#[template(path = "message.html")]
pub(in crate::oauth) struct MessagePage {
    pub(in crate::oauth) frame: Frame,
    pub(in crate::oauth) heading: &'static str,
    pub(in crate::oauth) lead: String,
    /// Terms and what belongs to each.
    pub(in crate::oauth) details: Vec<(&'static str, String)>,
    /// Paths and texts.
    pub(in crate::oauth) links: Vec<(&'static str, &'static str)>,
}

/// A frame for this request's page, and the cookie that goes with its forms.
pub(in crate::oauth) fn frame(
    oauth: &OAuth,
    request: &HttpRequest,
    decision: &Decision,
    view: &ClientView,
) -> (Frame, String) {
    let (csrf, cookie) = csrf::issue(&oauth.tokens.effects, request, request.path());
    let notice = decision.fields.get("notice").and_then(super::words::notice);
    let frame = Frame {
        pool: view.owner.name.clone(),
        query: decision.query.clone(),
        csrf,
        notice,
        problem: None,
        id: decision.id.to_string(),
    };
    (frame, cookie)
}

/// The response that shows a page.
pub(in crate::oauth) fn show(status: StatusCode, id: &str, page: &impl Template, cookies: &[String]) -> HttpResponse {
    let html = match page.render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            return headers::page(StatusCode::INTERNAL_SERVER_ERROR, id).finish();
        }
    };
    let mut response = headers::page(status, id).content_type("text/html;charset=UTF-8").body(html);
    set_cookies(&mut response, cookies);
    response
}

/// Adds cookies to a response.
pub(in crate::oauth) fn set_cookies(response: &mut HttpResponse, cookies: &[String]) {
    for cookie in cookies {
        // INVARIANT: cookies are made of ASCII here; one that is not would be left out rather than break the answer.
        if let Ok(value) = HeaderValue::from_str(cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
}
