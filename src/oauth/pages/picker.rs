//! "Sign in as": the pool's users to choose from, without a password.
//!
//! It is offered where the configuration says so, and then only to browsers of this machine, under names that are ours:
//! a page elsewhere that points its name at this server must not get to see it.

use actix_web::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::pool::UserPool;
use crate::domain::rules::issue_rule::IssueRule;
use crate::domain::rules::sign_in_rule::SignInRule;
use crate::domain::trace::{Cut, Evidence, Trace};
use crate::domain::user::{User, UserStatus};
use crate::guard::{self, Guard};
use crate::oauth::OAuth;
use crate::oauth::cookies::{self, Cookie};
use crate::oauth::fields::Fields;
use crate::registry::users;
use crate::store::{StoreError, documents};
use crate::tokens::{ClientView, TokenFailure};

use super::frame::{People, Person};

/// How many users are listed.
const LISTED: usize = 50;
/// How many are looked through for a name; with more, the list says that it is not all.
const LOOKED_THROUGH: usize = 2_000;
/// Remembers who was chosen last.
const LAST: &str = "poolpass-last";
const YEAR: i64 = 31_536_000;

const NO_PASSWORD: &str = "chosen from the list of users: no password was asked";

/// Whether this browser may choose.
pub(in crate::oauth) fn is_for(request: &HttpRequest, view: &ClientView) -> bool {
    let picker = view.choices.picker;
    picker.offered && (picker.open || guard::is_from_here(request)) && Guard::admit(request).is_ok()
}

/// The users to choose from, if this browser may choose.
pub(in crate::oauth) async fn people(
    oauth: &OAuth,
    request: &HttpRequest,
    view: &ClientView,
    fields: &Fields,
) -> Result<Option<People>, StoreError> {
    if !is_for(request, view) {
        return Ok(None);
    }
    let find = fields.get("find").unwrap_or_default().trim().to_owned();
    let prefix = documents::users(&view.pool);
    let database = oauth.tokens.views.database();
    let limit = if find.is_empty() { LISTED + 1 } else { LOOKED_THROUGH };
    let all = database.scan(&prefix, None, limit).await?;
    let all_seen = all.len() < limit;
    let mut found: Vec<User> = all.into_iter().filter(|user| matches(user, &find)).collect();
    let more = found.len() > LISTED || (!all_seen && !find.is_empty());
    found.truncate(LISTED);
    let last = last_chosen(request, view);
    if let Some(last) = last.as_deref().filter(|_| find.is_empty()) {
        bring_forward(&mut found, last, oauth, view).await?;
    }
    let people = found.iter().map(|user| person(user, last.as_deref())).collect();
    let known = |name: &str| !crate::oauth::authorize::OWN.contains(&name);
    let hidden = fields.beginning("").filter(|(name, _)| known(name));
    let hidden = hidden.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Ok(Some(People { find, hidden, listed: people, more }))
}

/// Puts the user of this name first, also if the list is too short for it.
async fn bring_forward(found: &mut Vec<User>, last: &str, oauth: &OAuth, view: &ClientView) -> Result<(), StoreError> {
    let at = found.iter().position(|user| user.username == last);
    let user = if let Some(at) = at {
        Some(found.remove(at))
    } else {
        let key = documents::user(&view.pool, &users::key_of(&view.owner, last));
        oauth.tokens.views.database().get(&key).await?
    };
    if let Some(user) = user {
        found.insert(0, user);
    }
    Ok(())
}

fn matches(user: &User, find: &str) -> bool {
    let find = find.to_lowercase();
    let contains = |text: &str| text.to_lowercase().contains(&find);
    let named = ["email", "name", "phone_number", "preferred_username"];
    contains(&user.username)
        || user.groups.iter().any(|group| contains(group))
        || named.iter().any(|name| user.attribute(name).is_some_and(contains))
}

fn person(user: &User, last: Option<&str>) -> Person {
    let email = user.attribute("email").filter(|email| *email != user.username);
    // In a pool whose users sign in with an attribute, the user name is an id that says nothing.
    let telling = if user.username == user.sub.as_str() { email } else { None };
    let shown = telling.unwrap_or(&user.username).to_owned();
    let groups = (!user.groups.is_empty()).then(|| user.groups.join(", "));
    let state = state(user).map(str::to_owned);
    let detail = [email.filter(|_| telling.is_none()).map(str::to_owned), groups, state];
    Person {
        username: user.username.clone(),
        initial: shown.chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default(),
        detail: detail.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        last: last == Some(user.username.as_str()),
        shown,
    }
}

fn state(user: &User) -> Option<&'static str> {
    match (user.enabled, user.status) {
        (false, _) => Some("disabled"),
        (true, UserStatus::Unconfirmed) => Some("not confirmed"),
        (true, UserStatus::ResetRequired | UserStatus::ForceChangePassword) => Some("must change the password"),
        (true, UserStatus::Confirmed) => None,
    }
}

/// The user who was chosen, if that one may sign in at all.
pub(in crate::oauth) async fn choose(
    oauth: &OAuth,
    pool: &UserPool,
    username: &str,
    trace: &mut Trace<IssueRule>,
) -> Result<User, TokenFailure> {
    let database = oauth.tokens.views.database();
    let found = database.transact(async |tx| users::find(tx, pool, username).await).await?;
    let presented = Evidence::Presented { parameter: "username", value: Cut::guarded(username, Cut::LIMIT) };
    trace.require(SignInRule::UserExists, found.is_some(), presented)?;
    let Some(user) = found else { return Err(TokenFailure::Refused(SignInRule::UserExists.into())) };
    trace.require(SignInRule::UserEnabled, user.enabled, Evidence::Nothing)?;
    trace.require(SignInRule::UserConfirmed, user.status != UserStatus::Unconfirmed, Evidence::Nothing)?;
    trace.note(SignInRule::PasswordMatches, Evidence::Remark(NO_PASSWORD));
    Ok(user)
}

/// The cookie that remembers who was chosen.
pub(in crate::oauth) fn remember(request: &HttpRequest, view: &ClientView, user: &User) -> String {
    let value = format!("{}.{}", view.pool, URL_SAFE_NO_PAD.encode(&user.username));
    Cookie { name: LAST, value: &value, path: "/login", max_age: Some(YEAR) }.header(request)
}

fn last_chosen(request: &HttpRequest, view: &ClientView) -> Option<String> {
    let of_pool = |value: &str| {
        let (pool, name) = value.split_once('.')?;
        (pool == view.pool.as_str()).then(|| URL_SAFE_NO_PAD.decode(name).ok()).flatten()
    };
    cookies::named(request, LAST).find_map(of_pool).and_then(|name| String::from_utf8(name).ok())
}
