//! `poolpass token`.

use clap::Args;
use serde::Deserialize;

use crate::bench::sign_in::{Kind, Wanted};
use crate::domain::id::{ClientId, UserPoolId};
use crate::domain::secret::Secret;

use super::remote::{Remote, segment};
use super::{Failure, Output};

/// Fetch a token from a running server, as the client would: for itself, or for a user.
#[derive(Debug, Args)]
pub(super) struct Token {
    /// The client's id; with --user, the first one without a secret that may use the code grant unless set.
    #[arg(long, value_name = "ID", env = "POOLPASS_CLIENT", required_unless_present = "user")]
    client: Option<String>,
    /// Sign this user in, through the code grant with PKCE but without a browser; asks for no password unless there is
    /// one.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// The user's password, to be checked; better in the environment, where others do not see it.
    #[arg(long, env = "POOLPASS_PASSWORD", hide_env_values = true, requires = "user")]
    password: Option<String>,
    /// The code of the user's authenticator app, or one that was sent.
    #[arg(long, value_name = "CODE", requires = "password")]
    mfa_code: Option<String>,
    /// Where the code would go; the client's first callback unless set.
    #[arg(long, value_name = "URL", requires = "user")]
    redirect_uri: Option<String>,
    /// Print the ID token and nothing else, also with --raw.
    #[arg(long = "id-token", requires = "user", conflicts_with = "json")]
    identity: bool,
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
    #[serde(default)]
    id_token: Option<String>,
    expires_in: u64,
}

#[derive(Deserialize)]
struct Refused {
    error: String,
    error_description: Option<String>,
}

impl Token {
    pub(super) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        if let Some(user) = &self.user {
            return self.of_user(user, output);
        }
        let client = self.client.as_deref().unwrap_or_default();
        let path = self.pool.as_deref().map_or_else(String::new, |pool| format!("/{}", segment(pool)));
        let scope = self.scope.join(" ");
        let mut form = vec![("grant_type", "client_credentials"), ("client_id", client)];
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

    fn of_user(&self, user: &str, output: &mut Output) -> Result<(), Failure> {
        let wanted = Wanted {
            user: user.to_owned(),
            client: self.client.as_deref().map(ClientId::from),
            pool: self.pool.as_deref().map(UserPoolId::from),
            password: self.password.as_deref().map(Secret::new),
            mfa_code: self.mfa_code.clone(),
            scopes: self.scope.clone(),
            redirect_uri: self.redirect_uri.clone(),
            state: None,
            nonce: None,
            resource: None,
            code_challenge: None,
            answer: Kind::Tokens,
        };
        let answer = self.remote.post("/_poolpass/sign-in", &wanted)?;
        let granted: Granted = answer.document().map_err(|Failure(why)| Failure(format!("no token: {why}")))?;
        if self.json {
            return Ok(output.line(&answer.body)?);
        }
        if self.identity {
            let token = granted.id_token.ok_or_else(|| Failure("no ID token: `openid` was not granted".to_owned()))?;
            return Ok(output.line(&token)?);
        }
        if self.raw {
            return Ok(output.line(&granted.access_token)?);
        }
        Ok(output.line(&shown(&granted)?)?)
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
