//! A server in this process, on a free port, and requests to it.

use std::sync::mpsc;
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use poolpass::app::App;
use poolpass::config::{Settings, StoreChoice};
use poolpass::effects::Effects;
use poolpass::server::Listeners;
use serde_json::Value;

/// A running server; it stops when this is dropped.
pub(crate) struct LocalServer {
    port: u16,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
    agent: ureq::Agent,
}

/// An answer, read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: String,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl LocalServer {
    /// Starts one in memory, otherwise with these settings.
    pub(crate) fn start(settings: Settings) -> Self {
        let settings = Settings {
            listen: vec!["127.0.0.1:0".to_owned()],
            store: StoreChoice::Memory,
            workers: settings.workers.or(Some(1)),
            ..settings
        };
        let listeners = Listeners::bind(&settings).unwrap();
        let port = listeners.port();
        let app = App::build(&settings, &Effects::system(), port).unwrap();
        let (sender, handle) = mpsc::channel();
        let serve = move || {
            actix_web::rt::System::new().block_on(async move {
                let (server, handle) = listeners.serve(&app, settings.workers).unwrap();
                sender.send(handle).unwrap();
                server.await.unwrap();
            });
        };
        let thread = Some(std::thread::spawn(serve));
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Self { port, handle: handle.recv().unwrap(), thread, agent }
    }

    /// The URL of this path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Calls an operation of the JSON API.
    pub(crate) fn call(&self, operation: &str, document: &Value) -> Answer {
        let headers = [
            ("Content-Type", "application/x-amz-json-1.1".to_owned()),
            ("X-Amz-Target", format!("AWSCognitoIdentityProviderService.{operation}")),
        ];
        self.post("/", &headers, &document.to_string())
    }

    /// Calls an operation that must succeed.
    pub(crate) fn done(&self, operation: &str, document: &Value) -> Value {
        let answer = self.call(operation, document);
        assert_eq!(answer.status, 200, "{operation} {document}: {}", answer.body);
        if answer.body.is_empty() { Value::Null } else { answer.json() }
    }

    /// Posts this body.
    pub(crate) fn post(&self, path: &str, headers: &[(&str, String)], body: &str) -> Answer {
        let mut request = self.agent.post(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        read(request.send(body).unwrap())
    }

    /// Gets this path.
    pub(crate) fn get(&self, path: &str, headers: &[(&str, String)]) -> Answer {
        let mut request = self.agent.get(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        read(request.call().unwrap())
    }

    /// Posts a form to the token endpoint; the second answer is the request's id.
    pub(crate) fn token(&self, form: &str) -> (Answer, String) {
        let request =
            self.agent.post(self.url("/oauth2/token")).header("Content-Type", "application/x-www-form-urlencoded");
        let response = request.send(form).unwrap();
        let id = response.headers()["x-amz-cognito-request-id"].to_str().unwrap().to_owned();
        (read(response), id)
    }
}

fn read(mut response: ureq::http::Response<ureq::Body>) -> Answer {
    Answer { status: response.status().as_u16(), body: response.body_mut().read_to_string().unwrap() }
}

impl Drop for LocalServer {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _stopped = thread.join();
        }
    }
}
