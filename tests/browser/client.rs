//! A browser reduced to what matters here: it keeps cookies by name and path, and never follows a redirect by itself.

use std::cell::RefCell;
use std::collections::BTreeMap;

/// A browser.
pub(crate) struct Browser {
    base: String,
    agent: ureq::Agent,
    /// Values by name and path.
    jar: RefCell<BTreeMap<(String, String), String>>,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: String,
    pub(crate) cookies: Vec<String>,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Answer {
    /// Status and Location, which is all there is to a redirect.
    pub(crate) fn to(&self) -> (u16, &str) {
        (self.status, &self.location)
    }

    /// The value of the form's hidden field.
    pub(crate) fn csrf(&self) -> String {
        let after = self.body.split(r#"name="_csrf" value=""#).nth(1).unwrap_or_else(|| panic!("no form: {self:?}"));
        after.split('"').next().unwrap().to_owned()
    }

    /// A parameter of the Location.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let url = url::Url::parse(&self.location).ok()?;
        let query = url.query().or(url.fragment()).unwrap_or_default().to_owned();
        url::form_urlencoded::parse(query.as_bytes())
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The `Set-Cookie` of this name.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().map(String::as_str).find(|cookie| cookie.starts_with(&format!("{name}=")))
    }
}

impl Browser {
    pub(crate) fn of(base: &str) -> Self {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        Self { base: base.to_owned(), agent, jar: RefCell::default() }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(cookies) = self.cookies_for(path) {
            request = request.header("Cookie", cookies);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.read(request.call().unwrap())
    }

    pub(crate) fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.post_with(path, form, &[])
    }

    pub(crate) fn post_with(&self, path: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.post(format!("{}{path}", self.base));
        if let Some(cookies) = self.cookies_for(path) {
            request = request.header("Cookie", cookies);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.read(request.send_form(form.iter().copied()).unwrap())
    }

    /// Opens a page and sends its form.
    pub(crate) fn fill(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let csrf = self.get(path).csrf();
        let mut fields = vec![("_csrf", csrf.as_str())];
        fields.extend(form);
        self.post(path, &fields)
    }

    /// The value of a cookie, whatever its path.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        self.jar.borrow().iter().find(|((found, _), _)| found == name).map(|(_, value)| value.clone())
    }

    pub(crate) fn set(&self, name: &str, path: &str, value: &str) {
        self.jar.borrow_mut().insert((name.to_owned(), path.to_owned()), value.to_owned());
    }

    fn cookies_for(&self, path: &str) -> Option<String> {
        let path = path.split('?').next().unwrap_or_default();
        let jar = self.jar.borrow();
        let fitting = jar.iter().filter(|((_, of), _)| of == "/" || path == of || path.starts_with(&format!("{of}/")));
        let pairs: Vec<_> = fitting.map(|((name, _), value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    fn read(&self, mut response: ureq::http::Response<ureq::Body>) -> Answer {
        let text = |value: &ureq::http::HeaderValue| value.to_str().unwrap().to_owned();
        let cookies: Vec<String> = response.headers().get_all("set-cookie").iter().map(text).collect();
        for cookie in &cookies {
            let mut parts = cookie.split("; ");
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            let attributes: Vec<&str> = parts.collect();
            let path = attributes.iter().find_map(|part| part.strip_prefix("Path=")).unwrap();
            if attributes.contains(&"Max-Age=0") {
                self.jar.borrow_mut().remove(&(name.to_owned(), path.to_owned()));
            } else {
                self.set(name, path, value);
            }
        }
        let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        Answer {
            status: response.status().as_u16(),
            location: response.headers().get("location").map(text).unwrap_or_default(),
            cookies,
            headers,
            body: response.body_mut().read_to_string().unwrap(),
        }
    }
}
