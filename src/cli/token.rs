//! `poolpass token`.

use clap::Args;
use serde::Deserialize;

use super::remote::{Remote, segment};
use super::{Failure, Output};

/// Fetch a token from a running server, as the client would.
#[derive(Debug, Args)]
pub(super) struct Token {
    /// The client's id.
    #[arg(long, value_name = "ID", env = "POOLPASS_CLIENT")]
    client: String,
    /// The client's secret; better in the environment, where others do not see it.
    #[arg(long, env = "POOLPASS_SECRET", hide_env_values = true)]
    secret: Option<String>,
    /// A scope to ask for, or several separated by spaces; can be given several times. Without any, the client gets all
    /// that it may have.
    #[arg(long)]
    scope: Vec<String>,
    /// Ask under the id of this pool, which must be the client's.
    #[arg(long, value_name = "ID")]
    pool: Option<String>,
    /// Print the access token and nothing else.
    #[arg(long, conflicts_with = "json")]
    raw: bool,
    /// Print the server's answer as it is.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: u64,
}

#[derive(Deserialize)]
struct Refused {
    error: String,
    error_description: Option<String>,
}

impl Token {
    pub(super) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        let path = self.pool.as_deref().map_or_else(String::new, |pool| format!("/{}", segment(pool)));
        let scope = self.scope.join(" ");
        let mut form = vec![("grant_type", "client_credentials"), ("client_id", self.client.as_str())];
        form.extend(self.secret.as_deref().map(|secret| ("client_secret", secret)));
        form.extend((!self.scope.is_empty()).then_some(("scope", scope.as_str())));
        let answer = self.remote.post_form(&format!("{path}/oauth2/token"), &form)?;
        if answer.status != 200 {
            return Err(self.refusal(answer.status, &answer.body, answer.request_id.as_deref()));
        }
        let granted: Granted = serde_json::from_str(&answer.body)?;
        if self.json {
            output.line(&answer.body)?;
        } else if self.raw {
            output.line(&granted.access_token)?;
        } else {
            output.line(&shown(&granted)?)?;
        }
        Ok(())
    }

    fn refusal(&self, status: u16, body: &str, id: Option<&str>) -> Failure {
        let told = match serde_json::from_str::<Refused>(body) {
            Ok(Refused { error, error_description: Some(description) }) => format!("{error} ({description})"),
            Ok(Refused { error, error_description: None }) => error,
            Err(_) => format!("the server answered {status}"),
        };
        let why = id.map(|id| format!("; see `poolpass explain {id}{}`", self.remote.argument())).unwrap_or_default();
        Failure(format!("no token: {told}{why}"))
    }
}

fn shown(granted: &Granted) -> Result<String, Failure> {
    let claims = super::decode::parts(&granted.access_token)?.claims;
    let scopes = Some(claims.text("scope")).filter(|scopes| !scopes.is_empty()).unwrap_or("none");
    Ok(format!(
        "{}\n\n  scopes   {}\n  issuer   {}\n  expires  in {} s",
        granted.access_token,
        scopes,
        claims.text("iss"),
        granted.expires_in
    ))
}
