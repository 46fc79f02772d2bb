//! Which second factors a user wants to be asked for.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html>

use crate::domain::pool::UserPool;
use crate::domain::time::Timestamp;
use crate::domain::user::{Factor, User};

use super::{Parameter, SignInFailure, factors};

/// What is wanted of one factor; what is not said stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wish {
    /// Whether it is asked for.
    pub enabled: Option<bool>,
    /// Whether it is asked for before others.
    pub preferred: Option<bool>,
}

/// The user with these wishes, each about another factor of the pool.
pub fn with_preferences(
    pool: &UserPool,
    user: &User,
    wishes: &[(Factor, Wish)],
    now: Timestamp,
) -> Result<User, SignInFailure> {
    let mut after = User { modified: now, ..user.clone() };
    let preferred: Vec<Factor> =
        wishes.iter().filter(|(_, wish)| wish.preferred == Some(true)).map(|(factor, _)| *factor).collect();
    if preferred.len() > 1 {
        return Err(Parameter::TwoPreferred.into());
    }
    for (factor, wish) in wishes {
        set(pool, &mut after, (*factor, *wish))?;
    }
    Ok(after)
}

fn set(pool: &UserPool, user: &mut User, (factor, wish): (Factor, Wish)) -> Result<(), SignInFailure> {
    let was = user.factors.enabled.contains(&factor);
    // COGNITO: a factor that is preferred is on, said or not.
    let on = wish.enabled.unwrap_or(was) || wish.preferred == Some(true);
    if on && !factors::available(pool).contains(&factor) {
        return Err(Parameter::FactorNotOffered(factor.name()).into());
    }
    if on && !factors::has(user, factor) {
        return Err(Parameter::FactorUnusable(factor.name()).into());
    }
    user.factors.enabled.retain(|enabled| *enabled != factor);
    if on {
        user.factors.enabled.push(factor);
    }
    let was_preferred = user.factors.preferred == Some(factor);
    match wish.preferred {
        Some(true) => user.factors.preferred = Some(factor),
        _ if was_preferred && (!on || wish.preferred == Some(false)) => user.factors.preferred = None,
        _ => {}
    }
    Ok(())
}

/// The user without an authenticator app.
pub fn without_software_token(user: &User, now: Timestamp) -> User {
    let mut after = User { modified: now, ..user.clone() };
    after.factors.software_token = None;
    after.factors.enabled.retain(|factor| *factor != Factor::SoftwareToken);
    if after.factors.preferred == Some(Factor::SoftwareToken) {
        after.factors.preferred = None;
    }
    after
}
